/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.alloc_eval: every allocation of the evaluation fails once. Each
 * time the call reports SCK_ERR_MEMORY, its output is NULL, its operands still
 * hold and no block is left. */
#include "fail_alloc.h"
#include "noise_kit.h"

#include <stdlib.h>

/* A call under test: what it makes goes to *made. */
typedef sck_status call(struct noise_kit *k, sck_ciphertext **made);

static struct sck_limbs_ciphertext *limbs;
static struct sck_limbs_keyset *keys;
static double matrix[SLOTS * SLOTS];
static sck_ciphertext *three;
static sck_plaintext *plain;
static sck_linear_map *map;
static sck_evaluator *fresh;

static uint64_t blocks_alive(const struct noise_kit *k)
{
    struct sck_session_stats stats;

    sck_session_get_stats(k->session, &stats);
    return stats.blocks_alive;
}

/* Fails the call's allocations one by one until it succeeds; what it then made
 * is freed. */
static void each_fails(const char *name, struct noise_kit *k, call *run)
{
    const uint64_t before = blocks_alive(k);
    sck_ciphertext *made = NULL;

    for (uint64_t at = 1; at < 100000; at++) {
        fail_alloc_begin(at);
        const sck_status status = run(k, &made);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            CU_ASSERT(at > 1);
            printf("\n    %s: %d allocations ", name, (int)at - 1);
            sck_ciphertext_free(made);
            return;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(made);
        CU_ASSERT_EQUAL(blocks_alive(k), before);
        /* Tasks submitted before the failure end well. */
        CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (status != SCK_ERR_MEMORY || made != NULL ||
            blocks_alive(k) != before || fail_alloc_kept() != 0) {
            printf("\n    %s, allocation %d: status %d, made %p, %d blocks, %d "
                   "kept ",
                   name, (int)at, (int)status, (void *)made,
                   (int)(blocks_alive(k) - before), (int)fail_alloc_kept());
            return;
        }
    }
    CU_FAIL("no end of allocations");
}

static sck_status upload(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_ciphertext_upload(k->evaluator, k->run, limbs, made);
}

static sck_status download(struct noise_kit *k, sck_ciphertext **made)
{
    struct sck_limbs_ciphertext *out = NULL;
    const sck_status status = sck_ciphertext_download(k->x, "x", &out);

    CU_ASSERT((status == SCK_OK) == (out != NULL));
    (void)made;
    sck_limbs_ciphertext_free(out);
    return status;
}

static sck_status evaluator(struct noise_kit *k, sck_ciphertext **made)
{
    sck_evaluator *out = NULL;
    const sck_status status =
        sck_evaluator_new(k->session, k->holder.params, &out);

    CU_ASSERT((status == SCK_OK) == (out != NULL));
    (void)made;
    sck_evaluator_free(out);
    return status;
}

/* An evaluator whose keys did not load takes them again. */
static sck_status add_keys(struct noise_kit *k, sck_ciphertext **made)
{
    (void)made;
    const sck_status status = sck_evaluator_add_keys(fresh, k->run, keys);

    if (status == SCK_OK) {
        /* What a loaded key keeps goes with its evaluator. */
        sck_evaluator_free(fresh);
        fresh = NULL;
    }
    return status;
}

static sck_status run_new(struct noise_kit *k, sck_ciphertext **made)
{
    sck_run *out = NULL;
    const sck_status status = sck_run_new(k->session, &out);

    CU_ASSERT((status == SCK_OK) == (out != NULL));
    (void)made;
    sck_run_free(out);
    return status;
}

static sck_status encode(struct noise_kit *k, sck_ciphertext **made)
{
    sck_plaintext *out = NULL;
    const sck_status status =
        sck_plaintext_encode(k->evaluator, k->run, k->b, SLOTS, LEVEL,
                             sck_params_scale(k->holder.params, LEVEL), &out);

    CU_ASSERT((status == SCK_OK) == (out != NULL));
    (void)made;
    sck_plaintext_free(out);
    return status;
}

static sck_status linear_map(struct noise_kit *k, sck_ciphertext **made)
{
    sck_linear_map *out = NULL;
    const sck_status status =
        sck_linear_map_new(k->evaluator, k->run, matrix, SLOTS, LEVEL, &out);

    CU_ASSERT((status == SCK_OK) == (out != NULL));
    (void)made;
    sck_linear_map_free(out);
    return status;
}

static void what_is_loaded(void)
{
    static const int diagonals[] = {0, 1, 2, 3, 8, 9, 10, 11};
    struct noise_kit k;
    uint32_t galois[1] = {0};

    noise_open(&k);
    (void)noise_again(&k);
    /* Four baby steps and two giant ones; a matrix made
     * before, as the evaluator keeps a ring for its short diagonals. */
    for (int i = 0; i < SLOTS; i++) {
        for (int d = 0; d < 8; d++)
            matrix[i * SLOTS + (i + diagonals[d]) % SLOTS] = 0.25;
        matrix[i * SLOTS + i] = i * 0x1p-8;
    }
    CU_ASSERT_EQUAL_FATAL(linear_map(&k, NULL), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_wait(k.run), SCK_OK);
    limbs = keyholder_encrypt(&k.holder, k.a, SLOTS, LEVEL);
    keys = keyholder_keys(&k.holder, LEVEL, galois, 1);
    each_fails("run", &k, run_new);
    each_fails("evaluator", &k, evaluator);
    each_fails("upload", &k, upload);
    each_fails("download", &k, download);
    each_fails("encode", &k, encode);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k.session, k.holder.params, &fresh),
                          SCK_OK);
    each_fails("keys", &k, add_keys);
    sck_evaluator_free(fresh);
    each_fails("linear map", &k, linear_map);
    sck_limbs_ciphertext_free(limbs);
    sck_limbs_keyset_free(keys);
    noise_finish(&k);
}

static sck_status add(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_add(k->run, k->x, k->y, made);
}

static sck_status add_plain(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_add_plain(k->run, k->x, plain, made);
}

static sck_status mul_plain(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_mul_plain(k->run, k->x, plain, made);
}

static sck_status mul_scalar(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_mul_scalar(k->run, k->x, 0.3,
                               sck_params_scale(k->holder.params, LEVEL), made);
}

static sck_status mul(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_mul(k->run, k->x, k->y, made);
}

static sck_status relinearise(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_relinearise(k->run, three, made);
}

static sck_status rescale(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_rescale(k->run, three, made);
}

static sck_status both(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_relinearise_rescale(k->run, three, made);
}

static sck_status lower(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_lower(k->run, k->x, LEVEL - 2, made);
}

static sck_status rotate(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_rotate(k->run, k->x, 3, made);
}

static sck_status hoisted(struct noise_kit *k, sck_ciphertext **made)
{
    const int64_t steps[] = {1, 0, 2};
    sck_ciphertext *out[3];
    const sck_status status =
        sck_eval_rotate_hoisted(k->run, k->x, steps, 3, out);

    (void)made;
    for (int i = 0; i < 3; i++) {
        CU_ASSERT((status == SCK_OK) == (out[i] != NULL));
        sck_ciphertext_free(out[i]);
    }
    return status;
}

static sck_status inner_sum(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_inner_sum(k->run, k->x, 4, made);
}

static sck_status linear(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_eval_linear(k->run, k->x, map, made);
}

static sck_status polynomial(struct noise_kit *k, sck_ciphertext **made)
{
    const double c[] = {0.5, 1, -0.25, 0.75};

    return sck_eval_polynomial(k->run, k->x, c, 3, made);
}

static void operations(void)
{
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    const sck_scale scale = sck_params_scale(k.holder.params, LEVEL);

    CU_ASSERT_EQUAL_FATAL(sck_plaintext_encode(k.evaluator, k.run, k.b, SLOTS,
                                               LEVEL, scale, &plain),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_linear_map_new(k.evaluator, k.run, matrix, SLOTS, LEVEL, &map),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(k.run, k.x, k.y, &three), SCK_OK);
    each_fails("add", &k, add);
    each_fails("add plain", &k, add_plain);
    each_fails("mul plain", &k, mul_plain);
    each_fails("mul scalar", &k, mul_scalar);
    each_fails("mul", &k, mul);
    each_fails("relinearise", &k, relinearise);
    each_fails("rescale", &k, rescale);
    each_fails("relinearise and rescale", &k, both);
    each_fails("lower", &k, lower);
    each_fails("rotate", &k, rotate);
    each_fails("hoisted", &k, hoisted);
    each_fails("inner sum", &k, inner_sum);
    each_fails("linear", &k, linear);
    each_fails("polynomial", &k, polynomial);
    /* The operands hold what they held. */
    noise_times(k.want, k.a, k.b);
    noise_measure(&k, "mul", three);
    memcpy(k.want, k.a, sizeof k.want);
    noise_measure(&k, "x", k.x);
    k.x = NULL;
    for (int i = 0; i < k.tallies; i++)
        CU_ASSERT(k.tally[i].measured < 4 * k.tally[i].predicted);
    sck_plaintext_free(plain);
    sck_linear_map_free(map);
    noise_finish(&k);
}

static CU_TestInfo cases[] = {
    {"what_is_loaded", what_is_loaded},
    {"operations", operations},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc_eval, cases)
