/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite sampler. The Gaussian's table is recomputed with MPFR; samples are
 * compared with their distribution by chi-square, drawn from the printed seed;
 * a right sampler exceeds the bounds for one seed in 10^9. */
#include "sampler.h"

#include <math.h>
#include <mpfr.h>
#include <stdlib.h>
#include <string.h>

#include "sck_test.h"
#include "seeded.h"

enum { BITS = 256, DRAWS = 1 << 20, N = 1 << 12 };

static void the_table_is_the_rounded_distribution(void)
{
    mpfr_t sum, total, rho, x;
    uint64_t got[SCK_GAUSSIAN_ENTRIES + 1];

    mpfr_inits2(BITS, sum, total, rho, x, (mpfr_ptr)0);
    /* pass 0 sums up the total; 200 is 62 sigma: e^-1953. */
    for (int pass = 0; pass < 2; pass++) {
        mpfr_set_zero(sum, 1);
        for (unsigned k = 0; k <= 200; k++) {
            /* -k^2 / (2 3.2^2) = -k^2 100 / 2048 */
            mpfr_set_ui(x, k * k * 100, MPFR_RNDN);
            mpfr_div_ui(x, x, 2048, MPFR_RNDN);
            mpfr_neg(x, x, MPFR_RNDN);
            mpfr_exp(rho, x, MPFR_RNDN);
            mpfr_mul_ui(rho, rho, k == 0 ? 1 : 2, MPFR_RNDN);
            mpfr_add(sum, sum, rho, MPFR_RNDN);
            if (pass == 1 && k <= SCK_GAUSSIAN_ENTRIES) {
                mpfr_div(x, sum, total, MPFR_RNDN);
                mpfr_mul_2ui(x, x, 63, MPFR_RNDN);
                mpfr_round(x, x);
                got[k] = mpfr_get_uj(x, MPFR_RNDN);
            }
        }
        if (pass == 0)
            mpfr_set(total, sum, MPFR_RNDN);
    }
    for (unsigned k = 0; k < SCK_GAUSSIAN_ENTRIES; k++)
        CU_ASSERT_EQUAL(got[k], sck_gaussian_table[k]);
    /* It ends exactly where nothing is left to compare with. */
    CU_ASSERT_TRUE(sck_gaussian_table[SCK_GAUSSIAN_ENTRIES - 1] >> 63 == 0);
    CU_ASSERT_EQUAL(got[SCK_GAUSSIAN_ENTRIES], UINT64_C(1) << 63);
    mpfr_clears(sum, total, rho, x, (mpfr_ptr)0);
    mpfr_free_cache();
}

static void the_tail_reaches_six_sigma(void)
{
    CU_ASSERT_TRUE(SCK_GAUSSIAN_ENTRIES >= 6 * 3.2);
}

/* Of count bins; 5.998 is the normal quantile of 1 - 10^-9, by Wilson and
 * Hilferty's cube root. */
static double limit(unsigned freedom)
{
    const double h = 2.0 / (9.0 * freedom);

    return freedom * pow(1 - h + 5.998 * sqrt(h), 3);
}

static void gaussian_samples_have_their_distribution(void)
{
    enum { REACH = 13, BINS = 2 * REACH + 1 }; /* beyond: under 60 expected */
    int8_t *samples = malloc(DRAWS);
    double count[BINS] = {0}, weight[BINS], total = 0, chi2 = 0;
    double sum = 0, squares = 0;

    seeded_start();
    sck_sample_gaussian(samples, DRAWS);
    for (int i = 0; i < DRAWS; i++) {
        const int x = samples[i];

        CU_ASSERT_TRUE(abs(x) <= SCK_GAUSSIAN_ENTRIES);
        sum += x;
        squares += x * x;
        count[x < -REACH ? 0 : x > REACH ? BINS - 1 : x + REACH] += 1;
    }
    memset(weight, 0, sizeof weight);
    for (int x = -60; x <= 60; x++) {
        const double rho = exp(-x * x / (2 * 3.2 * 3.2));

        weight[x < -REACH ? 0 : x > REACH ? BINS - 1 : x + REACH] += rho;
        total += rho;
    }
    for (int b = 0; b < BINS; b++) {
        const double expected = DRAWS * weight[b] / total;

        chi2 += (count[b] - expected) * (count[b] - expected) / expected;
    }
    CU_ASSERT_TRUE(chi2 < limit(BINS - 1));
    CU_ASSERT_DOUBLE_EQUAL(sum / DRAWS, 0, 6 * 3.2 / 1024);
    CU_ASSERT_DOUBLE_EQUAL(squares / DRAWS, 10.24, 6 * 10.24 * 1.42 / 1024);
    free(samples);
}

static void ternary_samples_are_uniform(void)
{
    uint8_t *packed = malloc(SCK_TERNARY_BYTES(DRAWS));
    double count[4] = {0}, pairs[9] = {0}, chi2 = 0;
    unsigned last = 0;

    seeded_start();
    sck_sample_ternary(packed, DRAWS);
    for (unsigned i = 0; i < DRAWS; i++) {
        const unsigned trit = packed[i / 4] >> 2 * (i % 4) & 3;

        count[trit] += 1;
        if (i % 2 == 1 && trit != 3 && last != 3)
            pairs[3 * last + trit] += 1;
        last = trit;
    }
    CU_ASSERT_EQUAL(count[3], 0);
    for (int b = 0; b < 9; b++)
        chi2 += pow(pairs[b] - DRAWS / 18.0, 2) / (DRAWS / 18.0);
    CU_ASSERT_TRUE(chi2 < limit(8));
    free(packed);
}

static void sparse_samples_have_their_weight_everywhere(void)
{
    enum { WEIGHT = 32, ROUNDS = 400, BINS = 32 };
    uint8_t packed[SCK_TERNARY_BYTES(N)];
    double place[BINS] = {0}, negative = 0, chi2 = 0;

    seeded_start();
    for (int round = 0; round < ROUNDS; round++) {
        unsigned weight = 0;

        sck_sample_sparse(packed, N, WEIGHT);
        for (unsigned i = 0; i < N; i++) {
            const unsigned trit = packed[i / 4] >> 2 * (i % 4) & 3;

            CU_ASSERT_NOT_EQUAL(trit, 3);
            weight += trit != 0;
            place[i / (N / BINS)] += trit != 0;
            negative += trit == 2;
        }
        CU_ASSERT_EQUAL(weight, WEIGHT);
    }
    for (int b = 0; b < BINS; b++)
        chi2 += pow(place[b] - WEIGHT * ROUNDS / BINS, 2) /
                (WEIGHT * ROUNDS / BINS);
    CU_ASSERT_TRUE(chi2 < limit(BINS - 1));
    /* Standard deviation sqrt(12800) / 2 = 57. */
    CU_ASSERT_DOUBLE_EQUAL(negative, WEIGHT * ROUNDS / 2.0, 6 * 57);
}

static void expansion_gives_residues(void)
{
    const uint32_t q = 1073479681;
    const uint8_t packed[2] = {0x24, 0x12}; /* 0 1 -1 0, -1 0 1 0 */
    const uint32_t ternary[8] = {0, 1, q - 1, 0, q - 1, 0, 1, 0};
    const int8_t small[4] = {0, -1, 29, -29};
    const uint32_t residues[4] = {0, q - 1, 29, q - 29};
    uint32_t row[8];

    sck_expand_ternary(row, packed, 8, q);
    CU_ASSERT_EQUAL(memcmp(row, ternary, sizeof ternary), 0);
    sck_expand_small(row, small, 4, q);
    CU_ASSERT_EQUAL(memcmp(row, residues, sizeof residues), 0);
}

static void expansion_of_any_length_gives_each_trit(void)
{
    const uint32_t q = 1073479681, value[3] = {0, 1, q - 1};
    uint8_t packed[16];
    uint32_t row[64];

    seeded_start();
    sck_sample_ternary(packed, 64);
    for (uint32_t n = 0; n <= 64; n += 4) {
        memset(row, 0xff, sizeof row);
        sck_expand_ternary(row, packed, n, q);
        for (uint32_t i = 0; i < 64; i++)
            CU_ASSERT_EQUAL(row[i],
                            i < n ? value[packed[i / 4] >> 2 * (i % 4) & 3]
                                  : UINT32_MAX);
    }
}

static CU_TestInfo cases[] = {
    {"the_table_is_the_rounded_distribution",
     the_table_is_the_rounded_distribution},
    {"the_tail_reaches_six_sigma", the_tail_reaches_six_sigma},
    {"gaussian_samples_have_their_distribution",
     gaussian_samples_have_their_distribution},
    {"ternary_samples_are_uniform", ternary_samples_are_uniform},
    {"sparse_samples_have_their_weight_everywhere",
     sparse_samples_have_their_weight_everywhere},
    {"expansion_gives_residues", expansion_gives_residues},
    {"expansion_of_any_length_gives_each_trit",
     expansion_of_any_length_gives_each_trit},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(sampler, cases)
