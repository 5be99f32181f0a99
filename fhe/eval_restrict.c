/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Lowering between nested levels: fewer residues of the same number. */
#include "eval_priv.h"

#include <stdlib.h>

static uint32_t find(const uint32_t *primes, uint32_t count, uint32_t q)
{
    uint32_t i = 0;

    while (i < count && primes[i] != q)
        i++;
    return i;
}

static int nested(const uint32_t *high, uint32_t high_count,
                  const uint32_t *low, uint32_t low_count)
{
    for (uint32_t i = 0; i < low_count; i++)
        if (find(high, high_count, low[i]) == high_count)
            return 0;
    return 1;
}

/* The rows of from that to keeps: a copy, block by block. */
static sck_status keep_rows(sck_run *run, const sck_evaluator *e,
                            const struct sck_polynomial *from,
                            const uint32_t *high, const uint32_t *low,
                            struct sck_polynomial *to)
{
    for (uint32_t k = 0; k < to->blocks; k++) {
        struct sck_elementwise_args args = {.ring = e->ring->id,
                                            .op = SCK_SCALAR_ADD};
        struct sck_task task;

        args.limbs = sck_block_rows(to->block[k]);
        sck_task_begin(&task, run, SCK_CODELET_elementwise, &args, sizeof args);
        for (uint32_t i = 0; i < args.limbs; i++)
            args.q[i] = low[to->first[k] + i];
        sck_task_rows(&task, to->block[k], 0, args.limbs, SCK_WRITE);
        sck_task_next(&task);
        for (uint32_t i = 0; i < args.limbs; i++) {
            uint32_t row;
            sck_block *block = sck_polynomial_limb(
                from, find(high, from->limbs, args.q[i]), &row);

            sck_task_rows(&task, block, row, 1, SCK_READ);
        }
        sck_task_next(&task);
        sck_task_next(&task);
        SCK_TRY(sck_task_submit(&task));
    }
    return SCK_OK;
}

sck_status sck_lowered(sck_run *run, const sck_ciphertext *a, uint32_t level,
                       sck_ciphertext **out)
{
    sck_evaluator *e = a->evaluator;
    uint32_t high, low;
    const uint32_t *from = sck_params_primes(e->params, a->level, &high);
    const uint32_t *to = sck_params_primes(e->params, level, &low);
    sck_status status = SCK_OK;

    *out = NULL;
    if (level > a->level)
        return SCK_FAIL(SCK_ERR_LEVEL, "cannot lower from level %u to %u",
                        a->level, level);
    if (!nested(from, high, to, low))
        return sck_eval_lower(run, a, level, out);
    SCK_TRY(sck_ciphertext_like(a, level, a->size, a->scale, out));
    for (uint32_t i = 0; i < a->size && status == SCK_OK; i++)
        status = keep_rows(run, e, a->poly[i], from, to, (*out)->poly[i]);
    if (status != SCK_OK) {
        sck_ciphertext_free(*out);
        *out = NULL;
    }
    return status;
}
