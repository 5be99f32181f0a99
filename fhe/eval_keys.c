/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Evaluation keys as handles: b halves copied in, uniform halves expanded. */
#include "eval_priv.h"

#include "elementwise.h"
#include "sample_uniform.h"
#include "sck_encrypted.h"

#include <stdlib.h>
#include <string.h>

/* One run of a key's b: its digits' rows of `length` primes. */
struct run_of_b {
    const struct sck_ring *ring;
    const struct sck_limbs_key *key;
    const uint32_t *primes;
    uint32_t first, length;
};

/* Row digit length + i, in Montgomery form. */
static void fill_b(void *context, uint32_t row, uint32_t *to)
{
    const struct run_of_b *r = context;
    const uint32_t at = r->first + row % r->length, q = r->primes[at];
    const size_t from = (size_t)(row / r->length) * r->key->limbs + at;
    const uint32_t *b = r->key->b + from * r->ring->n;
    const struct sck_elementwise_args args = {
        .ring = r->ring->id,
        .op = SCK_SCALAR_MUL,
        .limbs = 1,
        .q = {q},
        .scalar = {sck_ring_prime(r->ring, q)->r}};

    sck_elementwise(&args, r->ring, &to, &b, NULL, NULL);
}

static uint32_t run_length(const struct sck_eval_key *key, uint32_t index)
{
    return sck_block_rows(key->block[index]) / key->digits /
           (key->halved ? 1 : 2);
}

/* One digit's uniform rows of a run into a block, from row first on. */
static sck_status expand(sck_run *run, const struct sck_ring *ring,
                         const struct sck_eval_key *key, uint32_t index,
                         uint32_t digit, sck_block *block, uint32_t first,
                         enum sck_access access)
{
    const uint32_t length = run_length(key, index);
    struct sck_sample_uniform_args args = {.ring = ring->id,
                                           .limbs = length,
                                           .kind = key->kind,
                                           .key_class = key->key_class,
                                           .digit = digit,
                                           .galois = key->galois,
                                           .montgomery = 1};
    struct sck_task task;

    memcpy(args.q, key->q + key->first[index], length * sizeof *args.q);
    memcpy(args.seed, key->seed, sizeof args.seed);
    sck_task_begin(&task, run, SCK_CODELET_sample_uniform, &args, sizeof args);
    sck_task_rows(&task, block, first, length, access);
    return sck_task_submit(&task);
}

sck_status sck_key_open(sck_run *run, sck_evaluator *evaluator,
                        const struct sck_eval_key *key, uint32_t index,
                        struct sck_key_uniform *uniform)
{
    sck_status status = SCK_OK;

    uniform->digits = 0;
    if (!key->halved)
        return SCK_OK;
    for (uint32_t d = 0; d < key->digits && status == SCK_OK; d++) {
        status = sck_block_new(evaluator->session, evaluator->ring->n,
                               run_length(key, index), &uniform->block[d]);
        if (status != SCK_OK)
            break;
        uniform->digits++;
        status = expand(run, evaluator->ring, key, index, d, uniform->block[d],
                        0, SCK_WRITE);
    }
    if (status != SCK_OK)
        sck_key_close(uniform);
    return status;
}

void sck_key_rows(struct sck_task *task, const struct sck_eval_key *key,
                  uint32_t index, const struct sck_key_uniform *uniform)
{
    sck_task_rows(task, key->block[index], 0, sck_block_rows(key->block[index]),
                  SCK_READ);
    for (uint32_t d = 0; d < uniform->digits; d++)
        sck_task_rows(task, uniform->block[d], 0,
                      sck_block_rows(uniform->block[d]), SCK_READ);
}

void sck_key_close(struct sck_key_uniform *uniform)
{
    for (uint32_t d = 0; d < uniform->digits; d++)
        sck_block_free(uniform->block[d]);
    uniform->digits = 0;
}

void sck_evaluator_save_memory(sck_evaluator *evaluator, int saves)
{
    evaluator->saves_memory = saves;
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
    k->digits = key->digits;
    k->halved = evaluator->saves_memory;
    memcpy(k->seed, seed, sizeof k->seed);
    memcpy(k->q, shape.q, shape.limbs * sizeof *k->q);
    k->next = evaluator->keys;
    evaluator->keys = k;
    for (uint32_t r = 0, first = 0; r < runs.runs && status == SCK_OK;
         first += runs.length[r++]) {
        const uint32_t rows = key->digits * runs.length[r];

        status = sck_block_new(evaluator->session, evaluator->ring->n,
                               k->halved ? rows : 2 * rows, &k->block[r]);
        if (status != SCK_OK)
            break;
        k->blocks = r + 1;
        k->first[r] = first;
        struct run_of_b b = {evaluator->ring, key, shape.q, first,
                             runs.length[r]};

        status = sck_block_fill(k->block[r], rows, fill_b, &b);
        for (uint32_t d = 0; d < key->digits && status == SCK_OK && !k->halved;
             d++)
            status = expand(run, evaluator->ring, k, r, d, k->block[r],
                            rows + d * runs.length[r], SCK_UPDATE);
        if (status == SCK_OK)
            sck_block_seal(k->block[r]);
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
