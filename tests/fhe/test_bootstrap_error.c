/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The error of whole bootstraps against what their results carry, the
 * polynomial's own error, which depends on the message, included. */
#include "fixture.h"
#include "fixture_noise.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>

/* Sparse slots take the trace; an iteration bootstraps its own error. */
static void traces_and_iterations_are_predicted(void)
{
    static double want[2 * MAX_SLOTS], got[2 * MAX_SLOTS];
    const uint32_t slots[] = {64, 512};

    for (int iterated = 0; iterated < 2; iterated++) {
        const uint32_t n = slots[iterated];
        sck_bootstrapper *b = NULL;

        fixture_begin(iterated ? "b16-45" : "b16-40", n);
        CU_ASSERT_EQUAL_FATAL(
            sck_bootstrapper_new(fixture.evaluator, fixture.run, n, &b),
            SCK_OK);
        for (int t = 0; t < NOISE_TRIALS; t++) {
            sck_ciphertext *x, *y = NULL;

            for (uint32_t i = 0; i < n; i++)
                want[2 * i] = sck_test_real();
            x = fixture_encrypt(want, n);
            CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(x, sqrt(1.0 / 3)),
                            SCK_OK);
            CU_ASSERT_EQUAL_FATAL(
                iterated
                    ? sck_eval_bootstrap_iterated(fixture.run, b, x, 20, &y)
                    : sck_eval_bootstrap(fixture.run, b, x, &y),
                SCK_OK);
            fixture_decrypt(y, got);
            noise_count(iterated ? "iterated" : "64 slots", got, want, n, 1,
                        sck_ciphertext_error(y));
            sck_ciphertext_free(x);
            sck_ciphertext_free(y);
        }
        noise_compare(sck_params_name(fixture.params), 10);
        sck_bootstrapper_free(b);
        fixture_end();
    }
}

/* Of one value in all slots, the error that the polynomial leaves is known. */
static void constants_are_predicted(void)
{
    static double want[2 * MAX_SLOTS], got[2 * MAX_SLOTS];
    static const double value[] = {1, 0.5, 0};
    sck_bootstrapper *b = NULL;

    fixture_begin("b16-40", 512);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, 512, &b), SCK_OK);
    for (int t = 0; t < NOISE_TRIALS; t++)
        for (int v = 0; v < 3; v++) {
            sck_ciphertext *x, *y = NULL;
            char name[48];

            for (uint32_t i = 0; i < 512; i++)
                want[2 * i] = value[v];
            x = fixture_encrypt(want, 512);
            CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(x, value[v]), SCK_OK);
            CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap(fixture.run, b, x, &y),
                                  SCK_OK);
            fixture_decrypt(y, got);
            snprintf(name, sizeof name, "all %.1f", value[v]);
            noise_count(name, got, want, 512, 1, sck_ciphertext_error(y));
            sck_ciphertext_free(x);
            sck_ciphertext_free(y);
        }
    noise_compare("b16-40", 10);
    sck_bootstrapper_free(b);
    fixture_end();
}

/* m^3 - 3/4 m, scaled: equal at 1/2 and 1, none between at sqrt(3)/2. */
static void the_approximation_error_depends_on_the_message(void)
{
    double worst = 0;
    sck_params *params;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &params), SCK_OK);
    for (int i = -64; i <= 64; i++) {
        const double m = i / 64.0;
        const double error = sck_bootstrap_approximation_error(params, m);
        const double cubic =
            ldexp(exp2(-0.28), -21) * fabs(m * m * m - 0.75 * m);

        worst = fmax(worst, error);
        CU_ASSERT(error >= cubic - 0x1p-24 && error <= cubic + 0x1p-24);
        if (i % 16 == 0)
            printf("\n    m = %5.2f: %.2f bits, cubic alone %.2f", m,
                   -log2(error), -log2(cubic));
    }
    CU_ASSERT(-log2(worst) >= 22.6 && -log2(worst) < 23.4);
    CU_ASSERT(sck_bootstrap_approximation_error(params, 0) < 0x1p-24);
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"the_approximation_error_depends_on_the_message",
     the_approximation_error_depends_on_the_message},
    {"traces_and_iterations_are_predicted",
     traces_and_iterations_are_predicted},
    {"constants_are_predicted", constants_are_predicted},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_error, cases)
