/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sums of products and of multiples of ciphertexts, a task a block or two. */
#include "eval_joined_priv.h"

#include "combination.h"

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

/* The rows of both halves that belong to primes q. */
static void rows_of(struct sck_task *task, const sck_ciphertext *x,
                    const uint32_t *q, uint32_t count)
{
    uint32_t limbs;
    const uint32_t *primes =
        sck_params_primes(x->evaluator->params, x->level, &limbs);

    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row;
            sck_block *block = sck_polynomial_limb(
                x->poly[h], find(primes, limbs, q[i]), &row);

            sck_task_rows(task, block, row, 1, SCK_READ);
        }
}

/* Products and terms from k and t on, as many as a task takes. */
struct part {
    uint32_t k, products, t, terms;
};

static sck_status submit(sck_run *run, const struct sck_combined *c,
                         const struct part *p, sck_ciphertext *sum,
                         const struct sck_joined *joined)
{
    const int first = p->k == 0 && p->t == 0;
    struct sck_combination_args args = {.ring = sum->evaluator->ring->id,
                                        .limbs = joined->rows,
                                        .halves = sum->size,
                                        .products = p->products,
                                        .terms = p->terms,
                                        .factor = c->factor,
                                        .adds = !first};
    uint32_t count;
    const uint32_t *q =
        sck_params_primes(sum->evaluator->params, sum->level, &count) +
        sum->poly[0]->first[joined->first];
    struct sck_task task;

    for (uint32_t i = 0; i < args.limbs; i++) {
        args.q[i] = q[i];
        args.constant[i] = first ? sck_residue(c->constant, q[i]) : 0;
        for (uint32_t t = 0; t < p->terms; t++)
            args.scalar[t][i] = sck_residue(c->multiple[p->t + t], q[i]);
    }
    sck_task_begin(&task, run, SCK_CODELET_combination, &args, sizeof args);
    for (uint32_t h = 0; h < sum->size; h++)
        sck_joined_rows(&task, sum->poly[h], joined,
                        first ? SCK_WRITE : SCK_UPDATE);
    sck_task_next(&task);
    for (uint32_t k = p->k; k < p->k + p->products; k++) {
        rows_of(&task, c->a[k], q, args.limbs);
        rows_of(&task, c->b[k], q, args.limbs);
    }
    sck_task_next(&task);
    for (uint32_t t = p->t; t < p->t + p->terms; t++)
        rows_of(&task, c->x[t], q, args.limbs);
    return sck_task_submit(&task);
}

sck_status sck_ciphertext_combine(sck_run *run, const struct sck_combined *c,
                                  sck_ciphertext *sum)
{
    struct sck_joined joined;
    struct part p = {0};

    do {
        const uint32_t products = c->products - p.k;
        const uint32_t terms = c->terms - p.t;

        p.products = products < SCK_MAX_PRODUCTS ? products : SCK_MAX_PRODUCTS;
        p.terms = SCK_MAX_MULTIPLES - 2 * p.products;
        p.terms = terms < p.terms ? terms : p.terms;
        for (uint32_t k = 0; k < sum->poly[0]->blocks; k += joined.blocks) {
            sck_blocks_join(sum->evaluator, sum->poly[0], k, SCK_PAIR, &joined);
            SCK_TRY(submit(run, c, &p, sum, &joined));
        }
        p.k += p.products;
        p.t += p.terms;
    } while (p.k < c->products || p.t < c->terms);
    return SCK_OK;
}
