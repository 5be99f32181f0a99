/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.bootstrap_failure: how likely a bootstrap is to fail, in whole
 * numbers and without the library's formula. */
#include "eval_bootstrap_priv.h"
#include "sck_bootstrap.h"
#include "sck_encrypted.h"
#include "sck_test.h"

#include <gmp.h>
#include <math.h>
#include <stdio.h>

/* I is the sum of n = h + 1 uniforms on (-1/2, 1/2), one per coefficient of the
 * sparse secret and one for c_0, given that it is whole. Its probability at k
 * is their density there (Irwin, Hall):
 *   sum over j < k + n / 2 of (-1)^j C(n, j) (k + n / 2 - j)^(n - 1) / (n - 1)!
 * here times 2^(n - 1) (n - 1)!, a whole number. Nothing is cut: the terms are
 * up to 2^200 for a sum of 1. */
static void weight_of(mpz_t weight, uint32_t n, int k)
{
    mpz_t choose, power;

    mpz_inits(choose, power, NULL);
    mpz_set_ui(weight, 0);
    for (uint32_t j = 0; j <= n; j++) {
        const int twice = 2 * k + (int)n - 2 * (int)j;

        if (twice <= 0)
            break;
        mpz_bin_uiui(choose, n, j);
        mpz_ui_pow_ui(power, (unsigned long)twice, n - 1);
        if (j % 2 == 0)
            mpz_addmul(weight, choose, power);
        else
            mpz_submul(weight, choose, power);
    }
    mpz_clears(choose, power, NULL);
}

static double log2_of(const mpz_t x)
{
    long exponent;
    const double mantissa = mpz_get_d_2exp(&exponent, x);

    return log2(mantissa) + (double)exponent;
}

/* log2 of a coefficient's probability to have |I| > range, by a sum from there
 * to the end, which has to be what all the others leave of 1. */
static double tail_log2(uint32_t h, int range)
{
    const uint32_t n = h + 1;
    const int end = (int)(n + 1) / 2;
    mpz_t one, inside, outside, weight;

    mpz_inits(one, inside, outside, weight, NULL);
    mpz_fac_ui(one, n - 1);
    mpz_mul_2exp(one, one, n - 1);
    for (int k = -end; k <= end; k++) {
        weight_of(weight, n, k);
        CU_ASSERT(mpz_sgn(weight) >= 0);
        if (k > range || k < -range)
            mpz_add(outside, outside, weight);
        else
            mpz_add(inside, inside, weight);
    }
    const double tail = log2_of(outside) - log2_of(one);

    mpz_add(inside, inside, outside);
    CU_ASSERT(mpz_cmp(inside, one) == 0);
    mpz_clears(one, inside, outside, weight, NULL);
    return tail;
}

/* Any of N coefficients, by the sum of their probabilities. */
static void every_set_fails_less_than_once_in_2_to_the_100(void)
{
    static const char *const sets[] = {"b16-40", "b16-35", "b16-45", "test-10"};

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        sck_params *params = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_params_named(sets[i], &params), SCK_OK);
        const double coefficient =
            tail_log2(sck_sparse_weight(params), SCK_EVALMOD_RANGE);
        const double all = coefficient + sck_params_logn(params);

        printf("\n    %-8s 2^%.4f a coefficient, 2^%.4f a bootstrap ", sets[i],
               coefficient, all);
        CU_ASSERT(all < -100);
        CU_ASSERT_DOUBLE_EQUAL(sck_bootstrap_failure_log2(params), all, 1e-9);
        sck_params_free(params);
    }
}

/* A polynomial that covered one multiple less would not do. */
static void the_range_has_nothing_to_spare(void)
{
    const double less = tail_log2(32, SCK_EVALMOD_RANGE - 1) + 16;

    printf("2^%.1f with |I| <= %d ... ", less, SCK_EVALMOD_RANGE - 1);
    CU_ASSERT(less > -100);
}

/* P(I = 1) of three uniforms: (1/2)^2 / 2; of two I is 0. */
static void small_sums_are_known(void)
{
    CU_ASSERT_DOUBLE_EQUAL(tail_log2(2, 0), -2, 1e-12);
    CU_ASSERT_EQUAL(tail_log2(2, 1), -INFINITY);
}

static CU_TestInfo cases[] = {
    {"every_set_fails_less_than_once_in_2_to_the_100",
     every_set_fails_less_than_once_in_2_to_the_100},
    {"the_range_has_nothing_to_spare", the_range_has_nothing_to_spare},
    {"small_sums_are_known", small_sums_are_known},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_failure, cases)
