/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.save_memory: an evaluator that keeps halves of keys and
 * coefficients of matrices bootstraps and rotates to the same bits. */
#include "eval_priv.h"
#include "fail_alloc.h"
#include "sck_bootstrap.h"
#include "sck_client.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64, EVALUATORS = 2 };

struct kit {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_keyset *keys;
    struct sck_limbs_ciphertext *input;
    sck_session *session;
    sck_run *run;
};

static void open_kit(struct kit *k)
{
    struct sck_limbs_key *wanted;
    uint32_t count;
    double values[2 * SLOTS] = {0};

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_secret_key_new(k->params, &k->secret), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrap_keys(k->params, SLOTS, &wanted, &count),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_keyset_new(k->secret, wanted, count, &k->keys),
                          SCK_OK);
    free(wanted);
    for (uint32_t i = 0; i < SLOTS; i++)
        values[2 * i] = sck_test_real();
    CU_ASSERT_EQUAL_FATAL(
        sck_encrypt_secret(k->secret, sck_bootstrap_input_level(k->params),
                           values, SLOTS, "x", &k->input),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &k->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k->session, &k->run), SCK_OK);
}

static void close_kit(struct kit *k)
{
    struct sck_session_stats stats;

    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    sck_run_free(k->run);
    sck_session_get_stats(k->session, &stats);
    CU_ASSERT_EQUAL(stats.blocks_alive, 0);
    sck_session_free(k->session);
    sck_limbs_ciphertext_free(k->input);
    sck_limbs_keyset_free(k->keys);
    sck_secret_key_free(k->secret);
    sck_params_free(k->params);
}

/* Rows of the key blocks that an evaluator holds. */
static uint64_t key_rows(const sck_evaluator *e)
{
    uint64_t rows = 0;

    for (const struct sck_eval_key *key = e->keys; key != NULL; key = key->next)
        for (uint32_t i = 0; i < key->blocks; i++)
            rows += sck_block_rows(key->block[i]);
    return rows;
}

static uint64_t bootstrap(struct kit *k, int saves,
                          struct sck_limbs_ciphertext **out)
{
    sck_evaluator *e = NULL;
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x = NULL, *y = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k->session, k->params, &e), SCK_OK);
    sck_evaluator_save_memory(e, saves);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(e, k->run, k->keys), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrapper_new(e, k->run, SLOTS, &b), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(e, k->run, k->input, &x),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap(k->run, b, x, &y), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(y, "y", out), SCK_OK);
    const uint64_t rows = key_rows(e);

    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    sck_bootstrapper_free(b);
    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    sck_evaluator_free(e);
    return rows;
}

static void half_the_keys_give_the_same_bits(void)
{
    struct kit k;
    struct sck_limbs_ciphertext *out[EVALUATORS];
    uint64_t rows[EVALUATORS];
    uint32_t limbs;

    open_kit(&k);
    for (int saves = 0; saves < EVALUATORS; saves++)
        rows[saves] = bootstrap(&k, saves, &out[saves]);
    CU_ASSERT_EQUAL(rows[0], 2 * rows[1]);
    CU_ASSERT_EQUAL_FATAL(out[0]->level, out[1]->level);
    (void)sck_params_primes(k.params, out[0]->level, &limbs);
    for (uint32_t p = 0; p < 2; p++)
        for (uint32_t i = 0; i < limbs; i++)
            CU_ASSERT_EQUAL(memcmp(sck_limbs_row(out[0], p, i),
                                   sck_limbs_row(out[1], p, i),
                                   sizeof(uint32_t) * 1024),
                            0);
    sck_limbs_ciphertext_free(out[0]);
    sck_limbs_ciphertext_free(out[1]);
    close_kit(&k);
}

static uint64_t blocks_alive(const struct kit *k)
{
    struct sck_session_stats stats;

    sck_session_get_stats(k->session, &stats);
    return stats.blocks_alive;
}

/* Some of a bootstrap's allocations fail, one at a time. */
static void failures(struct kit *k, const sck_bootstrapper *b,
                     const sck_ciphertext *x)
{
    const uint64_t before = blocks_alive(k);
    uint32_t failed = 0;

    for (uint64_t at = 1;; at += 1 + sck_test_below(97)) {
        sck_ciphertext *y = NULL;

        fail_alloc_begin(at);
        const sck_status status = sck_eval_bootstrap(k->run, b, x, &y);
        const int ended = !fail_alloc_end();

        CU_ASSERT_EQUAL(status, ended ? SCK_OK : SCK_ERR_MEMORY);
        CU_ASSERT_EQUAL(y != NULL, ended);
        sck_ciphertext_free(y);
        CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
        CU_ASSERT_EQUAL(blocks_alive(k), before);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (ended || status != SCK_ERR_MEMORY || fail_alloc_kept() != 0)
            break;
        failed++;
    }
    CU_ASSERT(failed > 10);
}

static void failed_allocations_leave_nothing(void)
{
    struct kit k;
    sck_evaluator *e = NULL;
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x = NULL;

    open_kit(&k);
    for (int saves = 0; saves < 2; saves++) {
        CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k.session, k.params, &e),
                              SCK_OK);
        sck_evaluator_save_memory(e, saves);
        CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(e, k.run, k.keys), SCK_OK);
        CU_ASSERT_EQUAL_FATAL(sck_bootstrapper_new(e, k.run, SLOTS, &b),
                              SCK_OK);
        CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(e, k.run, k.input, &x),
                              SCK_OK);
        CU_ASSERT_EQUAL(sck_run_wait(k.run), SCK_OK);
        failures(&k, b, x);
        sck_ciphertext_free(x);
        sck_bootstrapper_free(b);
        CU_ASSERT_EQUAL(sck_run_wait(k.run), SCK_OK);
        sck_evaluator_free(e);
    }
    close_kit(&k);
}

static CU_TestInfo cases[] = {
    {"half_the_keys_give_the_same_bits", half_the_keys_give_the_same_bits},
    {"failed_allocations_leave_nothing", failed_allocations_leave_nothing},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(save_memory, cases)
