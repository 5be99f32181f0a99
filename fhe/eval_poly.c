/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Polynomials of the evaluator: allocation, elementwise tasks. */
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

void sck_poly_rows(struct sck_task *task, const struct sck_polynomial *p,
                   uint32_t first, uint32_t rows, enum sck_access access)
{
    for (uint32_t i = first; i < first + rows; i++) {
        uint32_t row;
        sck_block *block = sck_polynomial_limb(p, i, &row);

        sck_task_rows(task, block, row, 1, access);
    }
}

static void operand(struct sck_task *task, const struct sck_polynomial *p,
                    const struct sck_polynomial *out, uint32_t k)
{
    sck_task_next(task);
    if (p != NULL)
        sck_poly_rows(task, p, out->first[k], sck_block_rows(out->block[k]),
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

        if (b != NULL)
            args.repeat = sck_repeat_of(evaluator, b->n);
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
