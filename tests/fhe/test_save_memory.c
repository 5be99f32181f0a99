/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.save_memory: an evaluator that keeps halves of keys and
 * coefficients of matrices bootstraps and rotates to the same bits. */
#include "eval_priv.h"
#include "evaluator_kit.h"
#include "fail_alloc.h"
#include "sck_bootstrap.h"

#include <stdlib.h>

enum { SLOTS = 64, EVALUATORS = 2 };

static void close_bootstrap(struct kit *k)
{
    close_session(k->session, NULL, k->run);
    close_keys(k);
}

static void open_bootstrap(struct kit *k)
{
    struct sck_limbs_key *wanted;
    uint32_t count;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrap_keys(k->params, SLOTS, &wanted, &count),
                          SCK_OK);
    open_keys(k, wanted, count, sck_bootstrap_input_level(k->params), SLOTS);
    open_session(k, 0);
    free(wanted);
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
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x, *y = NULL;
    sck_evaluator *e = new_evaluator(k, saves, &x);

    CU_ASSERT_EQUAL_FATAL(sck_bootstrapper_new(e, k->run, SLOTS, &b), SCK_OK);
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

    open_bootstrap(&k);
    for (int saves = 0; saves < EVALUATORS; saves++)
        rows[saves] = bootstrap(&k, saves, &out[saves]);
    CU_ASSERT_EQUAL(rows[0], 2 * rows[1]);
    CU_ASSERT_EQUAL(differences(&k, out[0], out[1]), 0);
    sck_limbs_ciphertext_free(out[0]);
    sck_limbs_ciphertext_free(out[1]);
    close_bootstrap(&k);
}

/* Some of a bootstrap's allocations fail, one at a time. */
static void failures(struct kit *k, const sck_bootstrapper *b,
                     const sck_ciphertext *x)
{
    const uint64_t before = blocks_alive(k->session);
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
        CU_ASSERT_EQUAL(blocks_alive(k->session), before);
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

    open_bootstrap(&k);
    for (int saves = 0; saves < 2; saves++) {
        sck_bootstrapper *b = NULL;
        sck_ciphertext *x;
        sck_evaluator *e = new_evaluator(&k, saves, &x);

        CU_ASSERT_EQUAL_FATAL(sck_bootstrapper_new(e, k.run, SLOTS, &b),
                              SCK_OK);
        CU_ASSERT_EQUAL(sck_run_wait(k.run), SCK_OK);
        failures(&k, b, x);
        sck_ciphertext_free(x);
        sck_bootstrapper_free(b);
        CU_ASSERT_EQUAL(sck_run_wait(k.run), SCK_OK);
        sck_evaluator_free(e);
    }
    close_bootstrap(&k);
}

static CU_TestInfo cases[] = {
    {"half_the_keys_give_the_same_bits", half_the_keys_give_the_same_bits},
    {"failed_allocations_leave_nothing", failed_allocations_leave_nothing},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(save_memory, cases)
