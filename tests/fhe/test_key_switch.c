/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.key_switch: the error of a key switch before it is divided by P,
 * where no rounding hides it. With P at least 2^6 times a digit the rounding is
 * ten times as large, so that results alone would not show a wrong model. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_priv.h"
#include "intt.h"
#include "noise_kit.h"
#include "ntt.h"
#include "sample_uniform.h"

#include <gmp.h>
#include <stdlib.h>

enum { N = 1024 };

/* e = r0 + r1 s - P c s^2 modulo q, as coefficients; all of c, r0, r1 in NTT
 * form. */
static void error_modulo(const struct keyholder *h,
                         const struct sck_key_class *key_class, uint32_t q,
                         const uint32_t *r0, const uint32_t *r1,
                         const uint32_t *c, uint32_t *e)
{
    uint32_t s[N];
    uint64_t p = 1;

    for (uint32_t k = 0; k < key_class->special_count; k++)
        p = p * key_class->special[k] % q;
    for (int j = 0; j < N; j++)
        s[j] = h->s[j] < 0 ? q - 1 : (uint32_t)h->s[j];
    sck_ntt_limb_ref(sck_ring_prime(h->ring, q), N, s);
    for (int j = 0; j < N; j++) {
        /* P is zero modulo its own primes, where c is not given. */
        const uint64_t wanted =
            c == NULL ? 0 : p * c[j] % q * s[j] % q * s[j] % q;

        e[j] = (uint32_t)((r0[j] + (uint64_t)r1[j] * s[j] + q - wanted) % q);
    }
    sck_intt_row_ref(sck_ring_prime(h->ring, q), N, e, e);
}

/* The mean square over P^2 of the centred integers of which e holds the
 * residues, a row a prime. */
static double mean_square(const uint32_t *e, const uint32_t *q, uint32_t limbs,
                          const struct sck_key_class *key_class)
{
    double log2_p = 0, sum = 0;
    mpz_t x, m;

    for (uint32_t k = 0; k < key_class->special_count; k++)
        log2_p += log2(key_class->special[k]);
    mpz_inits(x, m, NULL);
    for (int j = 0; j < N; j++) {
        long exponent;

        mpz_set_ui(x, 0);
        mpz_set_ui(m, 1);
        for (uint32_t i = 0; i < limbs; i++) {
            const uint64_t at = mpz_fdiv_ui(x, q[i]);
            uint64_t unit = mpz_fdiv_ui(m, q[i]), digit = e[i * N + j];

            digit = (digit + q[i] - at) % q[i];
            for (uint32_t power = q[i] - 2; power != 0; power >>= 1) {
                if (power & 1)
                    digit = digit * unit % q[i];
                unit = unit * unit % q[i];
            }
            mpz_addmul_ui(x, m, digit);
            mpz_mul_ui(m, m, q[i]);
        }
        mpz_mul_2exp(x, x, 1);
        if (mpz_cmp(x, m) > 0) {
            mpz_mul_2exp(m, m, 1);
            mpz_sub(x, x, m);
        }
        const double mantissa = mpz_get_d_2exp(&exponent, x) / 2;

        sum += pow(mantissa * exp2((double)exponent - log2_p), 2) / N;
    }
    mpz_clears(x, m, NULL);
    return sum;
}

/* A relinearisation at a level, against the model's variance. */
static void expect_at(struct noise_kit *k, uint32_t level)
{
    static uint32_t half[2][SCK_MAX_LIMBS * N], c[SCK_MAX_LIMBS * N],
        e[SCK_MAX_LIMBS * N];
    const struct sck_eval_key *key = NULL;
    sck_ciphertext *low = NULL, *three = NULL;
    struct sck_raised raised;
    struct sck_digits digits;
    uint32_t own;

    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(k->run, k->x, level, &low), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(k->run, low, low, &three), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_key(k->evaluator, SCK_SEED_RELIN, 0, level, &key),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_digits_new(k->run, k->evaluator, three->poly[2], level, &digits),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_key_switch_raise(k->run, k->evaluator, &digits,
                                               three->poly[2], key, &raised),
                          SCK_OK);
    for (int h = 0; h < 2; h++)
        CU_ASSERT_EQUAL(sck_polynomial_read(raised.poly[h], half[h]), SCK_OK);
    CU_ASSERT_EQUAL(sck_polynomial_read(three->poly[2], c), SCK_OK);
    sck_params_primes(k->holder.params, level, &own);
    for (uint32_t i = 0; i < raised.limbs; i++)
        error_modulo(&k->holder, raised.key_class, raised.primes[i],
                     half[0] + (size_t)i * N, half[1] + (size_t)i * N,
                     i < own ? c + (size_t)i * N : NULL, e + (size_t)i * N);
    const double measured =
        mean_square(e, raised.primes, raised.limbs, raised.key_class);
    const double predicted = sck_noise_key_switch(k->holder.params, level);

    printf("\n    level %u, %u digits: 2^%.2f measured, 2^%.2f predicted ",
           level, digits.count, 0.5 * log2(measured), 0.5 * log2(predicted));
    CU_ASSERT(fabs(0.5 * log2(measured / predicted)) < 0.5);
    CU_ASSERT(measured < sck_noise_rounding(k->holder.params, 2));
    sck_digits_free(&digits);
    sck_raised_free(&raised);
    sck_ciphertext_free(three);
    sck_ciphertext_free(low);
}

static void errors_before_division_are_the_model_s(void)
{
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    CU_ASSERT_EQUAL_FATAL(k.holder.ring->n, N);
    for (uint32_t level = LEAST; level <= LEVEL; level++)
        expect_at(&k, level);
    noise_finish(&k);
}

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

static CU_TestInfo cases[] = {
    {"hoisted_rotations_are_rotations_bit_for_bit",
     hoisted_rotations_are_rotations_bit_for_bit},
    {"fewer_tasks_give_the_same_bits", fewer_tasks_give_the_same_bits},
    {"errors_before_division_are_the_model_s",
     errors_before_division_are_the_model_s},
    {"several_blocks_a_task_give_the_same_bits",
     several_blocks_a_task_give_the_same_bits},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(key_switch, cases)
