/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Products of ciphertexts. */
#include "eval_joined_priv.h"

#include "tensor.h"

static sck_status tensor_block(sck_run *run, const sck_ciphertext *a,
                               const sck_ciphertext *b,
                               const struct sck_joined *joined,
                               const sck_ciphertext *out)
{
    uint32_t limbs;
    const struct sck_polynomial *to = out->poly[0];
    const uint32_t *primes =
        sck_params_primes(a->evaluator->params, a->level, &limbs) +
        to->first[joined->first];
    const uint32_t rows = joined->rows;
    struct sck_tensor_args args = {.ring = out->evaluator->ring->id,
                                   .limbs = rows};
    struct sck_task task;

    for (uint32_t i = 0; i < rows; i++)
        args.q[i] = primes[i];
    sck_task_begin(&task, run, SCK_CODELET_tensor, &args, sizeof args);
    for (uint32_t i = 0; i < 3; i++)
        sck_joined_rows(&task, out->poly[i], joined, SCK_WRITE);
    for (uint32_t i = 0; i < 4; i++) {
        if (i % 2 == 0)
            sck_task_next(&task);
        sck_joined_rows(&task, (i < 2 ? a : b)->poly[i % 2], joined, SCK_READ);
    }
    return sck_task_submit(&task);
}

sck_status sck_eval_mul(sck_run *run, const sck_ciphertext *a,
                        const sck_ciphertext *b, sck_ciphertext **out)
{
    const uint32_t blocks = a->poly[0]->blocks;
    struct sck_joined joined;
    sck_status s = SCK_OK;

    *out = NULL;
    if (a->size != 2 || b->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u and %u polynomials: relinearise",
                        a->size, b->size);
    if (a->level != b->level || a->slots != b->slots)
        return SCK_FAIL(SCK_ERR_SHAPE, "levels %u and %u, slots %u and %u",
                        a->level, b->level, a->slots, b->slots);
    SCK_TRY(sck_ciphertext_like(a, a->level, 3,
                                sck_scale_mul(a->scale, b->scale), out));
    (*out)->noise = a == b ? sck_noise_square(a->noise)
                           : sck_noise_product(a->noise, b->noise);
    for (uint32_t k = 0; k < blocks && s == SCK_OK; k += joined.blocks) {
        sck_blocks_join(a->evaluator, a->poly[0], k, SCK_JOINED_BLOCKS,
                        &joined);
        s = tensor_block(run, a, b, &joined, *out);
    }
    return sck_ciphertext_finish(s, out);
}
