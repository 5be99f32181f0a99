/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sparse matrices made ready for encrypted slots: their diagonals, encoded. */
#include "eval_transform_priv.h"

#include <stdlib.h>
#include <string.h>

/* Two polynomials over QP in the level's blocks and P's. */
typedef struct sck_raised pair;

static sck_status encode(struct sck_transform *t, sck_run *run,
                         const struct sck_diagonals *m, uint32_t i,
                         const pair *like, sck_scale scale, double *turned)
{
    const uint32_t mask = m->n - 1;
    uint32_t g = 0, b = 0;
    uint32_t cut[SCK_MAX_RUNS];

    while (b < t->steps.babies) {
        for (g = 0; g < t->steps.giants; g++)
            if (t->steps.giant[g] + t->steps.baby[b] == m->index[i])
                break;
        if (g < t->steps.giants)
            break;
        b++;
    }
    /* Products come before the giant rotation: turn the diagonal back. */
    for (uint32_t j = 0; j < m->n; j++)
        memcpy(turned + 2 * (size_t)j,
               m->value[i] +
                   2 * (size_t)((j - (uint32_t)t->steps.giant[g]) & mask),
               2 * sizeof *turned);
    const uint32_t at = g * t->steps.babies + b;

    if (t->coefficients != NULL)
        return sck_encode_short(run, t->evaluator, turned, m->n, t->words,
                                scale, &t->coefficients[at]);
    for (uint32_t k = 0; k < like->poly[0]->blocks; k++)
        cut[k] = sck_block_rows(like->poly[0]->block[k]);
    SCK_TRY(sck_polynomial_new(t->evaluator->session, t->words, cut,
                               like->poly[0]->blocks, &t->plain[at]));
    return sck_encode_values(run, t->evaluator, turned, m->n, scale,
                             like->primes, t->plain[at]);
}

/* A row's words when all diagonals are as short as the longest period lets. */
static uint32_t words_of(const sck_evaluator *e, const struct sck_diagonals *m)
{
    uint32_t period = 1;

    for (uint32_t i = 0; i < m->count; i++) {
        const uint32_t p = sck_values_period(m->value[i], m->n);

        period = p > period ? p : period;
    }
    return sck_period_words(e, period);
}

sck_status sck_transform_new(sck_evaluator *evaluator, sck_run *run,
                             const struct sck_diagonals *diagonals,
                             const struct sck_giant_steps *steps,
                             uint32_t level, sck_scale in, sck_scale out,
                             struct sck_transform **transform)
{
    const sck_scale plain =
        sck_scale_quotient(sck_scale_above(evaluator->params, level, out), in);
    struct sck_transform *t = calloc(1, sizeof *t);
    double *turned = malloc(2 * (size_t)diagonals->n * sizeof *turned);
    pair like = {0};
    sck_status status = SCK_OK;

    *transform = NULL;
    if (t == NULL || turned == NULL) {
        free(t);
        free(turned);
        return SCK_FAIL(SCK_ERR_MEMORY, "a transform of %u slots",
                        diagonals->n);
    }
    t->evaluator = evaluator;
    t->level = level;
    t->slots = diagonals->n;
    t->words = words_of(evaluator, diagonals);
    t->in = in;
    t->out = out;
    t->steps = *steps;
    sck_transform_shape_of(diagonals, &t->steps, &t->shape);
    const size_t room = (size_t)t->steps.giants * t->steps.babies;

    if (evaluator->saves_memory)
        t->coefficients = calloc(room, sizeof *t->coefficients);
    else
        t->plain = calloc(room, sizeof *t->plain);
    if (t->plain == NULL && t->coefficients == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u diagonals", diagonals->count);
    if (status == SCK_OK)
        status = sck_raised_new(evaluator, level, &like);
    for (uint32_t i = 0; i < diagonals->count && status == SCK_OK; i++)
        status = encode(t, run, diagonals, i, &like, plain, turned);
    sck_raised_free(&like);
    free(turned);
    if (status != SCK_OK)
        sck_transform_free(t);
    else
        *transform = t;
    return status;
}

void sck_transform_free(struct sck_transform *transform)
{
    if (transform == NULL)
        return;
    for (uint32_t i = 0; i < transform->steps.giants * transform->steps.babies;
         i++) {
        if (transform->plain != NULL)
            sck_polynomial_free(transform->plain[i]);
        if (transform->coefficients != NULL)
            sck_block_free(transform->coefficients[i]);
    }
    free(transform->plain);
    free(transform->coefficients);
    free(transform);
}
