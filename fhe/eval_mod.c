/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Reduction of t = I + m modulo 1, as sin(2 pi t): an even Chebyshev series for
 * a cosine of an eighth of the angle, then three double angles (Han and Ki,
 * ePrint 2019/688; shape and coefficients: parameters.md, section 4). */
#include "eval_bootstrap_priv.h"
#include "eval_combine_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEGREE = 30, DOUBLINGS = 3 };

/* Minimax, weighted by where t can be: |I| <= 15, |m| <= 2^-12, against
 * cos(2 pi (t - 1/4) / 8) in u = (t - 1/4) / SPAN. */
static const double coefficient[DEGREE + 1] = {
    [0] = 4.2691587476322925192e-02,  [2] = 1.6047987105796689628e-01,
    [4] = 3.5892365267473949421e-01,  [6] = 4.895182610647696751e-01,
    [8] = 9.911806325495567695e-02,   [10] = -6.0179982867519772556e-01,
    [12] = 3.872072934692101634e-01,  [14] = -1.2811645140210991636e-01,
    [16] = 2.7409904310691162995e-02, [18] = -4.1956191492842177263e-03,
    [20] = 4.874589981270965266e-04,  [22] = -4.4720988304532639158e-05,
    [24] = 3.3339020870351981784e-06, [26] = -2.0655404785342915112e-07,
    [28] = 1.0741878917052071736e-08, [30] = -5.226082067206429883e-10,
};
#define SPAN 15.25048828125
/* A quarter of the sine's cubic error is left when the result is this much
 * greater, for |m| up to 1. */
#define BALANCE 1.0000002941372188

double sck_evalmod_span(void)
{
    return SPAN;
}

double sck_evalmod_unit(void)
{
    return BALANCE * SCK_MESSAGE_RATIO / (2 * 3.14159265358979323846);
}

const double *sck_evalmod_series(uint32_t *degree, uint32_t *doublings)
{
    *degree = DEGREE;
    *doublings = DOUBLINGS;
    return coefficient;
}

/* sqrt(s) to within 2^-62: far inside the 2^-50 that a rescale forgives. */
static sck_scale root(sck_scale s)
{
    const int odd = s.exponent & 1;
    const long double x = sqrtl(ldexpl((long double)s.integer, odd));
    const sck_scale whole = {(uint64_t)1 << 63, (s.exponent - odd) / 2 - 63};
    int exponent;
    const long double m = frexpl(x, &exponent);
    const sck_scale r = {(uint64_t)ldexpl(m, 64), exponent - 64};

    return sck_scale_mul(r, whole);
}

/* Of the circuit's value at a level: a doubling from level squares it. */
static sck_scale scale_at(const sck_params *params, uint32_t level)
{
    const uint32_t top = sck_params_app_top(params);

    if (level == top)
        return sck_scale_mul(sck_params_scale(params, top),
                             sck_scale_from_double(sck_evalmod_unit()));
    return root(sck_scale_above(params, level, scale_at(params, level - 1)));
}

sck_scale sck_evalmod_scale(const sck_params *params)
{
    return scale_at(params, sck_evalmod_level(params));
}

uint32_t sck_evalmod_level(const sck_params *params)
{
    return sck_params_app_top(params) +
           sck_params_shape(params)->levels_evalmod;
}

/* y = 2 x^2 - 1. */
static sck_status double_angles(sck_run *run, sck_ciphertext *const *x,
                                uint32_t members, sck_ciphertext **y)
{
    const sck_scale scale = scale_at(x[0]->evaluator->params, x[0]->level - 1);
    sck_ciphertext *square[SCK_BATCH] = {NULL};
    struct sck_combined twice[SCK_BATCH];
    sck_status status = SCK_OK;

    for (uint32_t m = 0; m < members && status == SCK_OK; m++) {
        status = sck_ciphertext_like(x[m], x[m]->level, 0,
                                     sck_scale_mul(x[m]->scale, x[m]->scale),
                                     &square[m]);
        if (status != SCK_OK)
            break;
        square[m]->size = 3;
        twice[m] = (struct sck_combined){
            .products = 1,
            .factor = 2,
            .a = {x[m]},
            .b = {x[m]},
            .constant = rint(-sck_scale_to_double(square[m]->scale))};
        square[m]->noise = sck_noise_sum(
            sck_noise_double(sck_noise_square(x[m]->noise)),
            sck_noise_of_scalar(-1, twice[m].constant, square[m]->scale));
    }
    if (status == SCK_OK)
        status =
            sck_combined_rescale_batch(run, twice, members, square, &scale, y);
    for (uint32_t m = 0; m < members; m++) {
        if (status == SCK_OK)
            y[m]->noise.magnitude = sqrt(0.5);
        sck_ciphertext_free(square[m]);
    }
    return status;
}

static sck_status check(const sck_ciphertext *a)
{
    const sck_params *params = a->evaluator->params;

    if (a->size != 2 || a->level != sck_evalmod_level(params) ||
        sck_params_shape(params)->levels_evalmod != 5 + DOUBLINGS ||
        !sck_scale_equal(a->scale, sck_evalmod_scale(params)))
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "EvalMod starts at level %u of sets with %d EvalMod "
                        "levels, with two polynomials of scale 2^%.6f; level "
                        "%u, 2^%.6f",
                        sck_evalmod_level(params), 5 + DOUBLINGS,
                        sck_scale_log2(sck_evalmod_scale(params)), a->level,
                        sck_scale_log2(a->scale));
    return SCK_OK;
}

sck_status sck_eval_mod_batch(sck_run *run, const sck_ciphertext *const *a,
                              uint32_t members, sck_ciphertext **out)
{
    const sck_params *params = a[0]->evaluator->params;
    sck_ciphertext *x[SCK_BATCH] = {NULL}, *y[SCK_BATCH] = {NULL};
    struct sck_spread spread;
    sck_status status = SCK_OK;

    memset(out, 0, members * sizeof(sck_ciphertext *));
    for (uint32_t m = 0; m < members; m++)
        SCK_TRY(check(a[m]));
    sck_evalmod_spread(params, &spread);
    for (uint32_t m = 0; m < members && status == SCK_OK; m++) {
        status = sck_eval_add_scalar(run, a[m], -0.25 / SPAN, &x[m]);
        /* Its own error is counted at the end, where its derivative is plain.
         */
        if (status == SCK_OK)
            x[m]->noise.error = 0;
    }
    if (status == SCK_OK)
        status = sck_chebyshev_batch(
            run, (const sck_ciphertext *const *)x, members, coefficient, DEGREE,
            scale_at(params, sck_params_app_top(params) + DOUBLINGS), &spread,
            y);
    for (uint32_t m = 0; m < members; m++)
        sck_ciphertext_free(x[m]);
    for (int i = 0; i < DOUBLINGS && status == SCK_OK; i++) {
        memcpy(x, y, sizeof x);
        status = double_angles(run, x, members, y);
        for (uint32_t m = 0; m < members; m++)
            sck_ciphertext_free(x[m]);
    }
    if (status != SCK_OK)
        return status;
    for (uint32_t m = 0; m < members; m++) {
        /* sin(2 pi m) at this scale is m at the table's. */
        y[m]->scale = sck_params_scale(params, y[m]->level);
        y[m]->noise = sck_evalmod_noise(a[m]->noise, y[m]->noise);
        out[m] = y[m];
    }
    return SCK_OK;
}

sck_status sck_eval_mod(sck_run *run, const sck_ciphertext *a,
                        sck_ciphertext **out)
{
    return sck_eval_mod_batch(run, &a, 1, out);
}
