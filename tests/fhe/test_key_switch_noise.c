/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.key_switch_noise: the error of a key switch before it is divided by
 * P, where no rounding hides it. With P at least 2^6 times a digit the rounding
 * is ten times as large, so that results alone would not show a wrong model. */
#include "eval_priv.h"
#include "intt.h"
#include "noise_kit.h"
#include "ntt.h"
#include "sample_uniform.h"

#include <gmp.h>

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

static CU_TestInfo cases[] = {
    {"errors_before_division_are_the_model_s",
     errors_before_division_are_the_model_s},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(key_switch_noise, cases)
