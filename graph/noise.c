/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Variances of the scheme's errors (Cheon et al., ePrint 2016/421; hybrid key
 * switching: Han and Ki, ePrint 2019/688), averages over a uniform ternary
 * secret of N coefficients, 2N/3 of them not zero. */
#include "noise.h"

#include <math.h>

/* sigma = 3.2, the scheme's only Gaussian. */
#define SIGMA_SQUARED 10.24

static double ring(const sck_plan *plan)
{
    return ldexp(1.0, (int)sck_params_logn(plan->params));
}

static double of_variance(const sck_plan *plan, uint32_t level, double variance)
{
    return sqrt(plan->slots * variance) /
           sck_scale_to_double(sck_params_scale(plan->params, level));
}

/* c0's rounding, and c1's times the secret; each uniform on a unit interval. */
static double rounding(const sck_plan *plan)
{
    return (1 + 2 * ring(plan) / 3) / 12;
}

double sck_noise_fresh(const sck_plan *plan, uint32_t level)
{
    /* With the secret key sigma^2; with the public key one rounding, and next
     * to it what one special prime leaves of the larger error. The sum bounds
     * both; 1/12 is the encoding's own. */
    return of_variance(plan, level, SIGMA_SQUARED + rounding(plan) + 1.0 / 12);
}

double sck_noise_round(const sck_plan *plan, uint32_t level)
{
    return of_variance(plan, level, rounding(plan));
}

double sck_noise_key_switch(const sck_plan *plan, uint32_t level)
{
    const struct sck_key_class *k = sck_params_class(
        plan->params, sck_params_class_of(plan->params, level));
    const double p_over_d = exp2(k->p_over_d_bits);

    /* Each digit, uniform in [-D/2, D/2], times N errors, divided by P. */
    return of_variance(plan, level,
                       k->digits * ring(plan) * SIGMA_SQUARED / 12 /
                               (p_over_d * p_over_d) +
                           rounding(plan));
}

double sck_noise_encode(const sck_plan *plan, uint32_t level)
{
    return of_variance(plan, level, 1.0 / 12);
}

double sck_noise_poly(const sck_plan *plan, const struct sck_step *step,
                      double x)
{
    const uint32_t last = step->level + 1; /* where all powers meet */
    const double brought = sck_noise_round(plan, last);
    const double scale =
        sck_scale_to_double(sck_params_scale(plan->params, last));
    double variance[SCK_MAX_DEGREE + 1] = {0}, sum;

    sum = pow(sck_noise_round(plan, step->level), 2);
    for (uint32_t k = 1; k <= step->fit.degree; k++) {
        const uint32_t half = (k + 1) / 2, rest = k / 2;
        const uint32_t level = step->from - sck_power_depth(k);

        if (k > 1) {
            const double lowering =
                half == rest ? 0 : sck_noise_round(plan, level + 1);

            variance[k] =
                pow(x, 2 * rest) * variance[half] +
                pow(x, 2 * half) * (variance[rest] + lowering * lowering) +
                pow(sck_noise_round(plan, level), 2);
            /* The halves share errors: their sum, not their squares' sum. */
            if (half == rest)
                variance[k] += pow(x, 2 * half) * 2 * variance[half];
        }
        sum += pow(step->fit.c[k], 2) *
               (variance[k] + (level != last ? brought * brought : 0));
        sum += pow(pow(x, k) / scale, 2) / 12; /* the coefficient's rounding */
    }
    return sqrt(sum);
}
