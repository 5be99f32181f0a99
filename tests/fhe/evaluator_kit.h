/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Keys, an encrypted vector, a session and a run: for evaluators that differ in
 * their options and must give the same words. */
#ifndef SCK_TEST_EVALUATOR_KIT_H
#define SCK_TEST_EVALUATOR_KIT_H

#include "sck_client.h"
#include "session_kit.h"

#include <stdlib.h>
#include <string.h>

struct kit {
    sck_params *params;
    struct sck_limbs_keyset *keys;
    struct sck_limbs_ciphertext *input;
    sck_session *session;
    sck_run *run;
};

/* Of k->params, which are the kit's: the wanted keys of one secret, and random
 * real slots encrypted at a level. */
static inline void open_keys(struct kit *k, const struct sck_limbs_key *wanted,
                             uint32_t count, uint32_t level, uint32_t slots)
{
    double *values = calloc(2 * (size_t)slots, sizeof *values);
    sck_secret_key *secret;

    CU_ASSERT_PTR_NOT_NULL_FATAL(values);
    CU_ASSERT_EQUAL_FATAL(sck_secret_key_new(k->params, &secret), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_keyset_new(secret, wanted, count, &k->keys),
                          SCK_OK);
    for (uint32_t i = 0; i < slots; i++)
        values[2 * i] = sck_test_real();
    CU_ASSERT_EQUAL_FATAL(
        sck_encrypt_secret(secret, level, values, slots, "x", &k->input),
        SCK_OK);
    sck_secret_key_free(secret);
    free(values);
}

static inline void close_keys(struct kit *k)
{
    sck_limbs_ciphertext_free(k->input);
    sck_limbs_keyset_free(k->keys);
    sck_params_free(k->params);
}

/* A session of so many workers, 0 for all cores, and a run; for
 * close_session(). */
static inline void open_session(struct kit *k, uint32_t workers)
{
    const struct sck_session_options options = {.workers = workers};

    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &k->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k->session, &k->run), SCK_OK);
}

/* An evaluator with the kit's keys, and the input uploaded. */
static inline sck_evaluator *new_evaluator(struct kit *k, int saves,
                                           sck_ciphertext **x)
{
    sck_evaluator *e = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k->session, k->params, &e), SCK_OK);
    sck_evaluator_save_memory(e, saves);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(e, k->run, k->keys), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(e, k->run, k->input, x),
                          SCK_OK);
    return e;
}

/* Rows that differ. */
static inline unsigned differences(const struct kit *k,
                                   const struct sck_limbs_ciphertext *a,
                                   const struct sck_limbs_ciphertext *b)
{
    const size_t bytes = sizeof(uint32_t) << sck_params_logn(k->params);
    uint32_t limbs;
    unsigned wrong = 0;

    CU_ASSERT_EQUAL_FATAL(a->level, b->level);
    (void)sck_params_primes(k->params, a->level, &limbs);
    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t i = 0; i < limbs; i++)
            wrong += memcmp(sck_limbs_row(a, h, i), sck_limbs_row(b, h, i),
                            bytes) != 0;
    return wrong;
}

#endif
