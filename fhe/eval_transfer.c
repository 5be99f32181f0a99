/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Ciphertexts in and out of handles. */
#include "eval_priv.h"

#include "sample_uniform.h"
#include "sck_encrypted.h"

#include <stdlib.h>
#include <string.h>

static sck_status expand_last(sck_run *run, sck_evaluator *evaluator,
                              const uint8_t *seed, const uint32_t *primes,
                              struct sck_polynomial *poly)
{
    for (uint32_t k = 0; k < poly->blocks; k++) {
        struct sck_sample_uniform_args args = {
            .ring = evaluator->ring->id,
            .limbs = sck_block_rows(poly->block[k]),
            .kind = SCK_SEED_CIPHERTEXT,
            .key_class = 255};
        struct sck_task task;

        memcpy(args.q, primes + poly->first[k], args.limbs * sizeof *primes);
        memcpy(args.seed, seed, sizeof args.seed);
        sck_task_begin(&task, run, SCK_CODELET_sample_uniform, &args,
                       sizeof args);
        sck_task_rows(&task, poly->block[k], 0, args.limbs, SCK_WRITE);
        SCK_TRY(sck_task_submit(&task));
    }
    return SCK_OK;
}

sck_status sck_ciphertext_upload(sck_evaluator *evaluator, sck_run *run,
                                 const struct sck_limbs_ciphertext *from,
                                 sck_ciphertext **ciphertext)
{
    sck_ciphertext like = {.evaluator = evaluator, .slots = from->slots};
    uint32_t count;
    const uint32_t *primes =
        sck_params_primes(evaluator->params, from->level, &count);
    sck_status status = SCK_OK;

    *ciphertext = NULL;
    if (primes == NULL || from->polys < 2 || from->polys > 3 ||
        from->limbs != count || from->n != evaluator->ring->n)
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "%u polynomials of %u limbs, N = %u, at level %u do "
                        "not fit %s",
                        from->polys, from->limbs, from->n, from->level,
                        sck_params_name(evaluator->params));
    if (evaluator->has_key_id &&
        memcmp(evaluator->key_id, from->key_id, 32) != 0)
        return SCK_FAIL(SCK_ERR_KEY,
                        "ciphertext \"%s\" was encrypted for another key set "
                        "(key id %02x%02x%02x%02x, keys %02x%02x%02x%02x)",
                        from->name, from->key_id[0], from->key_id[1],
                        from->key_id[2], from->key_id[3], evaluator->key_id[0],
                        evaluator->key_id[1], evaluator->key_id[2],
                        evaluator->key_id[3]);
    memcpy(like.key_id, from->key_id, 32);
    like.noise = (struct sck_noise){.magnitude = 1, .error = from->error};
    if (!(from->error > 0))
        like.noise.error = sck_noise_deviation(
            from->seeded ? sck_noise_secret(evaluator->params)
                         : sck_noise_public(evaluator->params),
            from->slots, from->scale);
    SCK_TRY(sck_ciphertext_like(&like, from->level, from->polys, from->scale,
                                ciphertext));
    for (uint32_t i = 0; i < from->polys && status == SCK_OK; i++)
        if (from->seeded && i + 1 == from->polys)
            status = expand_last(run, evaluator, from->seed, primes,
                                 (*ciphertext)->poly[i]);
        else
            status = sck_polynomial_write((*ciphertext)->poly[i],
                                          from->data + (size_t)i * count *
                                                           evaluator->ring->n);
    if (status != SCK_OK) {
        sck_ciphertext_free(*ciphertext);
        *ciphertext = NULL;
    }
    return status;
}

sck_status sck_ciphertext_download(const sck_ciphertext *ciphertext,
                                   const char *name,
                                   struct sck_limbs_ciphertext **to)
{
    struct sck_limbs_ciphertext *out = NULL;
    sck_status status;

    *to = NULL;
    SCK_TRY(sck_limbs_ciphertext_new(ciphertext->evaluator->params,
                                     ciphertext->level, ciphertext->size, 0,
                                     &out));
    out->slots = ciphertext->slots;
    out->scale = ciphertext->scale;
    out->error = ciphertext->noise.error;
    memcpy(out->key_id, ciphertext->key_id, sizeof out->key_id);
    status = sck_limbs_ciphertext_name(out, name);
    for (uint32_t i = 0; i < ciphertext->size && status == SCK_OK; i++)
        status =
            sck_polynomial_read(ciphertext->poly[i], sck_limbs_row(out, i, 0));
    if (status != SCK_OK) {
        sck_limbs_ciphertext_free(out);
        return status;
    }
    *to = out;
    return SCK_OK;
}
