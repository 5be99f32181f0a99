/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What only many bootstraps show: that none fails, and that the multiple of q0
 * has the distribution that the failure probability is computed from. */
#include "encode.h"
#include "eval_bootstrap_priv.h"
#include "fixture.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 1000, KEY_SETS = 10, SLOTS = 512, N = 1024, LARGEST = 16 };

/* A bootstrap whose worst slot has fewer bits has failed: an I beyond what
 * EvalMod covers leaves none. */
enum { LEAST_BITS = 22 };

static uint64_t seen[2 * LARGEST + 1];

/* Density at k of the sum of 33 uniforms on (-1/2, 1/2): 32 coefficients of the
 * secret, and the rounding to an integer. From its characteristic function. */
static double probability(int k)
{
    const double step = 1e-3;
    double sum = 0.5;

    for (double w = step; w < 60; w += step)
        sum += cos(k * w) * pow(sin(w / 2) / (w / 2), 33);
    return sum * step / 3.14159265358979323846;
}

/* Counts the multiples of q0 in the coefficients after the modulus is raised.
 */
static void count_multiples(const sck_ciphertext *x)
{
    const struct sck_encode_args args = {
        .ring = fixture.evaluator->ring->id, .slots = SLOTS, .scale = 0x1p20};
    sck_ciphertext *low = NULL, *raised = NULL;
    static double slots[2 * SLOTS];
    static int64_t coefficient[N];

    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 0, &low), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_raise_modulus(fixture.run, low, &raised), SCK_OK);
    raised->scale = sck_bootstrap_modulus(fixture.params);
    fixture_decrypt(raised, slots);
    sck_encode_embed(&args, fixture.evaluator->ring, coefficient, slots);
    for (int i = 0; i < N; i++) {
        const int k = (int)lrint((double)coefficient[i] * 0x1p-20);

        CU_ASSERT_FATAL(k >= -LARGEST && k <= LARGEST);
        seen[k + LARGEST]++;
    }
    sck_ciphertext_free(low);
    sck_ciphertext_free(raised);
}

static double run_once(const sck_bootstrapper *b, int i)
{
    sck_ciphertext *x, *y = NULL;
    double worst = 0;

    for (int j = 0; j < SLOTS; j++) {
        fixture.in[2 * j] = i % 3 == 0 ? (j % 2 ? -1 : 1) : sck_test_real();
        fixture.in[2 * j + 1] = 0;
    }
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap(fixture.run, b, x, &y), SCK_OK);
    fixture_decrypt(y, fixture.out);
    for (int j = 0; j < SLOTS; j++)
        worst = fmax(worst, fabs(fixture.out[2 * j] - fixture.in[2 * j]));
    count_multiples(x);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    return worst;
}

/* Bins with fewer than 20 expected are left out: chi-square of 11 bins or so,
 * above 45 once in 100,000 times. */
static double chi_square(int *bins)
{
    const double total = (double)RUNS * N;
    double chi = 0;

    *bins = 0;
    for (int k = -LARGEST; k <= LARGEST; k++) {
        const double expected = total * probability(k);
        const double off = (double)seen[k + LARGEST] - expected;

        if (expected < 20)
            continue;
        chi += off * off / expected;
        (*bins)++;
    }
    return chi;
}

/* Coefficients of |I| >= k, and how many the law has. */
static void print_tail(int k)
{
    uint64_t count = 0;
    double expected = 0;

    for (int i = -LARGEST; i <= LARGEST; i++)
        if (abs(i) >= k) {
            count += seen[i + LARGEST];
            expected += (double)RUNS * N * probability(i);
        }
    printf(" %d: %llu (%.*f)", k, (unsigned long long)count,
           expected < 10 ? 2 : 0, expected);
}

/* The measured distribution of I, and in brackets the law's. */
static void print_multiples(double deviation, double chi, int bins)
{
    int largest = 0;

    for (int k = -LARGEST; k <= LARGEST; k++)
        if (seen[k + LARGEST] != 0 && abs(k) > largest)
            largest = abs(k);
    printf("I(X), %d coefficients: deviation %.4f (%.4f), largest |I| %d, "
           "chi-square %.1f over %d bins\n    with |I| at least",
           RUNS * N, deviation, sqrt(33.0 / 12), largest, chi, bins);
    for (int k = 1; k <= largest + 1; k++)
        print_tail(k);
    printf("\n    ");
}

/* What the histogram below is held to. */
static void the_law_sums_to_one(void)
{
    double sum = 0;

    for (int k = -LARGEST; k <= LARGEST; k++)
        sum += probability(k);
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-9);
}

static void a_thousand_bootstraps_hold(void)
{
    double worst = 0, squares = 0;
    int bins, failures = 0;

    memset(seen, 0, sizeof seen);
    for (int set = 0; set < KEY_SETS; set++) {
        sck_bootstrapper *b = NULL;

        fixture_begin("b16-40", SLOTS);
        CU_ASSERT_EQUAL_FATAL(
            sck_bootstrapper_new(fixture.evaluator, fixture.run, SLOTS, &b),
            SCK_OK);
        for (int i = 0; i < RUNS / KEY_SETS; i++) {
            const double error = run_once(b, i);

            failures += !(-log2(error) >= LEAST_BITS);
            worst = fmax(worst, error);
        }
        sck_bootstrapper_free(b);
        fixture_end();
    }
    for (int k = -LARGEST; k <= LARGEST; k++)
        squares += (double)k * k * (double)seen[k + LARGEST];

    const double chi = chi_square(&bins);
    const double deviation = sqrt(squares / RUNS / N);

    printf("\n    failures %d of %d (below %d bits), worst slot of all %.2f "
           "bits\n    ",
           failures, RUNS, LEAST_BITS, -log2(worst));
    print_multiples(deviation, chi, bins);
    CU_ASSERT_EQUAL(failures, 0);
    CU_ASSERT_DOUBLE_EQUAL(deviation, sqrt(33.0 / 12), 0.01);
    CU_ASSERT(chi < 50);
    CU_ASSERT(bins > 9);
}

static CU_TestInfo cases[] = {
    {"the_law_sums_to_one", the_law_sums_to_one},
    {"a_thousand_bootstraps_hold", a_thousand_bootstraps_hold},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_many, cases)
