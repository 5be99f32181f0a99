/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sparse matrices on encrypted slots, double hoisting (Bossuat et al., ePrint
 * 2020/1203, algorithm 6): every rotation of the input is kept times P over QP,
 * products are summed there, and only a giant step's second half is divided by
 * P on the way. Rotations are left unturned: whoever reads them turns them. */
#include "eval_joined_priv.h"
#include "eval_transform_priv.h"

#include <stdlib.h>
#include <string.h>

typedef struct sck_raised pair;

/* Halves from h on, and joined blocks, of the sum over giant steps, each
 * turned. */
static sck_status total_blocks(struct sck_application *s,
                               const struct sck_joined *joined, uint32_t h,
                               uint32_t halves, const pair *total)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    const uint32_t rows = joined->rows;
    const uint32_t *const primes =
        total->primes + total->poly[0]->first[joined->first];
    struct sck_automorphism_sum_args args = {
        .ring = s->e->ring->id, .limbs = halves * rows, .terms = steps->giants};
    struct sck_task task;

    for (uint32_t i = 0; i < halves; i++)
        memcpy(args.q + i * rows, primes, rows * sizeof *args.q);
    for (uint32_t g = 0; g < steps->giants; g++)
        args.galois[g] = sck_application_galois(s, steps->giant[g]);
    sck_task_begin(&task, s->run, SCK_CODELET_automorphism_sum, &args,
                   sizeof args);
    task.priority = sck_raised_is_first(
        total, s->e->params, total->poly[0]->first[joined->first], rows);
    for (uint32_t i = h; i < h + halves; i++)
        sck_joined_rows(&task, total->poly[i], joined, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t g = 0; g < steps->giants; g++) {
        const pair *from = steps->giant[g] == 0 ? &s->sum[g] : &s->turned[g];

        for (uint32_t i = h; i < h + halves; i++)
            sck_joined_rows(&task, from->poly[i], joined, SCK_READ);
    }
    sck_task_next(&task);
    for (uint32_t g = 0; g < steps->giants; g++)
        for (uint32_t i = h; i < h + halves; i++)
            if (steps->giant[g] != 0 && i == 0)
                sck_joined_rows(&task, s->sum[g].poly[0], joined, SCK_READ);
            else
                sck_task_absent(&task, rows);
    return sck_task_submit(&task);
}

/* Both halves are one task where it has room for their rows. */
static sck_status total(struct sck_application *s, pair *out)
{
    struct sck_joined joined;
    sck_status status = sck_raised_new(s->e, s->a->level, out);

    for (uint32_t k = 0; status == SCK_OK && k < out->poly[0]->blocks;
         k += joined.blocks) {
        sck_blocks_join(s->e, out->poly[0], k, SCK_PAIR, &joined);
        const uint32_t halves = 2 * joined.rows <= SCK_BLOCK_LIMBS ? 2 : 1;

        for (uint32_t h = 0; h < 2 && status == SCK_OK; h += halves)
            status = total_blocks(s, &joined, h, halves, out);
    }
    return status;
}

static sck_status finish(struct sck_application *s, const pair *sum,
                         sck_ciphertext **out)
{
    sck_status status =
        sck_ciphertext_like(s->a, s->a->level - 1, 0, s->t->out, out);

    if (status != SCK_OK)
        return status;
    (*out)->size = 2;
    sck_transform_carry(&s->t->shape, s->a, *out);
    return sck_ciphertext_finish(
        sck_raised_rescale_both(s->run, s->e, sum, (*out)->poly), out);
}

static sck_status check(const struct sck_transform *t, const sck_ciphertext *a)
{
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    if (a->level != t->level || a->slots != t->slots ||
        !sck_scale_equal(a->scale, t->in))
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "the transform takes %u slots at level %u, scale "
                        "2^%.6f; the ciphertext has %u at level %u, 2^%.6f",
                        t->slots, t->level, sck_scale_log2(t->in), a->slots,
                        a->level, sck_scale_log2(a->scale));
    return SCK_OK;
}

sck_status sck_transform_apply(sck_run *run,
                               const struct sck_transform *transform,
                               const sck_ciphertext *a, sck_ciphertext **out)
{
    struct sck_application *s;
    pair sum = {0};
    sck_status status;

    *out = NULL;
    SCK_TRY(check(transform, a));
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *s);
    s->run = run;
    s->t = transform;
    s->e = a->evaluator;
    s->a = a;
    status = sck_transform_sums(s);
    for (uint32_t g = 0; g < transform->steps.giants && status == SCK_OK; g++)
        if (transform->steps.giant[g] != 0)
            status = sck_raised_turn(
                run, s->e, &s->sum[g], a->level,
                sck_application_galois(s, transform->steps.giant[g]),
                &s->turned[g]);
    if (status == SCK_OK)
        status = total(s, &sum);
    for (uint32_t g = 0; g < transform->steps.giants; g++) {
        sck_raised_free(&s->sum[g]);
        sck_raised_free(&s->turned[g]);
    }
    if (status == SCK_OK)
        status = finish(s, &sum, out);
    sck_raised_free(&sum);
    free(s);
    return status;
}
