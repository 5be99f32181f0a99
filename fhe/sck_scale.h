/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_scale.h
 * Scales of encoded messages: 64-bit integers times powers of two.
 *
 * A message m is stored as round(scale * m). A scale is kept to 64 bits and
 * never as "2^40": equality of scales is equality of two integers, and every
 * function here rounds once, to the nearest such number (ties to even).
 *
 * {0, 0} is "no scale". Functions that return a scale return it when an operand
 * is "no scale" or the result's exponent does not fit 32 bits.
 */
#ifndef SCK_SCALE_H
#define SCK_SCALE_H

#include <stdint.h>

#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** integer * 2^exponent; integer has its top bit set, or both are 0. */
typedef struct sck_scale {
    uint64_t integer;
    int32_t exponent;
} sck_scale;

/** Returns 1 when the scale is well formed and not "no scale", else 0. */
SCK_API int sck_scale_is_valid(sck_scale s);

/** Returns 1 when both scales are the same number (or both "no scale"). */
SCK_API int sck_scale_equal(sck_scale a, sck_scale b);

/** Returns a * b, within 2^-64 relative: the scale of a product. */
SCK_API sck_scale sck_scale_mul(sck_scale a, sck_scale b);

/** Returns a / b, within 2^-64 relative: the scale that times b gives a. */
SCK_API sck_scale sck_scale_quotient(sck_scale a, sck_scale b);

/**
 * Returns s * prod(num) / prod(den), within 2^-64 relative: what rescaling
 * by added primes num and dropped primes den makes of a scale.
 *
 * @param[in] num  n factors, each at least 1; may be NULL when n is 0
 * @param[in] den  m factors, each at least 1; may be NULL when m is 0
 * @return the scale; {0, 0} also when a factor is 0
 */
SCK_API sck_scale sck_scale_ratio(sck_scale s, const uint32_t *num, uint32_t n,
                                  const uint32_t *den, uint32_t m);

/** Returns the nearest double; 0 for "no scale", infinity beyond the range. */
SCK_API double sck_scale_to_double(sck_scale s);

/** Returns the exact value of @p x as a scale; {0, 0} unless finite, > 0. */
SCK_API sck_scale sck_scale_from_double(double x);

/** Returns log2 of the scale in bits, for messages and estimates; minus
 *  infinity for "no scale". */
SCK_API double sck_scale_log2(sck_scale s);

/**
 * Gives a rescaled product the table's scale: *out = table.
 *
 * Error: the message changes by at most 2^-50 relative, far below one
 *        rounding (2^-26 at best).
 * @param[out] out  unchanged on error
 * @return SCK_OK, or SCK_ERR_SHAPE when s and table differ by more than 2^-50
 *         of table, or either is no scale; the message holds both numbers
 */
SCK_API sck_status sck_scale_snap(sck_scale s, sck_scale table, sck_scale *out);

#ifdef __cplusplus
}
#endif
#endif
