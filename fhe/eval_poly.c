/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Polynomials of the evaluator: allocation, elementwise tasks, division. */
#include "eval_priv.h"

#include <math.h>

sck_status sck_poly_at(sck_evaluator *evaluator, uint32_t level,
                       struct sck_polynomial **poly)
{
    struct sck_level_layout layout;

    sck_level_layout_of(evaluator->params, level, evaluator->grain, &layout);
    return sck_polynomial_new(evaluator->session, evaluator->ring->n,
                              layout.cut, layout.blocks, poly);
}

static void operand(struct sck_task *task, const struct sck_polynomial *p,
                    const struct sck_polynomial *out, uint32_t k)
{
    sck_task_next(task);
    if (p != NULL)
        sck_task_rows(task, p->block[k], 0, sck_block_rows(p->block[k]),
                      p == out ? SCK_UPDATE : SCK_READ);
}

sck_status sck_poly_elementwise(sck_run *run, sck_evaluator *evaluator,
                                enum sck_elementwise_op op,
                                const uint32_t *primes, const uint32_t *scalar,
                                struct sck_polynomial *out,
                                const struct sck_polynomial *a,
                                const struct sck_polynomial *b,
                                const struct sck_polynomial *c, uint32_t blocks)
{
    const int update = out == a || out == b || out == c;

    for (uint32_t k = 0; k < blocks; k++) {
        struct sck_elementwise_args args = {.ring = evaluator->ring->id,
                                            .op = op};
        struct sck_task task;

        args.limbs = sck_block_rows(out->block[k]);
        for (uint32_t i = 0; i < args.limbs; i++) {
            args.q[i] = primes[out->first[k] + i];
            if (scalar != NULL)
                args.scalar[i] = scalar[out->first[k] + i];
        }
        sck_task_begin(&task, run, SCK_CODELET_elementwise, &args, sizeof args);
        sck_task_rows(&task, out->block[k], 0, args.limbs,
                      update ? SCK_UPDATE : SCK_WRITE);
        operand(&task, a, out, k);
        operand(&task, b, out, k);
        operand(&task, c, out, k);
        SCK_TRY(sck_task_submit(&task));
    }
    return SCK_OK;
}

static uint32_t find(const uint32_t *primes, uint32_t count, uint32_t q)
{
    uint32_t i = 0;

    while (i < count && primes[i] != q)
        i++;
    return i;
}

/* Adds the row of prime q, or an absent one. */
static void prime_row(struct sck_task *task, const struct sck_polynomial *p,
                      const uint32_t *primes, uint32_t q)
{
    const uint32_t at = find(primes, p->limbs, q);
    uint32_t row;

    if (at == p->limbs) {
        sck_task_absent(task, 1);
        return;
    }
    sck_block *block = sck_polynomial_limb(p, at, &row);

    sck_task_rows(task, block, row, 1, SCK_READ);
}

static sck_status digit_of_dropped(sck_run *run, sck_evaluator *evaluator,
                                   const struct sck_polynomial *from,
                                   const uint32_t *from_primes,
                                   const uint32_t *dropped, uint32_t count,
                                   const uint32_t *added, uint32_t added_count,
                                   sck_block **digit)
{
    struct sck_decompose_args args = {0};
    struct sck_task task;

    SCK_TRY(sck_block_new(evaluator->session, evaluator->ring->n, count + 1,
                          digit));
    sck_decompose_prepare(&args, evaluator->ring->id, dropped, count, added,
                          added_count);
    args.ntt_domain = 1;
    sck_task_begin(&task, run, SCK_CODELET_decompose, &args, sizeof args);
    sck_task_rows(&task, *digit, 0, count + 1, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t i = 0; i < count; i++)
        prime_row(&task, from, from_primes, dropped[i]);
    const sck_status status = sck_task_submit(&task);

    if (status != SCK_OK) {
        sck_block_free(*digit);
        *digit = NULL;
    }
    return status;
}

sck_status sck_poly_divide(sck_run *run, sck_evaluator *evaluator,
                           enum sck_codelet codelet,
                           const struct sck_polynomial *from,
                           const uint32_t *from_primes, const uint32_t *dropped,
                           uint32_t dropped_count, const uint32_t *added,
                           uint32_t added_count, uint32_t level,
                           struct sck_polynomial **out)
{
    uint32_t limbs;
    const uint32_t *to = sck_params_primes(evaluator->params, level, &limbs);
    sck_block *digit = NULL;
    sck_status status;

    *out = NULL;
    SCK_TRY(digit_of_dropped(run, evaluator, from, from_primes, dropped,
                             dropped_count, added, added_count, &digit));
    status = sck_poly_at(evaluator, level, out);
    for (uint32_t k = 0; status == SCK_OK && k < (*out)->blocks; k++) {
        struct sck_rescale_args args = {0};
        struct sck_task task;
        const uint32_t first = (*out)->first[k];
        const uint32_t rows = sck_block_rows((*out)->block[k]);

        sck_rescale_prepare(&args, evaluator->ring->id, dropped, dropped_count,
                            added, added_count, to + first, rows);
        sck_task_begin(&task, run, codelet, &args, sizeof args);
        sck_task_rows(&task, (*out)->block[k], 0, rows, SCK_WRITE);
        sck_task_next(&task);
        sck_task_rows(&task, digit, 0, dropped_count + 1, SCK_READ);
        sck_task_next(&task);
        for (uint32_t i = 0; i < rows; i++)
            if (find(added, added_count, to[first + i]) < added_count)
                sck_task_absent(&task, 1);
            else
                prime_row(&task, from, from_primes, to[first + i]);
        status = sck_task_submit(&task);
    }
    sck_block_free(digit);
    if (status != SCK_OK) {
        sck_polynomial_free(*out);
        *out = NULL;
    }
    return status;
}

uint32_t sck_residue(double x, uint32_t q)
{
    int exponent;
    const double m = frexp(fabs(x), &exponent);
    uint64_t r = (uint64_t)ldexp(m, 53);

    /* |x| = r 2^(exponent - 53), r an integer below 2^53; x is an integer. */
    exponent -= 53;
    if (exponent < 0)
        r = exponent > -64 ? r >> -exponent : 0;
    r %= q;
    for (; exponent > 0; exponent--)
        r = 2 * r % q;
    return (uint32_t)(x < 0 && r != 0 ? q - r : r);
}
