/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.noise_composed: as fhe.noise, for what is made of many operations.
 */
#include "eval_priv.h"
#include "noise_kit.h"

#include <math.h>
#include <string.h>

static void linear_map(void)
{
    static double matrix[SLOTS * SLOTS];
    struct noise_kit k;

    for (noise_open(&k); noise_again(&k);) {
        sck_linear_map *map = NULL;
        sck_ciphertext *out = NULL;

        for (int i = 0; i < SLOTS * SLOTS; i++)
            matrix[i] = sck_test_real() / 4;
        memset(k.want, 0, sizeof k.want);
        for (int i = 0; i < SLOTS; i++)
            for (int j = 0; j < 2 * SLOTS; j++)
                k.want[2 * i + j % 2] += matrix[i * SLOTS + j / 2] * k.a[j];
        CU_ASSERT_EQUAL_FATAL(sck_linear_map_new_with(k.evaluator, k.run,
                                                      matrix, SLOTS, LEVEL, 8,
                                                      &map),
                              SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_linear(k.run, k.x, map, &out), SCK_OK);
        noise_measure(&k, "64 x 64 map", out);
        sck_linear_map_free(map);
    }
    noise_close(&k, 1);
}

static void polynomials(void)
{
    const double cubic[] = {0.5, -1, 0.25, 0.75};
    const double ninth[] = {0, 0.5, 0, -0.5, 0, 0.5, 0, -0.5, 0, 0.5};
    struct noise_kit k;

    for (noise_open(&k); noise_again(&k);) {
        sck_ciphertext *out = NULL;

        noise_polynomial(k.want, k.a, cubic, 3);
        CU_ASSERT_EQUAL(sck_eval_polynomial(k.run, k.x, cubic, 3, &out),
                        SCK_OK);
        noise_measure(&k, "degree 3", out);
        noise_polynomial(k.want, k.a, ninth, 9);
        CU_ASSERT_EQUAL(sck_eval_polynomial(k.run, k.x, ninth, 9, &out),
                        SCK_OK);
        noise_measure(&k, "degree 9", out);
    }
    noise_close(&k, 1);
}

/* Nodes of a series share operands: their errors are followed by derivatives.
 * Near 1 the derivative of T_n is n^2: of arguments drawn anywhere in [-1, 1] a
 * few carry most of the variance, so that 200 say little of it (deviation 1.1
 * bits at degree 31). Below 0.9, evenly drawn, they do (0.15). */
static void chebyshev_series_of(double reach, double magnitude, int most)
{
    double c[32] = {0}, x[2 * SLOTS];
    struct noise_kit k;

    for (int i = 0; i < 32; i++)
        c[i] = cos(3 * i) / (1 + i / 4.0);
    for (noise_open(&k); noise_again(&k);)
        for (int degree = 7; degree <= most; degree = 2 * degree + 1) {
            sck_ciphertext *in = noise_encrypt_even(&k, x, reach), *out = NULL;
            char name[32];

            CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(in, magnitude),
                            SCK_OK);
            memset(k.want, 0, sizeof k.want);
            for (int i = 0; i < 2 * SLOTS; i += 2)
                for (int d = 0; d <= degree; d++)
                    k.want[i] += c[d] * cos(d * acos(x[i]));
            CU_ASSERT_EQUAL(sck_eval_chebyshev(k.run, in, c, (uint32_t)degree,
                                               (sck_scale){0, 0}, &out),
                            SCK_OK);
            sck_ciphertext_free(in);
            snprintf(name, sizeof name, "series of degree %d", degree);
            noise_measure(&k, name, out);
        }
    noise_close(&k, 0.5);
}

static void chebyshev_series(void)
{
    chebyshev_series_of(0.9, 0.9 / sqrt(3), 31);
}

/* Up to 1, with a root mean square as a sample may have it. Degree 15 would
 * vary by 0.35 bits. */
static void chebyshev_series_to_the_ends(void)
{
    chebyshev_series_of(1, 0.97 / sqrt(3), 7);
}

/* z becomes (z y) turned by 1, plus x, six levels down. */
static void a_chain_six_products_deep(void)
{
    struct noise_kit k;

    for (noise_open(&k); noise_again(&k);) {
        sck_ciphertext *z = NULL;

        memcpy(k.want, k.a, sizeof k.want);
        CU_ASSERT_EQUAL(sck_eval_add_scalar(k.run, k.x, 0, &z), SCK_OK);
        for (uint32_t d = 1; d <= 6; d++) {
            sck_ciphertext *x = NULL, *y = NULL, *three = NULL, *two = NULL,
                           *turned = NULL;

            CU_ASSERT_EQUAL(sck_eval_lower(k.run, k.y, LEVEL - d + 1, &y),
                            SCK_OK);
            CU_ASSERT_EQUAL(sck_eval_lower(k.run, k.x, LEVEL - d, &x), SCK_OK);
            CU_ASSERT_EQUAL(sck_eval_mul(k.run, z, y, &three), SCK_OK);
            CU_ASSERT_EQUAL(sck_eval_relinearise_rescale(k.run, three, &two),
                            SCK_OK);
            CU_ASSERT_EQUAL(sck_eval_rotate(k.run, two, 1, &turned), SCK_OK);
            sck_ciphertext_free(z);
            CU_ASSERT_EQUAL(sck_eval_add(k.run, turned, x, &z), SCK_OK);
            sck_ciphertext_free(x);
            sck_ciphertext_free(y);
            sck_ciphertext_free(three);
            sck_ciphertext_free(two);
            sck_ciphertext_free(turned);
            double product[2 * SLOTS];

            noise_times(product, k.want, k.b);
            noise_turn(k.want, product, 1);
            for (int i = 0; i < 2 * SLOTS; i++)
                k.want[i] += k.a[i];
        }
        noise_measure(&k, "six products deep", z);
    }
    noise_close(&k, 1);
}

static CU_TestInfo cases[] = {
    {"linear_map", linear_map},
    {"polynomials", polynomials},
    {"chebyshev_series", chebyshev_series},
    {"chebyshev_series_to_the_ends", chebyshev_series_to_the_ends},
    {"a_chain_six_products_deep", a_chain_six_products_deep},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(noise_composed, cases)
