/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "plan_noise.h"

#include "noise.h"

#include <math.h>

static double of_variance(const sck_plan *plan, uint32_t level, double variance)
{
    return sck_noise_deviation(variance, plan->slots,
                               sck_params_scale(plan->params, level));
}

double sck_plan_noise_fresh(const sck_plan *plan, uint32_t level)
{
    /* With the public key: above what the secret key gives. */
    return of_variance(plan, level, sck_noise_public(plan->params));
}

double sck_plan_noise_round(const sck_plan *plan, uint32_t level)
{
    return of_variance(plan, level, sck_noise_rounding(plan->params, 2));
}

double sck_plan_noise_linear(const sck_plan *plan, const struct sck_step *step,
                             double row, double values)
{
    const double encoded = of_variance(plan, step->from, SCK_NOISE_ENCODE);
    /* Hoisted twice: baby steps are not divided by P, the sums of giant steps
     * are at the square of the scale, where a rounding is nothing. */
    const double turned =
        step->steps == 0
            ? 0
            : of_variance(plan, step->from,
                          sck_noise_key_switch(plan->params, step->from));
    const double round = sck_plan_noise_round(plan, step->level);

    /* Each diagonal's encoding meets one of the operand's values. */
    if (step->diagonals < step->columns)
        values *= (double)step->diagonals / step->columns;
    return row * turned * turned + values * encoded * encoded + round * round;
}

double sck_plan_noise_poly(const sck_plan *plan, const struct sck_step *step,
                           double x)
{
    const uint32_t last = step->level + 1; /* where all powers meet */
    const double brought = sck_plan_noise_round(plan, last);
    const double scale =
        sck_scale_to_double(sck_params_scale(plan->params, last));
    double variance[SCK_MAX_DEGREE + 1] = {0}, sum;

    sum = pow(sck_plan_noise_round(plan, step->level), 2);
    for (uint32_t k = 1; k <= step->fit.degree; k++) {
        const uint32_t half = (k + 1) / 2, rest = k / 2;
        const uint32_t level = step->from - sck_power_depth(k);

        if (k > 1) {
            const double lowering =
                half == rest ? 0 : sck_plan_noise_round(plan, level + 1);

            variance[k] =
                pow(x, 2 * rest) * variance[half] +
                pow(x, 2 * half) * (variance[rest] + lowering * lowering) +
                pow(sck_plan_noise_round(plan, level), 2);
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
