/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The scheme's noise (fhe/noise.h) at a plan's slots and scales: standard
 * deviations of one slot's real part, in units of the message. */
#ifndef SCK_PLAN_NOISE_H
#define SCK_PLAN_NOISE_H

#include "plan_priv.h"

/* Encryption and encoding. */
double sck_plan_noise_fresh(const sck_plan *plan, uint32_t level);
/* One rounding of both polynomials: rescaling or lowering to a level. */
double sck_plan_noise_round(const sck_plan *plan, uint32_t level);
/* Variance that a matrix adds to one value: row is the sum of the squares of
 * its row's weights, values that of its operand's values. */
double sck_plan_noise_linear(const sck_plan *plan, const struct sck_step *step,
                             double row, double values);
/* What sck_eval_polynomial adds to exact values of magnitude |x|. */
double sck_plan_noise_poly(const sck_plan *plan, const struct sck_step *step,
                           double x);

#endif
