/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* All giant steps' sums of a matrix on encrypted slots, over QP. */
#include "eval_transform_priv.h"

#include "hoisted_diagonals.h"
#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

uint32_t sck_application_galois(const struct sck_application *s, int32_t steps)
{
    return steps == 0 ? 1 : sck_galois_rotation(s->e->params, steps);
}

void sck_transform_rows(struct sck_task *task, sck_block *block, uint32_t rows)
{
    if (block != NULL)
        sck_task_rows(task, block, 0, rows, SCK_READ);
    else
        sck_task_absent(task, rows);
}

static uint32_t diagonals_of(const struct sck_application *s)
{
    return s->t->steps.giants * s->t->steps.babies;
}

static sck_status plain_block(const struct sck_application *s,
                              const struct sck_raised *like, uint32_t at,
                              uint32_t k, sck_block **block)
{
    const struct sck_transform *t = s->t;
    const struct sck_polynomial *poly = like->poly[0];
    const uint32_t rows = sck_block_rows(poly->block[k]);

    *block = NULL;
    if (t->plain != NULL) {
        if (t->plain[at] != NULL)
            *block = t->plain[at]->block[k];
        return SCK_OK;
    }
    if (t->coefficients[at] == NULL)
        return SCK_OK;
    SCK_TRY(sck_block_new(s->e->session, t->words, rows, block));
    return sck_encode_block(s->run, s->e, t->coefficients[at],
                            like->primes + poly->first[k], rows, *block);
}

sck_status sck_transform_plain(const struct sck_application *s,
                               const struct sck_raised *like, uint32_t k,
                               sck_block **plain)
{
    sck_status status = SCK_OK;

    for (uint32_t i = 0; i < diagonals_of(s) && status == SCK_OK; i++)
        status = plain_block(s, like, i, k, &plain[i]);
    return status;
}

void sck_transform_plain_close(const struct sck_application *s,
                               sck_block **plain)
{
    for (uint32_t i = 0; i < diagonals_of(s) && s->t->plain == NULL; i++) {
        sck_block_free(plain[i]);
        plain[i] = NULL;
    }
}

/* What one call holds. */
struct fused {
    struct sck_application *s;
    const struct sck_digits *digits;
    const struct sck_eval_key *const *key;
    uint32_t keys, product[SCK_MAX_LIMBS];
    struct sck_class_layout runs;
    struct sck_key_uniform uniform[SCK_MAX_BABIES];
    sck_block *plain[SCK_MAX_GIANTS * SCK_MAX_BABIES];
};

static void prepare(const struct fused *f, uint32_t k, uint32_t run_length,
                    struct sck_hoisted_diagonals_args *args)
{
    const struct sck_application *s = f->s;
    const struct sck_raised *like = &s->sum[0];
    struct sck_diagonals_args *d = &args->diagonals;
    const uint32_t first = like->poly[0]->first[k];

    memset(args, 0, sizeof *args);
    sck_key_switch_prepare(&args->hoisted.one, s->e, f->digits, like, k,
                           run_length);
    memcpy(args->hoisted.one.factor, f->product + first,
           args->hoisted.one.targets * sizeof *f->product);
    args->hoisted.keys = f->keys;
    d->ring = s->e->ring->id;
    d->limbs = args->hoisted.one.targets;
    memcpy(d->q, like->primes + first, d->limbs * sizeof *d->q);
    d->babies = s->t->steps.babies;
    d->giants = s->t->steps.giants;
    d->repeat = sck_repeat_of(s->e, s->t->words);
    for (uint32_t b = 0; b < d->babies; b++)
        d->galois[b] = sck_application_galois(s, s->t->steps.baby[b]);
}

static sck_status submit(struct fused *f, uint32_t k, uint32_t run_index)
{
    const struct sck_application *s = f->s;
    const struct sck_raised *like = &s->sum[0];
    const uint32_t rows = sck_block_rows(like->poly[0]->block[k]);
    struct sck_hoisted_diagonals_args args;
    struct sck_task task;

    prepare(f, k, f->runs.length[run_index], &args);
    sck_task_begin(&task, s->run, SCK_CODELET_hoisted_diagonals, &args,
                   sizeof args);
    task.priority =
        sck_raised_is_first(like, s->e->params, like->poly[0]->first[k], rows);
    for (uint32_t g = 0; g < args.diagonals.giants; g++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, s->sum[g].poly[h]->block[k], 0, rows,
                          SCK_WRITE);
    sck_task_next(&task);
    sck_digits_rows(&task, f->digits);
    sck_task_next(&task);
    for (uint32_t h = 2; h-- > 0;)
        sck_transform_rows(
            &task, k < like->q_blocks ? s->a->poly[h]->block[k] : NULL, rows);
    sck_task_next(&task);
    for (uint32_t r = 0; r < f->keys; r++)
        sck_key_rows(&task, f->key[r], run_index, &f->uniform[r]);
    sck_task_next(&task);
    for (uint32_t i = 0; i < diagonals_of(s); i++)
        sck_transform_rows(&task, f->plain[i], rows);
    return sck_task_submit(&task);
}

static sck_status sum_block(struct fused *f, uint32_t k)
{
    const struct sck_application *s = f->s;
    const struct sck_raised *like = &s->sum[0];
    /* A run of P starts at row 0 of its own key block. */
    const uint32_t r = k < like->q_blocks ? f->digits->layout.run[k]
                                          : f->runs.q_runs + k - like->q_blocks;
    uint32_t open = 0;
    sck_status status = SCK_OK;

    for (; open < f->keys && status == SCK_OK; open++)
        status = sck_key_open(s->run, s->e, f->key[open], r, &f->uniform[open]);
    if (status == SCK_OK)
        status = sck_transform_plain(s, like, k, f->plain);
    if (status == SCK_OK)
        status = submit(f, k, r);
    sck_transform_plain_close(s, f->plain);
    while (open-- > 0)
        sck_key_close(&f->uniform[open]);
    return status;
}

sck_status sck_transform_sums_fused(struct sck_application *s,
                                    const struct sck_digits *digits,
                                    const struct sck_eval_key *const *key,
                                    uint32_t keys)
{
    const struct sck_raised *like = &s->sum[0];
    struct fused *f = calloc(1, sizeof *f);
    sck_status status = SCK_OK;

    if (f == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *f);
    f->s = s;
    f->digits = digits;
    f->key = key;
    f->keys = keys;
    sck_special_product(like, f->product);
    sck_class_layout_of(like->key_class, s->e->grain, &f->runs);
    for (uint32_t k = 0; status == SCK_OK && k < like->poly[0]->blocks; k++)
        status = sum_block(f, k);
    free(f);
    return status;
}

sck_status sck_transform_sums(struct sck_application *s)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    const struct sck_eval_key *key[SCK_MAX_BABIES];
    struct sck_digits digits = {0};
    uint32_t keys = 0;
    sck_status status = SCK_OK;

    for (uint32_t b = 0; b < steps->babies && status == SCK_OK; b++)
        if (steps->baby[b] != 0)
            status =
                sck_evaluator_key(s->e, SCK_SEED_GALOIS,
                                  sck_application_galois(s, steps->baby[b]),
                                  s->a->level, &key[keys++]);
    if (status == SCK_OK && keys != 0)
        status =
            sck_digits_new(s->run, s->e, s->a->poly[1], s->a->level, &digits);
    for (uint32_t g = 0; g < steps->giants && status == SCK_OK; g++)
        status = sck_raised_new(s->e, s->a->level, &s->sum[g]);
    if (status == SCK_OK)
        status = (keys == 0 || sck_session_gpus(s->e->session) != 0
                      ? sck_transform_sums_parts
                      : sck_transform_sums_fused)(s, &digits, key, keys);
    sck_digits_free(&digits);
    return status;
}
