/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sparse matrices on encrypted slots, double hoisting (Bossuat et al., ePrint
 * 2020/1203, algorithm 6): every rotation of the input is kept times P over QP,
 * products are summed there, and only a giant step's second half is divided by
 * P on the way. Rotations are left unturned: whoever reads them turns them. */
#include "eval_transform_priv.h"

#include "automorphism_sum.h"
#include "diagonals.h"
#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

/* Two polynomials over QP in the level's blocks and P's. */
typedef struct sck_raised pair;

/* What one application holds. */
struct application {
    sck_run *run;
    const struct sck_transform *t;
    sck_evaluator *e;
    const sck_ciphertext *a;
    pair lifted;                /* P a, without rows of P: those are zero   */
    pair baby[SCK_MAX_BABIES];  /* a's second half switched, not yet turned */
    pair sum[SCK_MAX_TURNS];    /* a giant step's products                  */
    pair turned[SCK_MAX_TURNS]; /* its second half switched, not yet turned */
};

static uint32_t galois_of(const struct application *s, int32_t steps)
{
    return steps == 0 ? 1 : sck_galois_rotation(s->e->params, steps);
}

static sck_status lift(struct application *s)
{
    pair *to = &s->lifted;
    uint32_t product[SCK_MAX_LIMBS];

    SCK_TRY(sck_raised_new(s->e, s->a->level, to));
    sck_special_product(to, product);
    for (uint32_t h = 0; h < 2; h++)
        SCK_TRY(sck_poly_elementwise(s->run, s->e, SCK_SCALAR_MUL, to->primes,
                                     product, to->poly[h], s->a->poly[h], NULL,
                                     NULL, to->q_blocks));
    return SCK_OK;
}

/* All rotations of the second half: its digits are raised once. */
static sck_status babies(struct application *s)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    const struct sck_eval_key *key[SCK_MAX_BABIES];
    pair *to[SCK_MAX_BABIES];
    uint32_t count = 0;
    struct sck_digits digits;
    sck_status status = lift(s);

    for (uint32_t b = 0; b < steps->babies && status == SCK_OK; b++)
        if (steps->baby[b] != 0) {
            to[count] = &s->baby[b];
            status = sck_evaluator_key(s->e, SCK_SEED_GALOIS,
                                       galois_of(s, steps->baby[b]),
                                       s->a->level, &key[count++]);
        }
    if (status != SCK_OK || count == 0)
        return status;
    SCK_TRY(sck_digits_new(s->run, s->e, s->a->poly[1], s->a->level, &digits));
    status = sck_key_switch_raise_hoisted(s->run, s->e, &digits, s->a->poly[1],
                                          key, count, NULL, to);
    sck_digits_free(&digits);
    return status;
}

/* Rows of a block, absent where it is none. */
static void rows_of(struct sck_task *task, sck_block *block, uint32_t rows)
{
    if (block != NULL)
        sck_task_rows(task, block, 0, rows, SCK_READ);
    else
        sck_task_absent(task, rows);
}

/* Block k of a diagonal, the caller's when it is made for this use. */
static sck_status plain_block(struct application *s, uint32_t at, uint32_t k,
                              sck_block **block)
{
    const struct sck_transform *t = s->t;
    const struct sck_polynomial *like = s->lifted.poly[0];
    const uint32_t rows = sck_block_rows(like->block[k]);

    *block = NULL;
    if (t->plain != NULL) {
        if (t->plain[at] != NULL)
            *block = t->plain[at]->block[k];
        return SCK_OK;
    }
    if (t->coefficients[at] == NULL)
        return SCK_OK;
    SCK_TRY(sck_block_new(s->e->session, s->e->ring->n, rows, block));
    return sck_encode_block(s->run, s->e, t->coefficients[at],
                            s->lifted.primes + like->first[k], rows, *block);
}

/* One block of all giant steps' sums. */
static sck_status sum_block(struct application *s, uint32_t k,
                            sck_block **plain)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    const struct sck_polynomial *like = s->lifted.poly[0];
    const uint32_t rows = sck_block_rows(like->block[k]);
    const int special = k >= s->lifted.q_blocks;
    struct sck_diagonals_args args = {.ring = s->e->ring->id,
                                      .limbs = rows,
                                      .babies = steps->babies,
                                      .giants = steps->giants};
    struct sck_task task;

    memcpy(args.q, s->lifted.primes + like->first[k], rows * sizeof *args.q);
    for (uint32_t b = 0; b < steps->babies; b++)
        args.galois[b] = galois_of(s, steps->baby[b]);
    sck_task_begin(&task, s->run, SCK_CODELET_diagonals, &args, sizeof args);
    for (uint32_t g = 0; g < steps->giants; g++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, s->sum[g].poly[h]->block[k], 0, rows,
                          SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t b = 0; b < steps->babies; b++)
        for (uint32_t h = 0; h < 2; h++) {
            sck_block *block = NULL;

            if (steps->baby[b] != 0)
                block = s->baby[b].poly[h]->block[k];
            else if (h == 1 && !special)
                block = s->lifted.poly[1]->block[k];
            rows_of(&task, block, rows);
        }
    sck_task_next(&task);
    rows_of(&task, special ? NULL : like->block[k], rows);
    sck_task_next(&task);
    for (uint32_t i = 0; i < steps->giants * steps->babies; i++)
        rows_of(&task, plain[i], rows);
    return sck_task_submit(&task);
}

/* Every giant step's sum over babies of diagonal x baby, over QP. */
static sck_status sums(struct application *s)
{
    const uint32_t count = s->t->steps.giants * s->t->steps.babies;
    sck_block **plain = calloc(count, sizeof *plain);
    sck_status status = SCK_OK;

    if (plain == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u diagonals", count);
    for (uint32_t g = 0; g < s->t->steps.giants && status == SCK_OK; g++)
        status = sck_raised_new(s->e, s->a->level, &s->sum[g]);
    for (uint32_t k = 0; status == SCK_OK && k < s->lifted.poly[0]->blocks;
         k++) {
        for (uint32_t i = 0; i < count && status == SCK_OK; i++)
            status = plain_block(s, i, k, &plain[i]);
        if (status == SCK_OK)
            status = sum_block(s, k, plain);
        for (uint32_t i = 0; i < count && s->t->plain == NULL; i++) {
            sck_block_free(plain[i]);
            plain[i] = NULL;
        }
    }
    free(plain);
    return status;
}

/* A sum's second half, divided by P, is switched anew. */
static sck_status turn(struct application *s, uint32_t g)
{
    struct sck_polynomial *second = NULL;
    struct sck_digits digits = {0};
    const struct sck_eval_key *key;
    sck_status status =
        sck_raised_mod_down(s->run, s->e, &s->sum[g], 1, &second);

    if (status == SCK_OK)
        status = sck_digits_new(s->run, s->e, second, s->a->level, &digits);
    if (status == SCK_OK)
        status = sck_evaluator_key(s->e, SCK_SEED_GALOIS,
                                   galois_of(s, s->t->steps.giant[g]),
                                   s->a->level, &key);
    if (status == SCK_OK)
        status = sck_key_switch_raise(s->run, s->e, &digits, second, key,
                                      &s->turned[g]);
    sck_digits_free(&digits);
    sck_polynomial_free(second);
    return status;
}

/* Block k of half h of the sum over giant steps, each turned. */
static sck_status total_block(struct application *s, uint32_t k, uint32_t h,
                              const pair *total)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    const struct sck_polynomial *to = total->poly[h];
    const uint32_t rows = sck_block_rows(to->block[k]);
    struct sck_automorphism_sum_args args = {
        .ring = s->e->ring->id, .limbs = rows, .terms = steps->giants};
    struct sck_task task;

    memcpy(args.q, total->primes + to->first[k], rows * sizeof *args.q);
    for (uint32_t g = 0; g < steps->giants; g++)
        args.galois[g] = galois_of(s, steps->giant[g]);
    sck_task_begin(&task, s->run, SCK_CODELET_automorphism_sum, &args,
                   sizeof args);
    sck_task_rows(&task, to->block[k], 0, rows, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t g = 0; g < steps->giants; g++) {
        const pair *from = steps->giant[g] == 0 ? &s->sum[g] : &s->turned[g];

        rows_of(&task, from->poly[h]->block[k], rows);
    }
    sck_task_next(&task);
    for (uint32_t g = 0; g < steps->giants; g++)
        rows_of(&task,
                steps->giant[g] != 0 && h == 0 ? s->sum[g].poly[0]->block[k]
                                               : NULL,
                rows);
    return sck_task_submit(&task);
}

static sck_status total(struct application *s, pair *out)
{
    sck_status status = sck_raised_new(s->e, s->a->level, out);

    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t k = 0; status == SCK_OK && k < out->poly[h]->blocks; k++)
            status = total_block(s, k, h, out);
    return status;
}

static sck_status finish(struct application *s, const pair *sum,
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
    struct application *s;
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
    status = babies(s);
    if (status == SCK_OK)
        status = sums(s);
    for (uint32_t b = 0; b < transform->steps.babies; b++)
        sck_raised_free(&s->baby[b]);
    sck_raised_free(&s->lifted);
    for (uint32_t g = 0; g < transform->steps.giants && status == SCK_OK; g++)
        if (transform->steps.giant[g] != 0)
            status = turn(s, g);
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
