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
/* One key switch at a level, not rescaled after. */
double sck_plan_noise_key_switch(const sck_plan *plan, uint32_t level);
/* Rounding of one encoded plaintext at a level, times values of 2-norm 1. */
double sck_plan_noise_encode(const sck_plan *plan, uint32_t level);
/* What sck_eval_polynomial adds to exact values of magnitude |x|. */
double sck_plan_noise_poly(const sck_plan *plan, const struct sck_step *step,
                           double x);

#endif
