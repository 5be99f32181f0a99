/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_BASE_CONVERT_H
#define SCK_BASE_CONVERT_H

#include "ring.h"

/** From the primes S (product D) to the rows' primes t: the constants of
 *  out = (sum_i y_i [D/q_i]_t + v [-D]_t) mod t. */
struct sck_conversion {
    uint32_t sources, targets;
    uint32_t t[SCK_BLOCK_LIMBS];
    uint32_t w[SCK_MAX_SOURCES][SCK_BLOCK_LIMBS]; /**< [D/q_i]_t */
    uint32_t minus_d[SCK_BLOCK_LIMBS];            /**< [-D]_t    */
};

void sck_conversion_prepare(struct sck_conversion *conversion,
                            const uint32_t *sources, uint32_t source_count,
                            const uint32_t *targets, uint32_t target_count);

struct sck_base_convert_args {
    uint32_t ring;
    struct sck_conversion conversion;
};

/** Kernel: out[j] = centred CRT value of the sources modulo t_j, coefficients.
 *  in: sources rows y_i in [0, q_i), then one row v (decompose.h).
 *  The u64 sum does not wrap: sum of the q_i is below 2^34 - 2^8. out rows in
 *  [0, t); no row of out is one of in. */
typedef void sck_base_convert_fn(const struct sck_base_convert_args *args,
                                 const struct sck_ring *ring,
                                 uint32_t *const *out,
                                 const uint32_t *const *in);
void sck_base_convert_ref(const struct sck_base_convert_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *in);
extern sck_base_convert_fn *sck_base_convert;

/** The same for row j of a conversion alone (n coefficients). */
void sck_conversion_row_ref(const struct sck_conversion *conversion, uint32_t j,
                            uint32_t n, uint32_t *out,
                            const uint32_t *const *in);

#endif
