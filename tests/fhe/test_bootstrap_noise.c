/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The error of every stage of a bootstrap, measured, against what the
 * ciphertexts carry: as it has added up since encryption, and a stage's own,
 * its operand taken as exact. */
#include "eval_bootstrap_priv.h"
#include "fixture.h"
#include "fixture_noise.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* x becomes the product of a transform's layers in doubles. */
static void exactly(int cts, uint32_t slots, double *x)
{
    static double y[2 * MAX_SLOTS];
    const struct sck_params_literal *shape = sck_params_shape(fixture.params);

    for (uint32_t l = 0; l < (cts ? shape->levels_cts : shape->levels_stc);
         l++) {
        const struct sck_layer layer =
            sck_bootstrap_layer(fixture.params, slots, cts, l);
        struct sck_diagonals m;

        CU_ASSERT_EQUAL_FATAL(sck_dft_diagonals(fixture.evaluator->ring, slots,
                                                !cts, layer.first, layer.stages,
                                                1, &m),
                              SCK_OK);
        memset(y, 0, sizeof y);
        for (uint32_t i = 0; i < m.count; i++)
            for (uint32_t j = 0; j < slots; j++) {
                const double *d = m.value[i] + 2 * (size_t)j;
                const double *z =
                    x + 2 * (size_t)((j + (uint32_t)m.index[i]) & (slots - 1));

                y[2 * j] += d[0] * z[0] - d[1] * z[1];
                y[2 * j + 1] += d[0] * z[1] + d[1] * z[0];
            }
        memcpy(x, y, 2 * (size_t)slots * sizeof *x);
        sck_diagonals_free(&m);
    }
}

static sck_ciphertext *layers(struct sck_transform *const *transform,
                              const sck_ciphertext *a)
{
    const sck_ciphertext *x = a;
    sck_ciphertext *y = NULL;

    for (int i = 0; transform[i] != NULL; i++) {
        CU_ASSERT_EQUAL_FATAL(
            sck_transform_apply(fixture.run, transform[i], x, &y), SCK_OK);
        if (x != a)
            sck_ciphertext_free((sck_ciphertext *)x);
        x = y;
    }
    return y;
}

/* The series, and what the double angles make of it, as a message. */
static double series(double u, int doubled)
{
    uint32_t degree, doublings;
    const double *c = sck_evalmod_series(&degree, &doublings);
    double y = 0;

    for (uint32_t k = 0; k <= degree; k++)
        y += c[k] * cos(k * acos(u));
    for (uint32_t i = 0; i < doublings && doubled; i++)
        y = 2 * y * y - 1;
    return doubled ? y * sck_evalmod_unit() : y;
}

static sck_ciphertext *chebyshev(const sck_ciphertext *a)
{
    const sck_params *params = fixture.params;
    uint32_t degree, doublings, up, down;
    const double *c = sck_evalmod_series(&degree, &doublings);
    sck_scale scale = sck_evalmod_scale(params);
    struct sck_spread spread;
    sck_ciphertext *x, *y;

    for (uint32_t l = a->level; l > sck_params_app_top(params) + doublings;
         l--) {
        const uint32_t *added = sck_params_added(params, l, &up);
        const uint32_t *dropped = sck_params_dropped(params, l, &down);

        scale = sck_scale_ratio(sck_scale_mul(scale, scale), added, up, dropped,
                                down);
    }
    sck_evalmod_spread(params, &spread);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_add_scalar(fixture.run, a, -0.25 / sck_evalmod_span(), &x),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_chebyshev_over(fixture.run, x, c, degree, scale, &spread, &y),
        SCK_OK);
    sck_ciphertext_free(x);
    return y;
}

/* A stage's result from an operand's decrypted slots. */
enum stage { STC, CTS, REAL, IMAGINARY, SERIES, DOUBLED };

static void on_doubles(enum stage stage, uint32_t slots, double *x)
{
    const double b = sck_evalmod_span();

    if (stage == STC || stage == CTS)
        exactly(stage == CTS, slots, x);
    for (uint32_t i = 0; i < 2 * slots; i++)
        if (stage == CTS)
            x[i] *= 0.5 / b;
        else if (stage == REAL || stage == IMAGINARY)
            x[i] = i % 2 ? 0 : 2 * x[i + (stage == IMAGINARY)];
        else if (stage != STC)
            x[i] = i % 2 ? 0 : series(x[i] - 0.25 / b, stage == DOUBLED);
}

static sck_ciphertext *on_slots(enum stage stage, const sck_bootstrapper *b,
                                const sck_ciphertext *a)
{
    sck_ciphertext *conjugate, *sum, *y = NULL;

    if (stage == STC || stage == CTS)
        return layers(stage == STC ? b->stc : b->cts, a);
    if (stage == SERIES)
        return chebyshev(a);
    if (stage == DOUBLED) {
        CU_ASSERT_EQUAL_FATAL(sck_eval_mod(fixture.run, a, &y), SCK_OK);
        return y;
    }
    CU_ASSERT_EQUAL_FATAL(sck_eval_conjugate(fixture.run, a, &conjugate),
                          SCK_OK);
    if (stage == REAL) {
        CU_ASSERT_EQUAL_FATAL(sck_eval_add(fixture.run, a, conjugate, &y),
                              SCK_OK);
    } else {
        CU_ASSERT_EQUAL_FATAL(sck_eval_sub(fixture.run, conjugate, a, &sum),
                              SCK_OK);
        CU_ASSERT_EQUAL_FATAL(sck_eval_mul_i(fixture.run, sum, &y), SCK_OK);
        sck_ciphertext_free(sum);
    }
    y->noise = sck_conjugates_noise(a, conjugate);
    sck_ciphertext_free(conjugate);
    return y;
}

/* Runs a stage; want, what exact operands would have been, becomes what the
 * result would be. */
static sck_ciphertext *run_stage(enum stage stage, const char *name,
                                 const sck_bootstrapper *b, sck_ciphertext *a,
                                 double *want)
{
    static double got[2 * MAX_SLOTS], own[2 * MAX_SLOTS];
    const double error = a->noise.error;
    const int parts = stage == STC || stage == CTS ? 2 : 1;
    char alone_name[48];
    sck_ciphertext *alone, *y = on_slots(stage, b, a);

    fixture_decrypt(y, got);
    on_doubles(stage, a->slots, want);
    noise_count(name, got, want, a->slots, parts, y->noise.error);
    fixture_decrypt(a, own);
    on_doubles(stage, a->slots, own);
    a->noise.error = 0;
    alone = on_slots(stage, b, a);
    a->noise.error = error;
    snprintf(alone_name, sizeof alone_name, "%s, alone", name);
    noise_count(alone_name, got, own, a->slots, parts, alone->noise.error);
    sck_ciphertext_free(alone);
    return y;
}

/* x, modulo q0, becomes a raised ciphertext; want becomes the slots of I + m,
 * the I that it has. */
static sck_ciphertext *raise(sck_ciphertext *x, const double *message,
                             double *want)
{
    static double got[2 * MAX_SLOTS], exact[2 * MAX_SLOTS];
    sck_ciphertext *y;

    CU_ASSERT_EQUAL_FATAL(sck_raise_modulus(fixture.run, x, &y), SCK_OK);
    y->scale = sck_bootstrap_modulus(fixture.params);
    y->noise = sck_raised_noise(y);
    fixture_decrypt(y, got);
    exactly(1, x->slots, got);
    for (uint32_t i = 0; i < 2 * x->slots; i++) {
        const double m = message[i] / SCK_MESSAGE_RATIO;

        exact[i] = rint(got[i] - m) + m;
    }
    /* Coefficients: the slots' error is sqrt(slots) times theirs. */
    noise_count("raised, modulo q0", got, exact, x->slots, 2,
                y->noise.error / sqrt(x->slots));
    memcpy(want, exact, sizeof exact);
    exactly(0, x->slots, want);
    return y;
}

/* EvalMod of u, which is used up, in its two parts. */
static void through_sine(const sck_bootstrapper *b, sck_ciphertext *u,
                         const char *which, double *want)
{
    static double series_of[2 * MAX_SLOTS];
    char name[40];

    memcpy(series_of, want, sizeof series_of);
    snprintf(name, sizeof name, "%sseries", which);
    sck_ciphertext_free(run_stage(SERIES, name, b, u, series_of));
    snprintf(name, sizeof name, "%sdouble angles", which);
    sck_ciphertext_free(run_stage(DOUBLED, name, b, u, want));
    sck_ciphertext_free(u);
}

static void one(const sck_bootstrapper *b, uint32_t slots, int is_complex)
{
    static double message[2 * MAX_SLOTS], want[2 * MAX_SLOTS];
    static double got[2 * MAX_SLOTS];
    sck_ciphertext *x, *y;
    double squares = 0;

    for (uint32_t i = 0; i < 2 * slots; i++) {
        message[i] = i % 2 == 0 || is_complex ? sck_test_real() : 0;
        squares += message[i] * message[i];
    }
    memcpy(want, message, sizeof want);
    x = fixture_encrypt(message, slots);
    CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(x, sqrt(squares / slots)),
                    SCK_OK);
    CU_ASSERT_EQUAL_FATAL((is_complex
                               ? sck_eval_bootstrap_complex
                               : sck_eval_bootstrap)(fixture.run, b, x, &y),
                          SCK_OK);
    fixture_decrypt(y, got);
    noise_count(is_complex ? "bootstrapped, complex" : "bootstrapped", got,
                message, slots, is_complex ? 2 : 1, sck_ciphertext_error(y));
    sck_ciphertext_free(y);
    if (is_complex) {
        sck_ciphertext_free(x);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_lower(fixture.run, x,
                       sck_bootstrap_input_level(fixture.params), &y),
        SCK_OK);
    fixture_decrypt(y, got);
    noise_count("lowered", got, want, slots, 2, y->noise.error);
    sck_ciphertext_free(x);
    x = run_stage(STC, "SlotToCoeff", b, y, want);
    sck_ciphertext_free(y);
    y = raise(x, message, want);
    sck_ciphertext_free(x);
    x = run_stage(CTS, "CoeffToSlot", b, y, want);
    sck_ciphertext_free(y);
    memcpy(got, want, sizeof got);
    y = run_stage(REAL, "w + conj(w)", b, x, want);
    through_sine(b, y, "", want);
    y = run_stage(IMAGINARY, "-i (w - conj(w))", b, x, got);
    through_sine(b, y, "imaginary: ", got);
    sck_ciphertext_free(x);
}

static void stages(const char *set, uint32_t logn)
{
    const uint32_t slots = UINT32_C(1) << (logn - 1);
    sck_bootstrapper *b = NULL;

    fixture_begin_in(set, logn, slots);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, slots, &b),
        SCK_OK);
    for (int t = 0; t < NOISE_TRIALS; t++)
        for (int is_complex = 0; is_complex < 2; is_complex++)
            one(b, slots, is_complex);
    noise_compare(set, logn);
    sck_bootstrapper_free(b);
    fixture_end();
}

static void every_stage_is_predicted(void)
{
    stages("b16-40", 10);
    stages("b16-35", 10);
    stages("b16-45", 10);
    stages("b16-40", 12);
}

static CU_TestInfo cases[] = {
    {"every_stage_is_predicted", every_stage_is_predicted},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_noise, cases)
