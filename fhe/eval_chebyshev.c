/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Runs the plan of a Chebyshev series on a ciphertext. */
#include "eval_chebyshev_priv.h"
#include "eval_combine_priv.h"

#include <math.h>
#include <stdlib.h>

struct series {
    sck_run *run;
    const struct sck_chebyshev_plan *plan;
    uint32_t top;
    sck_ciphertext *value[SCK_CHEBYSHEV_NODES];   /* [0] is the caller's */
    sck_ciphertext *lowered[SCK_CHEBYSHEV_NODES]; /* the last one asked  */
};

/* Node x at a level, or above it where its residues there are the same. */
static sck_status operand(struct series *s, uint16_t x, uint32_t level,
                          const sck_ciphertext **out)
{
    const sck_params *params = s->value[x]->evaluator->params;

    *out = s->value[x];
    if (level > (*out)->level)
        return SCK_FAIL(SCK_ERR_LEVEL, "cannot lower from level %u to %u",
                        (*out)->level, level);
    if (sck_is_nested(params, (*out)->level, level))
        return SCK_OK;
    if (s->lowered[x] == NULL || s->lowered[x]->level != level) {
        sck_ciphertext_free(s->lowered[x]);
        SCK_TRY(sck_eval_lower(s->run, s->value[x], level, &s->lowered[x]));
    }
    *out = s->lowered[x];
    return SCK_OK;
}

/* All of a node's terms at its operands' level, not rescaled; scalars are
 * encoded so that the scales agree. */
static sck_status combination(struct series *s,
                              const struct sck_chebyshev_node *node,
                              const sck_ciphertext *sum, struct sck_combined *c)
{
    *c = (struct sck_combined){.products = node->products,
                               .terms = node->terms,
                               .factor = node->twice ? 2 : 1};
    for (uint32_t k = 0; k < node->products; k++) {
        SCK_TRY(operand(s, node->product[k].a, sum->level, &c->a[k]));
        SCK_TRY(operand(s, node->product[k].b, sum->level, &c->b[k]));
    }
    for (uint32_t k = 0; k < node->terms; k++) {
        SCK_TRY(operand(s, node->term[k].x, sum->level, &c->x[k]));
        const sck_scale plain = sck_scale_quotient(sum->scale, c->x[k]->scale);

        c->multiple[k] = rint(node->term[k].c * sck_scale_to_double(plain));
    }
    c->constant = rint(node->constant * sck_scale_to_double(sum->scale));
    return SCK_OK;
}

static sck_status evaluate(struct series *s, uint32_t i)
{
    const struct sck_chebyshev_node *node = &s->plan->node[i];
    const sck_params *params = s->value[0]->evaluator->params;
    const uint32_t level = s->top - (node->depth - 1);
    struct sck_combined c;
    sck_ciphertext *sum = NULL;
    sck_status status;

    SCK_TRY(sck_ciphertext_like(s->value[0], level, 0,
                                sck_scale_above(params, level, node->scale),
                                &sum));
    sum->size = node->products != 0 ? 3 : 2;
    status = combination(s, node, sum, &c);
    if (status == SCK_OK)
        status = sck_combined_rescale_as(s->run, &c, sum, &node->scale,
                                         &s->value[i]);
    sck_ciphertext_free(sum);
    return status;
}

/* Drops what node i was the last to read. */
static void release(struct series *s, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (s->plan->node[k].last_reader == i) {
            sck_ciphertext_free(s->lowered[k]);
            s->lowered[k] = NULL;
            if (k != 0)
                sck_ciphertext_free(s->value[k]);
            s->value[k] = k != 0 ? NULL : s->value[k];
        }
}

sck_status sck_chebyshev_run(sck_run *run, const sck_ciphertext *a,
                             const struct sck_chebyshev_plan *plan,
                             sck_ciphertext **out)
{
    struct series *s = calloc(1, sizeof *s);
    sck_status status = SCK_OK;

    *out = NULL;
    if (s == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *s);
    s->run = run;
    s->plan = plan;
    s->top = a->level;
    s->value[0] = (sck_ciphertext *)a;
    for (uint32_t i = 1; i < plan->nodes && status == SCK_OK; i++) {
        status = evaluate(s, i);
        release(s, i);
    }
    if (status == SCK_OK) {
        *out = s->value[plan->nodes - 1];
        s->value[plan->nodes - 1] = NULL;
    }
    for (uint32_t i = 0; i < plan->nodes; i++) {
        sck_ciphertext_free(s->lowered[i]);
        if (i != 0)
            sck_ciphertext_free(s->value[i]);
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

sck_status sck_eval_chebyshev_over(sck_run *run, const sck_ciphertext *a,
                                   const double *coefficients, uint32_t degree,
                                   sck_scale target,
                                   const struct sck_spread *spread,
                                   sck_ciphertext **out)
{
    const sck_params *params = a->evaluator->params;
    struct sck_chebyshev_plan *plan;
    sck_status status;

    *out = NULL;
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    plan = malloc(sizeof *plan);
    if (plan == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *plan);
    status = sck_chebyshev_plan_new(coefficients, degree, plan);
    if (status == SCK_OK && a->level < plan->depth)
        status = SCK_FAIL(SCK_ERR_LEVEL,
                          "degree %u needs %u levels, the ciphertext has %u",
                          degree, plan->depth, a->level);
    if (status == SCK_OK && !sck_scale_is_valid(target)) {
        target = sck_params_scale(params, a->level - plan->depth);
        if (!sck_scale_is_valid(target))
            target = a->scale;
    }
    if (status == SCK_OK)
        status = sck_chebyshev_scales(params, a->level, a->scale, target, plan);
    if (status == SCK_OK)
        status = sck_chebyshev_run(run, a, plan, out);
    if (status == SCK_OK)
        (*out)->noise = sck_chebyshev_noise(params, plan, a->level, a->slots,
                                            a->noise, spread);
    free(plan);
    return status;
}
