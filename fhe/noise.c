/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Variances of the scheme's errors (Cheon et al., ePrint 2016/421; hybrid key
 * switching: Han and Ki, ePrint 2019/688), averages over a uniform ternary
 * secret of N coefficients, 2N/3 of them not zero. */
#include "noise.h"

#include "sck_encrypted.h"

#include <math.h>
#include <stddef.h>

/* sigma = 3.2, the scheme's only Gaussian. */
#define SIGMA_SQUARED 10.24

static double ring(const sck_params *params)
{
    return ldexp(1.0, (int)sck_params_logn(params));
}

double sck_noise_public(const sck_params *params)
{
    uint32_t count;
    const double p = sck_params_special(params, &count)[0];

    /* e u + e0 + e1 s, u ternary as s is, divided by one special prime. */
    return SIGMA_SQUARED * (1 + 4 * ring(params) / 3) / (p * p) +
           sck_noise_rounding(params, 2) + SCK_NOISE_ENCODE;
}

double sck_noise_secret(const sck_params *params)
{
    (void)params;
    return SIGMA_SQUARED + SCK_NOISE_ENCODE;
}

double sck_noise_rounding(const sck_params *params, uint32_t size)
{
    const double nonzero = 2 * ring(params) / 3;

    /* c0's rounding, c1's times s, c2's times s^2: most products of two
     * coefficients of s are in s^2 twice, so that their variance doubles. */
    return (1 + nonzero + (size == 3 ? 2 * nonzero * nonzero : 0)) / 12;
}

double sck_noise_key_switch(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *c =
        sck_params_class(params, sck_params_class_of(params, level));
    uint32_t count, at = 0;
    const uint32_t *q = sck_params_primes(params, level, &count);
    double log2_p = 0, squares = 0;

    if (c == NULL || q == NULL)
        return 0;
    for (uint32_t i = 0; i < c->special_count; i++)
        log2_p += log2(c->special[i]);
    /* Each digit, uniform in [-D/2, D/2], times N errors, divided by P; D is
     * the product of those of its primes that the level has. Both lists are in
     * storage order. */
    for (uint32_t d = 0; d < c->digits; d++) {
        double log2_d = 0;
        uint32_t used = 0;

        for (uint32_t i = 0; i < c->digit_length[d]; i++)
            if (at < count && q[at] == c->digit[d][i]) {
                log2_d += log2(q[at++]);
                used++;
            }
        if (used > 0)
            squares += exp2(2 * (log2_d - log2_p));
    }
    return squares * ring(params) * SIGMA_SQUARED / 12;
}

double sck_noise_encapsulation(const sck_params *params)
{
    uint32_t zeroth, specials;
    const uint32_t *q = sck_params_primes(params, 0, &zeroth);
    const uint32_t *p = sck_params_special(params, &specials);
    double ratio = 1;

    /* Both of one digit, q0, with P of two primes; divided under the sparse
     * secret, then under the dense one. */
    for (uint32_t i = 0; i < zeroth; i++)
        ratio *= q[i];
    for (uint32_t i = 0; i < 2 && i < specials; i++)
        ratio /= p[i];
    return 2 * ratio * ratio * ring(params) * SIGMA_SQUARED / 12 +
           (1 + sck_sparse_weight(params)) / 12.0 +
           sck_noise_rounding(params, 2);
}

double sck_noise_deviation(double variance, uint32_t slots, sck_scale scale)
{
    return sqrt(slots * variance) / sck_scale_to_double(scale);
}

struct sck_noise sck_noise_and(struct sck_noise a, double deviation)
{
    a.error = hypot(a.error, deviation);
    return a;
}

struct sck_noise sck_noise_sum(struct sck_noise a, struct sck_noise b)
{
    return (struct sck_noise){.magnitude = hypot(a.magnitude, b.magnitude),
                              .error = hypot(a.error, b.error)};
}

struct sck_noise sck_noise_product(struct sck_noise a, struct sck_noise b)
{
    return (struct sck_noise){
        .magnitude = a.magnitude * b.magnitude,
        .error = hypot(a.magnitude * b.error, b.magnitude * a.error)};
}

struct sck_noise sck_noise_double(struct sck_noise a)
{
    return (struct sck_noise){
        .magnitude = 2 * a.magnitude, .error = 2 * a.error, .stated = a.stated};
}

struct sck_noise sck_noise_square(struct sck_noise a)
{
    return (struct sck_noise){.magnitude = a.magnitude * a.magnitude,
                              .error = 2 * a.magnitude * a.error};
}

void sck_spread_of(double magnitude, struct sck_spread *spread)
{
    const double square = fmin(magnitude * magnitude, 1);
    /* A density of |x|^p has a mean square of (p + 1) / (p + 3). */
    const double p = fmax(0, (3 * square - 1) / (1 - square));
    const double most = sqrt(fmin(3 * square, 1));

    spread->count = SCK_SPREAD_POINTS;
    for (uint32_t i = 0; i < SCK_SPREAD_POINTS; i++) {
        /* Quantiles crowd at the ends: polynomials are steepest there. */
        const double left = 1 - (i / 2 + 0.5) / (SCK_SPREAD_POINTS / 2);
        const double x = pow(1 - left * left, 1 / (p + 1));

        spread->value[i] = (i % 2 ? 1 : -1) * (square < 1 ? most * x : 1);
        spread->weight[i] = left / (SCK_SPREAD_POINTS / 2);
    }
}
