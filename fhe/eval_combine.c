/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sums of products and of multiples of ciphertexts, a task a block or two, or
 * inside the division that reads them. */
#include "eval_combine_priv.h"
#include "eval_joined_priv.h"

#include <string.h>

static uint32_t find(const uint32_t *primes, uint32_t count, uint32_t q)
{
    uint32_t i = 0;

    while (i < count && primes[i] != q)
        i++;
    return i;
}

int sck_is_nested(const sck_params *params, uint32_t high, uint32_t level)
{
    uint32_t many, few;
    const uint32_t *p = sck_params_primes(params, high, &many);
    const uint32_t *q = sck_params_primes(params, level, &few);

    for (uint32_t i = 0; i < few; i++)
        if (find(p, many, q[i]) == many)
            return 0;
    return 1;
}

static void prime_rows(struct sck_task *task, const sck_ciphertext *x,
                       uint32_t half, const uint32_t *q, uint32_t count)
{
    uint32_t limbs;
    const uint32_t *primes =
        sck_params_primes(x->evaluator->params, x->level, &limbs);

    for (uint32_t i = 0; i < count; i++) {
        const uint32_t limb = find(primes, limbs, q[i]);
        uint32_t row;

        if (limb == limbs) {
            sck_task_absent(task, 1);
            continue;
        }
        sck_block *block = sck_polynomial_limb(x->poly[half], limb, &row);

        sck_task_rows(task, block, row, 1, SCK_READ);
    }
}

static void both_rows(struct sck_task *task, const sck_ciphertext *x,
                      const uint32_t *q, uint32_t count)
{
    prime_rows(task, x, 0, q, count);
    prime_rows(task, x, 1, q, count);
}

/* Products and terms from k and t on, as many as a task takes. */
struct part {
    uint32_t k, products, t, terms;
};

/* The arguments of one task's primes. */
static void prepare(const struct sck_combined *c, const struct part *p,
                    const uint32_t *q, uint32_t limbs,
                    struct sck_combination_args *args)
{
    const int first = p->k == 0 && p->t == 0;

    memset(args, 0, sizeof *args);
    args->limbs = limbs;
    args->halves = c->products != 0 ? 3 : 2;
    args->products = p->products;
    args->terms = p->terms;
    args->factor = c->factor;
    args->adds = !first;
    for (uint32_t i = 0; i < limbs; i++) {
        args->q[i] = q[i];
        args->constant[i] = first ? sck_residue(c->constant, q[i]) : 0;
        for (uint32_t t = 0; t < p->terms; t++)
            args->scalar[t][i] = sck_residue(c->multiple[p->t + t], q[i]);
    }
}

static void factor_rows(const struct sck_combined *c, const struct part *p,
                        const uint32_t *q, uint32_t limbs,
                        struct sck_task *task)
{
    for (uint32_t k = p->k; k < p->k + p->products; k++) {
        both_rows(task, c->a[k], q, limbs);
        both_rows(task, c->b[k], q, limbs);
    }
}

static void term_rows(const struct sck_combined *c, const struct part *p,
                      const uint32_t *q, uint32_t limbs, struct sck_task *task)
{
    for (uint32_t t = p->t; t < p->t + p->terms; t++)
        both_rows(task, c->x[t], q, limbs);
}

void sck_combined_part(const struct sck_combined *c, const uint32_t *q,
                       uint32_t limbs, struct sck_combination_args *args)
{
    const struct part all = {0, 0, 0, c->terms};

    prepare(c, &all, q, limbs, args);
}

void sck_combined_rows(const struct sck_combined *c, const uint32_t *q,
                       uint32_t limbs, struct sck_task *task)
{
    const struct part all = {0, 0, 0, c->terms};

    term_rows(c, &all, q, limbs, task);
}

/* What the tasks of one batch of sums share. */
struct combining {
    sck_run *run;
    const sck_evaluator *evaluator;
    const struct sck_combined *sum; /* one for each member */
    uint32_t members;
    const uint32_t *q; /* of all polynomials, halves of each member in out */
    uint32_t halves;
    struct sck_polynomial *const *out;
};

/* Joined blocks of every member's sum, each as a part of one task. */
static sck_status submit(const struct combining *b, const struct part *p,
                         const struct sck_joined *joined)
{
    const uint32_t *const q = b->q + b->out[0]->first[joined->first];
    struct sck_combination_args args[SCK_BATCH];
    struct sck_task task;

    for (uint32_t m = 0; m < b->members; m++) {
        prepare(&b->sum[m], p, q, joined->rows, &args[m]);
        args[m].ring = b->evaluator->ring->id;
        if (m == 0)
            sck_task_begin(&task, b->run, SCK_CODELET_combination, args,
                           sizeof args[0]);
        else
            sck_task_part(&task, &args[m]);
        for (uint32_t h = 0; h < b->halves; h++)
            sck_joined_rows(&task, b->out[m * b->halves + h], joined,
                            args[m].adds ? SCK_UPDATE : SCK_WRITE);
        sck_task_next(&task);
        factor_rows(&b->sum[m], p, q, joined->rows, &task);
        sck_task_next(&task);
        term_rows(&b->sum[m], p, q, joined->rows, &task);
    }
    return sck_task_submit(&task);
}

sck_status sck_batch_combine(sck_run *run, const struct sck_combined *combined,
                             uint32_t members, sck_ciphertext *const *sum)
{
    sck_evaluator *const e = sum[0]->evaluator;
    const struct sck_polynomial *const first = sum[0]->poly[0];
    struct sck_polynomial *out[SCK_BATCH * 3] = {NULL};
    uint32_t count, at = 0;
    struct combining b = {
        .run = run,
        .evaluator = e,
        .sum = combined,
        .members = members,
        .q = sck_params_primes(e->params, sum[0]->level, &count),
        .halves = sum[0]->size,
        .out = out};
    struct sck_joined joined;
    struct part p = {0};

    for (uint32_t m = 0; m < members; m++)
        for (uint32_t h = 0; h < sum[m]->size; h++)
            out[at++] = sum[m]->poly[h];
    do {
        const uint32_t products = combined->products - p.k;
        const uint32_t terms = combined->terms - p.t;

        p.products = products < SCK_MAX_PRODUCTS ? products : SCK_MAX_PRODUCTS;
        p.terms = SCK_MAX_MULTIPLES - 2 * p.products;
        p.terms = terms < p.terms ? terms : p.terms;
        for (uint32_t k = 0; k < first->blocks; k += joined.blocks) {
            sck_blocks_join(e, first, k, SCK_PAIR, &joined);
            SCK_TRY(submit(&b, &p, &joined));
        }
        p.k += p.products;
        p.t += p.terms;
    } while (p.k < combined->products || p.t < combined->terms);
    return SCK_OK;
}

sck_status sck_ciphertext_combine(sck_run *run, const struct sck_combined *c,
                                  sck_ciphertext *sum)
{
    return sck_batch_combine(run, c, 1, &sum);
}

sck_status sck_combined_primes(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_combined *combined,
                               uint32_t members, const uint32_t *q,
                               uint32_t limbs, struct sck_polynomial **out)
{
    const struct combining b = {.run = run,
                                .evaluator = evaluator,
                                .sum = combined,
                                .members = members,
                                .q = q,
                                .halves = 2,
                                .out = out};
    const struct part all = {0, 0, 0, combined->terms};
    uint32_t cut[SCK_MAX_RUNS], blocks = 0;
    sck_status status = SCK_OK;

    for (uint32_t at = 0; at < limbs; at += cut[blocks++])
        cut[blocks] =
            limbs - at < SCK_BLOCK_LIMBS ? limbs - at : SCK_BLOCK_LIMBS;
    for (uint32_t h = 0; h < 2 * members; h++)
        out[h] = NULL;
    for (uint32_t h = 0; h < 2 * members && status == SCK_OK; h++)
        status = sck_polynomial_new(evaluator->session, evaluator->ring->n, cut,
                                    blocks, &out[h]);
    for (uint32_t k = 0; k < blocks && status == SCK_OK; k++) {
        const struct sck_joined one = {.first = k, .blocks = 1, .rows = cut[k]};

        status = submit(&b, &all, &one);
    }
    for (uint32_t h = 0; h < 2 * members && status != SCK_OK; h++) {
        sck_polynomial_free(out[h]);
        out[h] = NULL;
    }
    return status;
}

int sck_combined_is_fused(const struct sck_combined *c,
                          const sck_evaluator *evaluator)
{
    return c->products == 0 && c->terms <= SCK_FUSED_TERMS &&
           sck_session_gpus(evaluator->session) == 0;
}
