/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Runs the plan of a Chebyshev series on a ciphertext. */
#include "eval_chebyshev_priv.h"
#include "eval_combine_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct series {
    sck_run *run;
    const struct sck_chebyshev_plan *plan;
    uint32_t top, members;
    /* Of every member; [0] is the caller's. */
    sck_ciphertext *value[SCK_CHEBYSHEV_NODES][SCK_BATCH];
    sck_ciphertext *lowered[SCK_CHEBYSHEV_NODES][SCK_BATCH]; /* last asked */
};

/* A member's node x at a level, or above it where its residues there are the
 * same. */
static sck_status operand(struct series *s, uint32_t m, uint16_t x,
                          uint32_t level, const sck_ciphertext **out)
{
    sck_ciphertext **const lowered = &s->lowered[x][m];
    const sck_params *params = s->value[x][m]->evaluator->params;

    *out = s->value[x][m];
    if (level > (*out)->level)
        return SCK_FAIL(SCK_ERR_LEVEL, "cannot lower from level %u to %u",
                        (*out)->level, level);
    if (sck_is_nested(params, (*out)->level, level))
        return SCK_OK;
    if (*lowered == NULL || (*lowered)->level != level) {
        sck_ciphertext_free(*lowered);
        SCK_TRY(sck_eval_lower(s->run, s->value[x][m], level, lowered));
    }
    *out = *lowered;
    return SCK_OK;
}

/* All of a node's terms at its operands' level, not rescaled; scalars are
 * encoded so that the scales agree. */
static sck_status combination(struct series *s, uint32_t m,
                              const struct sck_chebyshev_node *node,
                              const sck_ciphertext *sum, struct sck_combined *c)
{
    *c = (struct sck_combined){.products = node->products,
                               .terms = node->terms,
                               .factor = node->twice ? 2 : 1};
    for (uint32_t k = 0; k < node->products; k++) {
        SCK_TRY(operand(s, m, node->product[k].a, sum->level, &c->a[k]));
        SCK_TRY(operand(s, m, node->product[k].b, sum->level, &c->b[k]));
    }
    for (uint32_t k = 0; k < node->terms; k++) {
        SCK_TRY(operand(s, m, node->term[k].x, sum->level, &c->x[k]));
        const sck_scale plain = sck_scale_quotient(sum->scale, c->x[k]->scale);

        c->multiple[k] = rint(node->term[k].c * sck_scale_to_double(plain));
    }
    c->constant = rint(node->constant * sck_scale_to_double(sum->scale));
    return SCK_OK;
}

static sck_status evaluate(struct series *s, uint32_t i)
{
    const struct sck_chebyshev_node *node = &s->plan->node[i];
    const sck_params *params = s->value[0][0]->evaluator->params;
    const uint32_t level = s->top - (node->depth - 1);
    sck_ciphertext *sum[SCK_BATCH] = {NULL};
    struct sck_combined c[SCK_BATCH];
    sck_status status = SCK_OK;

    for (uint32_t m = 0; m < s->members && status == SCK_OK; m++) {
        status = sck_ciphertext_like(
            s->value[0][m], level, 0,
            sck_scale_above(params, level, node->scale), &sum[m]);
        if (status != SCK_OK)
            break;
        sum[m]->size = node->products != 0 ? 3 : 2;
        status = combination(s, m, node, sum[m], &c[m]);
    }
    if (status == SCK_OK)
        status = sck_combined_rescale_batch(s->run, c, s->members, sum,
                                            &node->scale, s->value[i]);
    for (uint32_t m = 0; m < s->members; m++)
        sck_ciphertext_free(sum[m]);
    return status;
}

/* Drops what node i was the last to read. */
static void release(struct series *s, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        for (uint32_t m = 0;
             m < s->members && s->plan->node[k].last_reader == i; m++) {
            sck_ciphertext_free(s->lowered[k][m]);
            s->lowered[k][m] = NULL;
            if (k != 0)
                sck_ciphertext_free(s->value[k][m]);
            s->value[k][m] = k != 0 ? NULL : s->value[k][m];
        }
}

sck_status sck_chebyshev_run(sck_run *run, const sck_ciphertext *const *a,
                             uint32_t members,
                             const struct sck_chebyshev_plan *plan,
                             sck_ciphertext **out)
{
    struct series *s = calloc(1, sizeof *s);
    sck_status status = SCK_OK;

    memset(out, 0, members * sizeof(sck_ciphertext *));
    if (s == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *s);
    s->run = run;
    s->plan = plan;
    s->top = a[0]->level;
    s->members = members;
    for (uint32_t m = 0; m < members; m++)
        s->value[0][m] = (sck_ciphertext *)a[m];
    for (uint32_t i = 1; i < plan->nodes && status == SCK_OK; i++) {
        status = evaluate(s, i);
        release(s, i);
    }
    for (uint32_t m = 0; m < members && status == SCK_OK; m++) {
        out[m] = s->value[plan->nodes - 1][m];
        s->value[plan->nodes - 1][m] = NULL;
    }
    for (uint32_t i = 0; i < plan->nodes; i++)
        for (uint32_t m = 0; m < members; m++) {
            sck_ciphertext_free(s->lowered[i][m]);
            if (i != 0)
                sck_ciphertext_free(s->value[i][m]);
        }
    free(s);
    return status;
}

sck_status sck_eval_chebyshev(sck_run *run, const sck_ciphertext *a,
                              const double *coefficients, uint32_t degree,
                              sck_scale target, sck_ciphertext **out)
{
    /* Anywhere, unless it is known to be smaller: the root mean square of a few
     * hundred values drawn anywhere is a few percent less or more, and a series
     * is steepest at the ends that the smaller one would leave out. */
    const double anywhere = sqrt(1.0 / 3);
    const int smaller = a->noise.magnitude < 0.95 * anywhere;
    struct sck_spread spread;

    sck_spread_of(smaller ? a->noise.magnitude : anywhere, &spread);
    return sck_eval_chebyshev_over(run, a, coefficients, degree, target,
                                   &spread, out);
}

sck_status sck_chebyshev_batch(sck_run *run, const sck_ciphertext *const *a,
                               uint32_t members, const double *coefficients,
                               uint32_t degree, sck_scale target,
                               const struct sck_spread *spread,
                               sck_ciphertext **out)
{
    const sck_params *params = a[0]->evaluator->params;
    const uint32_t level = a[0]->level;
    struct sck_chebyshev_plan *plan;
    sck_status status;

    memset(out, 0, members * sizeof(sck_ciphertext *));
    for (uint32_t m = 0; m < members; m++)
        if (a[m]->size != 2)
            return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                            a[m]->size);
    plan = malloc(sizeof *plan);
    if (plan == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *plan);
    status = sck_chebyshev_plan_new(coefficients, degree, plan);
    if (status == SCK_OK && level < plan->depth)
        status = SCK_FAIL(SCK_ERR_LEVEL,
                          "degree %u needs %u levels, the ciphertext has %u",
                          degree, plan->depth, level);
    if (status == SCK_OK && !sck_scale_is_valid(target)) {
        target = sck_params_scale(params, level - plan->depth);
        if (!sck_scale_is_valid(target))
            target = a[0]->scale;
    }
    if (status == SCK_OK)
        status = sck_chebyshev_scales(params, level, a[0]->scale, target, plan);
    if (status == SCK_OK)
        status = sck_chebyshev_run(run, a, members, plan, out);
    for (uint32_t m = 0; m < members && status == SCK_OK; m++)
        out[m]->noise = sck_chebyshev_noise(params, plan, level, a[m]->slots,
                                            a[m]->noise, spread);
    free(plan);
    return status;
}

sck_status sck_eval_chebyshev_over(sck_run *run, const sck_ciphertext *a,
                                   const double *coefficients, uint32_t degree,
                                   sck_scale target,
                                   const struct sck_spread *spread,
                                   sck_ciphertext **out)
{
    return sck_chebyshev_batch(run, &a, 1, coefficients, degree, target, spread,
                               out);
}
