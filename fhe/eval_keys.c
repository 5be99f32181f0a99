/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Evaluation keys as handles: b halves copied in, uniform halves expanded. */
#include "eval_priv.h"

#include "sample_uniform.h"
#include "sck_encrypted.h"

#include <stdlib.h>
#include <string.h>

/* b's rows of one run, Montgomery form, the a half left zero: row
 * (half digits + digit) length + i. */
static sck_status write_b(const struct sck_evaluator *evaluator,
                          const struct sck_limbs_key *key,
                          const uint32_t *primes, uint32_t first,
                          uint32_t length, sck_block *block)
{
    const uint32_t n = evaluator->ring->n;
    uint32_t *words =
        calloc((size_t)2 * key->digits * length * n, sizeof *words);
    uint32_t *to = words;

    if (words == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a key block of %u limbs", length);
    for (uint32_t d = 0; d < key->digits; d++)
        for (uint32_t i = 0; i < length; i++, to += n) {
            const uint32_t q = primes[first + i];
            const uint32_t *from =
                key->b + ((size_t)d * key->limbs + first + i) * n;

            for (uint32_t j = 0; j < n; j++)
                to[j] = (uint32_t)(((uint64_t)from[j] << 32) % q);
        }
    const sck_status status = sck_block_write(block, words);

    free(words);
    return status;
}

static sck_status expand_a(sck_run *run, const sck_evaluator *evaluator,
                           const struct sck_limbs_key *key, const uint8_t *seed,
                           const uint32_t *primes, uint32_t length,
                           sck_block *block)
{
    for (uint32_t d = 0; d < key->digits; d++) {
        struct sck_sample_uniform_args args = {.ring = evaluator->ring->id,
                                               .limbs = length,
                                               .kind = key->kind,
                                               .key_class = key->key_class,
                                               .digit = d,
                                               .galois = key->galois,
                                               .montgomery = 1};
        struct sck_task task;

        memcpy(args.q, primes, length * sizeof *primes);
        memcpy(args.seed, seed, sizeof args.seed);
        sck_task_begin(&task, run, SCK_CODELET_sample_uniform, &args,
                       sizeof args);
        sck_task_rows(&task, block, (key->digits + d) * length, length,
                      SCK_UPDATE);
        SCK_TRY(sck_task_submit(&task));
    }
    return SCK_OK;
}

/* A key's blocks follow its class's runs; an encapsulation key's those of its
 * level, then one of P. */
static void cut_key(const sck_evaluator *evaluator,
                    const struct sck_limbs_key *key,
                    struct sck_class_layout *runs)
{
    const sck_params *params = evaluator->params;
    struct sck_level_layout level;

    if (key->key_class != SCK_KEY_NO_CLASS) {
        sck_class_layout_of(sck_params_class(params, key->key_class),
                            evaluator->grain, runs);
        return;
    }
    sck_level_layout_of(params,
                        key->kind == SCK_KEY_DENSE_TO_SPARSE
                            ? 0
                            : sck_params_levels(params) - 1,
                        evaluator->grain, &level);
    memcpy(runs->length, level.cut, level.blocks * sizeof *level.cut);
    runs->q_runs = level.blocks;
    runs->runs = level.blocks + 1;
    runs->length[level.blocks] = SCK_ENCAPSULATION_SPECIALS;
}

static sck_status add_key(sck_evaluator *evaluator, sck_run *run,
                          const struct sck_limbs_key *key, const uint8_t *seed)
{
    struct sck_key_shape shape;
    struct sck_class_layout runs;
    struct sck_eval_key *k;
    sck_status status = SCK_OK;

    SCK_TRY(sck_key_shape(evaluator->params, key->kind, key->key_class,
                          key->galois, &shape));
    if (key->digits != shape.digits || key->limbs != shape.limbs)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "a key of class %u with %u digits and %u limbs does "
                        "not fit %s",
                        key->key_class, key->digits, key->limbs,
                        sck_params_name(evaluator->params));
    cut_key(evaluator, key, &runs);
    k = calloc(1, sizeof *k);
    if (k == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *k);
    k->kind = key->kind;
    k->key_class = key->key_class;
    k->galois = key->galois;
    k->next = evaluator->keys;
    evaluator->keys = k;
    for (uint32_t r = 0, first = 0; r < runs.runs && status == SCK_OK;
         first += runs.length[r++]) {
        status = sck_block_new(evaluator->session, evaluator->ring->n,
                               2 * key->digits * runs.length[r], &k->block[r]);
        if (status != SCK_OK)
            break;
        k->blocks = r + 1;
        status = write_b(evaluator, key, shape.q, first, runs.length[r],
                         k->block[r]);
        if (status == SCK_OK)
            status = expand_a(run, evaluator, key, seed, shape.q + first,
                              runs.length[r], k->block[r]);
    }
    if (status != SCK_OK) {
        /* Half a key must not be found by a later operation. */
        evaluator->keys = k->next;
        for (uint32_t r = 0; r < k->blocks; r++)
            sck_block_free(k->block[r]);
        free(k);
    }
    return status;
}

sck_status sck_evaluator_add_keys(sck_evaluator *evaluator, sck_run *run,
                                  const struct sck_limbs_keyset *keys)
{
    if (keys->n != evaluator->ring->n)
        return SCK_FAIL(SCK_ERR_KEY, "the keys are for N = %u, %s has N = %u",
                        keys->n, sck_params_name(evaluator->params),
                        evaluator->ring->n);
    if (evaluator->has_key_id &&
        memcmp(evaluator->key_id, keys->key_id, 32) != 0)
        return SCK_FAIL(SCK_ERR_KEY, "the keys belong to another key set");
    memcpy(evaluator->key_id, keys->key_id, 32);
    evaluator->has_key_id = 1;
    for (uint32_t i = 0; i < keys->count; i++)
        SCK_TRY(add_key(evaluator, run, &keys->keys[i], keys->seed));
    return SCK_OK;
}
