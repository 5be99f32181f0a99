/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A polynomial's digits: task 1 of its key switches. */
#include "eval_priv.h"

#include <string.h>

/* Digit d, its primes from limb i on, as a part of the task; begins the task
 * where it has none. */
static sck_status add_digit(sck_run *run, sck_evaluator *evaluator,
                            const struct sck_polynomial *poly,
                            struct sck_digits *digits, const uint32_t *primes,
                            uint32_t limbs, uint32_t i, uint32_t parts,
                            struct sck_decompose_args *args,
                            struct sck_task *task)
{
    const struct sck_level_layout *layout = &digits->layout;
    const uint32_t d = digits->count;
    uint32_t count = 0, row;

    while (i + count < limbs && layout->digit[i + count] == layout->digit[i])
        count++;
    SCK_TRY(sck_block_new(evaluator->session, evaluator->ring->n, count + 1,
                          &digits->block[d]));
    digits->count++;
    digits->number[d] = layout->digit[i];
    digits->sources[d] = (uint8_t)count;
    digits->first[d] = i;
    sck_decompose_prepare(args, evaluator->ring->id, primes + i, count, NULL,
                          0);
    args->ntt_domain = 1;
    if (parts == 0)
        sck_task_begin(task, run, SCK_CODELET_decompose, args, sizeof *args);
    else
        sck_task_part(task, args);
    sck_task_rows(task, digits->block[d], 0, count + 1, SCK_WRITE);
    sck_task_next(task);
    for (uint32_t k = 0; k < count; k++) {
        sck_block *block = sck_polynomial_limb(poly, i + k, &row);

        sck_task_rows(task, block, row, 1, SCK_READ);
    }
    return SCK_OK;
}

sck_status sck_digits_new(sck_run *run, sck_evaluator *evaluator,
                          const struct sck_polynomial *poly, uint32_t level,
                          struct sck_digits *digits)
{
    struct sck_decompose_args args[SCK_TASK_PARTS];
    struct sck_task task;
    uint32_t limbs, parts = 0;
    const uint32_t *primes =
        sck_params_primes(evaluator->params, level, &limbs);
    sck_status status = SCK_OK;

    memset(digits, 0, sizeof *digits);
    sck_level_layout_of(evaluator->params, level, evaluator->grain,
                        &digits->layout);
    digits->level = level;
    for (uint32_t i = 0; i < limbs && status == SCK_OK;) {
        status = add_digit(run, evaluator, poly, digits, primes, limbs, i,
                           parts, &args[parts], &task);
        if (status != SCK_OK)
            break;
        i += digits->sources[digits->count - 1];
        parts++;
        if (parts == evaluator->blocks_per_task || i == limbs) {
            status = sck_task_submit(&task);
            parts = 0;
        }
    }
    if (status != SCK_OK)
        sck_digits_free(digits);
    return status;
}

void sck_digits_free(struct sck_digits *digits)
{
    for (uint32_t d = 0; d < digits->count; d++)
        sck_block_free(digits->block[d]);
    digits->count = 0;
}
