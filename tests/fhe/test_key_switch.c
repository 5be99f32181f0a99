/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.key_switch: ways of switching keys that must give the same words:
 * halves and blocks together or apart, hoisted or one by one. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_combine_priv.h"
#include "noise_kit.h"
#include "sample_uniform.h"

#include <stdlib.h>

enum { N = 1024 };

static void read_both(struct sck_polynomial *const *poly, uint32_t *words)
{
    for (uint32_t h = 0; h < 2; h++)
        CU_ASSERT_EQUAL(sck_polynomial_read(
                            poly[h], words + (size_t)h * poly[h]->limbs * N),
                        SCK_OK);
}

/* Halves in one task against halves one by one, and permuted on the way against
 * permuted after; P c added on the way against c added after. */
static void fewer_tasks_give_the_same_bits(void)
{
    enum { GALOIS = 5 };
    static uint32_t one[2 * SCK_MAX_LIMBS * N], other[2 * SCK_MAX_LIMBS * N];
    struct sck_polynomial *apart[2], *joined[2], *turned[2];
    const struct sck_eval_key *key = NULL;
    struct sck_raised raised, onto;
    struct sck_digits digits;
    struct noise_kit k;
    uint32_t limbs;

    noise_open(&k);
    (void)noise_again(&k);
    const uint32_t *q = sck_params_primes(k.holder.params, LEVEL, &limbs);
    const size_t bytes = 2 * (size_t)limbs * N * sizeof *one;

    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_key(k.evaluator, SCK_SEED_RELIN, 0, LEVEL, &key), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_digits_new(k.run, k.evaluator, k.x->poly[1], LEVEL, &digits),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_key_switch_raise(k.run, k.evaluator, &digits,
                                               k.x->poly[1], key, &raised),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_key_switch_raise_onto(k.run, k.evaluator, &digits,
                                                    k.x->poly[1], key,
                                                    k.x->poly, &onto),
                          SCK_OK);
    for (uint32_t h = 0; h < 2; h++)
        CU_ASSERT_EQUAL(
            sck_raised_mod_down(k.run, k.evaluator, &raised, h, &apart[h]),
            SCK_OK);
    CU_ASSERT_EQUAL(
        sck_raised_mod_down_both(k.run, k.evaluator, &raised, 0, joined),
        SCK_OK);
    CU_ASSERT_EQUAL(
        sck_raised_mod_down_both(k.run, k.evaluator, &raised, GALOIS, turned),
        SCK_OK);
    read_both(apart, one);
    read_both(joined, other);
    CU_ASSERT_EQUAL(memcmp(one, other, bytes), 0);
    for (uint32_t h = 0; h < 2; h++)
        CU_ASSERT_EQUAL(
            sck_poly_permute(k.run, k.evaluator, GALOIS, apart[h], joined[h]),
            SCK_OK);
    read_both(joined, one);
    read_both(turned, other);
    CU_ASSERT_EQUAL(memcmp(one, other, bytes), 0);
    for (uint32_t h = 0; h < 2; h++) {
        CU_ASSERT_EQUAL(sck_poly_elementwise(
                            k.run, k.evaluator, SCK_ADD, q, NULL, apart[h],
                            apart[h], k.x->poly[h], NULL, apart[h]->blocks),
                        SCK_OK);
        sck_polynomial_free(joined[h]);
    }
    CU_ASSERT_EQUAL(
        sck_raised_mod_down_both(k.run, k.evaluator, &onto, 0, joined), SCK_OK);
    read_both(apart, one);
    read_both(joined, other);
    CU_ASSERT_EQUAL(memcmp(one, other, bytes), 0);
    for (uint32_t h = 0; h < 2; h++) {
        sck_polynomial_free(apart[h]);
        sck_polynomial_free(joined[h]);
        sck_polynomial_free(turned[h]);
    }
    sck_digits_free(&digits);
    sck_raised_free(&raised);
    sck_raised_free(&onto);
    noise_finish(&k);
}

/* Ten steps, one of them none: two tasks a block, five keys and four. */
static void hoisted_rotations_are_rotations_bit_for_bit(void)
{
    enum { TURNS = 10 };
    static const int64_t steps[TURNS] = {1, 2, 3, 0, 4, 5, -8, 6, 7, 16};
    static uint32_t one[2 * SCK_MAX_LIMBS * N], other[2 * SCK_MAX_LIMBS * N];
    sck_ciphertext *together[TURNS], *alone;
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_rotate_hoisted(k.run, k.x, steps, TURNS, together), SCK_OK);
    for (int i = 0; i < TURNS; i++) {
        CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(k.run, k.x, steps[i], &alone),
                              SCK_OK);
        read_both(together[i]->poly, one);
        read_both(alone->poly, other);
        CU_ASSERT_EQUAL(
            memcmp(one, other,
                   2 * (size_t)alone->poly[0]->limbs * N * sizeof *one),
            0);
        sck_ciphertext_free(alone);
        sck_ciphertext_free(together[i]);
    }
    noise_finish(&k);
}

/* A key switch of x, P times x added, both halves divided; gives its tasks. */
static uint64_t switch_in_blocks(struct noise_kit *k,
                                 const struct sck_eval_key *key,
                                 uint32_t blocks_per_task, uint32_t *words)
{
    const uint64_t before = sck_run_tasks(k->run);
    struct sck_polynomial *out[2];
    struct sck_raised raised;
    struct sck_digits digits;

    k->evaluator->blocks_per_task = blocks_per_task;
    CU_ASSERT_EQUAL_FATAL(
        sck_digits_new(k->run, k->evaluator, k->x->poly[1], LEVEL, &digits),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_key_switch_raise_onto(k->run, k->evaluator,
                                                    &digits, k->x->poly[1], key,
                                                    k->x->poly, &raised),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_raised_mod_down_both(k->run, k->evaluator, &raised, 5, out),
        SCK_OK);
    read_both(out, words);
    for (uint32_t h = 0; h < 2; h++)
        sck_polynomial_free(out[h]);
    sck_digits_free(&digits);
    sck_raised_free(&raised);
    return sck_run_tasks(k->run) - before;
}

static void several_blocks_a_task_give_the_same_bits(void)
{
    static uint32_t one[2 * SCK_MAX_LIMBS * N], other[2 * SCK_MAX_LIMBS * N];
    const struct sck_eval_key *key = NULL;
    struct noise_kit k;
    uint32_t limbs;

    /* Tasks are not joined any further, as they would be for a GPU. */
    setenv("STARCLOAK_KIB_PER_TASK", "1", 1);
    noise_open(&k);
    unsetenv("STARCLOAK_KIB_PER_TASK");
    (void)noise_again(&k);
    sck_params_primes(k.holder.params, LEVEL, &limbs);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_key(k.evaluator, SCK_SEED_RELIN, 0, LEVEL, &key), SCK_OK);
    const uint64_t tasks = switch_in_blocks(&k, key, 1, one);

    for (uint32_t blocks = 2; blocks <= SCK_TASK_PARTS; blocks += 3) {
        CU_ASSERT_TRUE(switch_in_blocks(&k, key, blocks, other) < tasks);
        CU_ASSERT_EQUAL(memcmp(one, other, 2 * (size_t)limbs * N * sizeof *one),
                        0);
    }
    noise_finish(&k);
}

static int same(const sck_ciphertext *a, const sck_ciphertext *b)
{
    static uint32_t one[2 * SCK_MAX_LIMBS * N], other[2 * SCK_MAX_LIMBS * N];

    read_both(a->poly, one);
    read_both(b->poly, other);
    return memcmp(one, other,
                  2 * (size_t)a->poly[0]->limbs * N * sizeof *one) == 0;
}

/* A sum formed by the tasks that read it against the same stored. */
static void sum_is(struct noise_kit *k, const struct sck_combined *c,
                   sck_scale scale)
{
    sck_ciphertext *sum, *fused, *stored;

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_like(k->x, LEVEL, 0, scale, &sum),
                          SCK_OK);
    sum->size = 2;
    CU_ASSERT_TRUE(sck_combined_is_fused(c, k->evaluator));
    CU_ASSERT_EQUAL_FATAL(sck_combined_rescale_as(k->run, c, sum, NULL, &fused),
                          SCK_OK);
    CU_ASSERT_PTR_NULL(sum->poly[0]);
    for (uint32_t h = 0; h < sum->size; h++)
        CU_ASSERT_EQUAL_FATAL(sck_poly_at(k->evaluator, LEVEL, &sum->poly[h]),
                              SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_combine(k->run, c, sum), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_rescale_as(k->run, sum, NULL, &stored), SCK_OK);
    CU_ASSERT_TRUE(same(fused, stored));
    sck_ciphertext_free(sum);
    sck_ciphertext_free(fused);
    sck_ciphertext_free(stored);
}

static void sums_need_not_be_stored(void)
{
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    const struct sck_combined multiples = {.terms = 2,
                                           .factor = 1,
                                           .x = {k.x, k.y},
                                           .multiple = {3, -7},
                                           .constant = -5};

    sum_is(&k, &multiples, sck_scale_mul(k.x->scale, k.y->scale));
    noise_finish(&k);
}

static CU_TestInfo cases[] = {
    {"hoisted_rotations_are_rotations_bit_for_bit",
     hoisted_rotations_are_rotations_bit_for_bit},
    {"fewer_tasks_give_the_same_bits", fewer_tasks_give_the_same_bits},
    {"several_blocks_a_task_give_the_same_bits",
     several_blocks_a_task_give_the_same_bits},
    {"sums_need_not_be_stored", sums_need_not_be_stored},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(key_switch, cases)
