/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The one noise model of the scheme: what evaluation carries along with every
 * ciphertext and what plans predict.
 *
 * First come variances of one coefficient's error, whatever the scale; then
 * their effect on slots, in units of the message. A coefficient error of
 * variance v puts n v on the real part of one of n slots, and as much on the
 * imaginary part: decoding reads 2n coefficients, and a cosine squared averages
 * 1/2.
 */
#ifndef SCK_NOISE_H
#define SCK_NOISE_H

#include "sck_params.h"

/** Rounding to an integer: uniform on a unit interval. */
#define SCK_NOISE_ENCODE (1.0 / 12)

/** Encryption with the public or the secret key, encoding included. */
double sck_noise_public(const sck_params *params);
double sck_noise_secret(const sck_params *params);
/** One division of 2 or 3 polynomials, each rounded. */
double sck_noise_rounding(const sck_params *params, uint32_t size);
/** A key switch at a level, its division's rounding apart. */
double sck_noise_key_switch(const sck_params *params, uint32_t level);

/** Both key switches of encapsulation, their roundings included, at the scale
 *  of level 0 (ePrint 2022/024). */
double sck_noise_encapsulation(const sck_params *params);

/** Standard deviation of a slot's real part, in units of the message. */
double sck_noise_deviation(double variance, uint32_t slots, sck_scale scale);

/** What is known of one ciphertext. Errors and messages of two ciphertexts are
 *  taken as independent, of mean zero and equal in every slot. */
struct sck_noise {
    double magnitude; /**< root mean square of the slots' moduli        */
    double error;     /**< standard deviation of a slot's real part     */
    int stated;       /**< the magnitude is known, not predicted: so it stays
                           where the message does                       */
};

/** One more independent error. */
struct sck_noise sck_noise_and(struct sck_noise a, double deviation);
struct sck_noise sck_noise_sum(struct sck_noise a, struct sck_noise b);
struct sck_noise sck_noise_product(struct sck_noise a, struct sck_noise b);
/** a + a and a a: their errors are the same, not independent. */
struct sck_noise sck_noise_double(struct sck_noise a);
struct sck_noise sck_noise_square(struct sck_noise a);

/** How a function's argument is spread: points and their probabilities, which
 *  add up to 1. */
enum { SCK_SPREAD_POINTS = 64 };
struct sck_spread {
    uint32_t count;
    double value[SCK_SPREAD_POINTS], weight[SCK_SPREAD_POINTS];
};

/** Values in [-1, 1] of that root mean square: uniform around 0; where that
 *  would leave the interval, denser towards its ends by a power of |x|. */
void sck_spread_of(double magnitude, struct sck_spread *spread);

#endif
