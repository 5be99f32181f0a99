/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.bootstrap_scaled: values beyond [-1, 1]. */
#include "eval_bootstrap_priv.h"
#include "fixture.h"
#include "sck_bootstrap.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 32 };

/* Worst error of a bootstrap of values up to size, brought down and up. */
static double error_of(const sck_bootstrapper *b, double size, uint32_t down,
                       uint32_t up, double held)
{
    const uint32_t level = sck_bootstrap_input_level(fixture.params);
    sck_ciphertext *x, *low = NULL, *y = NULL;
    double worst = 0;

    for (uint32_t i = 0; i < SLOTS; i++) {
        fixture.in[2 * i] = size * sck_test_real();
        fixture.in[2 * i + 1] = 0;
    }
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_lower(fixture.run, x, level + (down != 0), &low), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_bootstrap_scaled(fixture.run, b, low, down, up, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_level(y),
                    sck_params_app_top(fixture.params));
    CU_ASSERT(sck_scale_equal(
        sck_ciphertext_scale(y),
        sck_params_scale(fixture.params, sck_ciphertext_level(y))));
    fixture_decrypt(y, fixture.out);
    for (uint32_t i = 0; i < SLOTS; i++)
        worst =
            fmax(worst, fabs(fixture.out[2 * i] - held * fixture.in[2 * i]));
    sck_ciphertext_free(x);
    sck_ciphertext_free(low);
    sck_ciphertext_free(y);
    return worst;
}

static void values_of_any_size_keep_their_bits(void)
{
    sck_bootstrapper *b = NULL;

    fixture_begin("b16-40", SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, SLOTS, &b),
        SCK_OK);
    for (uint32_t bits = 0; bits <= 8; bits += 4) {
        const double size = ldexp(1, (int)bits);
        const double both = -log2(error_of(b, size, bits, bits, 1) / size);
        /* As held by the layer before: up alone. */
        const double up = -log2(error_of(b, 1, 0, bits, size) / size);

        printf("\n    up to %g: %.1f bits, %.1f when held small ", size, both,
               up);
        CU_ASSERT(both > 21.5 && up > 21.5);
    }
    sck_bootstrapper_free(b);
    fixture_end();
}

/* Worst bits of two values refreshed as one, whose sizes differ. */
static void two_values_share_one_bootstrap(void)
{
    enum { ALL = 512 };
    static double in[2][2 * ALL];
    const double size[2] = {1, 16};
    const uint32_t bits[2] = {0, 4};
    struct sck_refresh pair[2];
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x[2], *y[2] = {NULL, NULL};

    fixture_begin("b16-40", ALL);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, ALL, &b), SCK_OK);
    for (int k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < ALL; i++) {
            in[k][2 * i] = size[k] * sck_test_real();
            in[k][2 * i + 1] = 0;
        }
        x[k] = fixture_encrypt(in[k], ALL);
        CU_ASSERT_EQUAL_FATAL(
            sck_ciphertext_set_magnitude(x[k], size[k] / sqrt(3)), SCK_OK);
        fixture_decrypt(x[k], in[k]);
        pair[k] = (struct sck_refresh){x[k], bits[k], bits[k]};
    }
    CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                          SCK_OK);
    for (int k = 0; k < 2; k++) {
        double worst = 0, square = 0;

        CU_ASSERT_EQUAL(sck_ciphertext_level(y[k]),
                        sck_params_app_top(fixture.params));
        CU_ASSERT(sck_scale_equal(
            sck_ciphertext_scale(y[k]),
            sck_params_scale(fixture.params, sck_ciphertext_level(y[k]))));
        fixture_decrypt(y[k], fixture.out);
        for (uint32_t i = 0; i < ALL; i++) {
            const double off = fixture.out[2 * i] - in[k][2 * i];

            worst = fmax(worst, fabs(off));
            square += off * off / ALL;
        }
        const double deviation = -0.5 * log2(square);
        const double predicted = -log2(sck_ciphertext_error(y[k]));

        printf("\n    up to %-2g: worst %.1f bits, deviation %.1f, predicted "
               "%.1f ",
               size[k], -log2(worst / size[k]), deviation, predicted);
        CU_ASSERT(-log2(worst / size[k]) > 21.5);
        CU_ASSERT(fabs(deviation - predicted) < 1);
        sck_ciphertext_free(y[k]);
    }
    pair[1].down = 21;
    CU_ASSERT_EQUAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y[0]);
    pair[1].down = 0;
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x[1], 2, &y[1]), SCK_OK);
    sck_ciphertext_free(x[1]);
    x[1] = y[1];
    pair[1].value = x[1];
    CU_ASSERT_EQUAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                    SCK_ERR_LEVEL);
    CU_ASSERT(y[0] == NULL && y[1] == NULL);
    sck_ciphertext_free(x[0]);
    sck_ciphertext_free(x[1]);
    sck_bootstrapper_free(b);
    fixture_end();
}

static void what_it_cannot_do_is_refused(void)
{
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x, *low = NULL, *y = NULL;

    fixture_begin("b16-40", SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, SLOTS, &b),
        SCK_OK);
    memset(fixture.in, 0, 2 * SLOTS * sizeof *fixture.in);
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 3, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, low, 1, 1, &y),
                    SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "level 3 is too low"));
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, x, 21, 0, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y);
    sck_ciphertext_free(low);
    low = NULL;
    /* A known magnitude tells of slots beyond; also once lowered. */
    CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(x, 3), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 4, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_bootstrap(fixture.run, b, low, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "stated as 3, so slots are beyond the 1 "));
    CU_ASSERT_EQUAL(sck_eval_bootstrap_complex(fixture.run, b, low, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, low, 1, 1, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_bootstrap_scaled(fixture.run, b, low, 2, 2, &y), SCK_OK);
    sck_ciphertext_free(y);
    y = NULL;
    /* A predicted one tells of none: 2 x, whose magnitude is unknown. */
    sck_ciphertext_free(x);
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_add(fixture.run, x, x, &y), SCK_OK);
    CU_ASSERT(sck_ciphertext_magnitude(y) > 1.5);
    CU_ASSERT_EQUAL(sck_bootstrap_takes(b, y, 1), SCK_OK);
    sck_ciphertext_free(y);
    sck_ciphertext_free(x);
    sck_ciphertext_free(low);
    sck_bootstrapper_free(b);
    fixture_end();
}

static CU_TestInfo cases[] = {
    {"values_of_any_size_keep_their_bits", values_of_any_size_keep_their_bits},
    {"two_values_share_one_bootstrap", two_values_share_one_bootstrap},
    {"what_it_cannot_do_is_refused", what_it_cannot_do_is_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_scaled, cases)
