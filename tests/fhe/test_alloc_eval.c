/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.alloc_eval: every allocation of an operation fails once, and its
 * operands still hold. */
#include "alloc_kit.h"
#include "eval_batch_priv.h"
#include "eval_chebyshev_priv.h"

static double matrix[SLOTS * SLOTS];
static sck_ciphertext *three;
static sck_plaintext *plain;
static sck_linear_map *map;

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

/* Of two ciphertexts as one batch. */
static sck_status series(struct noise_kit *k, sck_ciphertext **made)
{
    const sck_ciphertext *const a[SCK_BATCH] = {k->x, k->y};
    const double c[] = {0.5, 1, -0.25};
    const sck_scale any = {0, 0};
    sck_ciphertext *y[SCK_BATCH];
    struct sck_spread spread;
    sck_status status;

    sck_spread_of(.5, &spread);
    status = sck_chebyshev_batch(k->run, a, SCK_BATCH, c, 2, any, &spread, y);
    *made = y[0];
    sck_ciphertext_free(y[1]);
    return status;
}

static void operations(void)
{
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    alloc_fill(matrix);
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
    each_fails("series of two", &k, series);
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
    {"operations", operations},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc_eval, cases)
