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
/** The same bits from sck_convert_tile(). */
sck_base_convert_fn sck_base_convert;

/** The constants of one conversion as the tile kernel reads them: everything
 *  that a target multiplies by, in Montgomery form. Made once a task. */
struct sck_convert_constants {
    uint32_t sources; /**< rows of y; then comes the row of v */
    uint32_t targets;
    uint32_t lazy; /**< 1: out may be left in [0, 3 t), for ntt's lazy rows */
    uint32_t streams; /**< 1: out is aligned as a vector and not read soon: its
                           words go past the caches */
    uint32_t t[SCK_BLOCK_LIMBS], t2[SCK_BLOCK_LIMBS]; /**< and 2 t */
    uint32_t inverse[SCK_BLOCK_LIMBS];                /**< t^-1 mod 2^32 */
    uint32_t below[SCK_BLOCK_LIMBS]; /**< sums are below 2^32 t times it: 1, 2
                                          or 4 */
    /** w scale 2^32 mod t; the last row -D scale 2^32 mod t. A row is read
     *  whole. */
    uint32_t w[SCK_MAX_SOURCES + 1][SCK_BLOCK_LIMBS];
};

/** No targets yet, from so many sources.
 *  @param lazy  whether transforms of n words that take lazy rows follow */
void sck_convert_constants_begin(struct sck_convert_constants *constants,
                                 uint32_t sources, int lazy, uint32_t n);

/** Appends the target t, whose constants are column `column` of w and minus_d,
 *  times scale (reduced): the conversion then gives scale times the
 *  residue. */
void sck_convert_constants_add(struct sck_convert_constants *constants,
                               const struct sck_prime_table *t, uint32_t scale,
                               const uint32_t (*w)[SCK_BLOCK_LIMBS],
                               const uint32_t *minus_d, uint32_t column);

/** All of a conversion's targets, times 1. */
void sck_convert_constants_from(struct sck_convert_constants *constants,
                                const struct sck_conversion *conversion,
                                const struct sck_ring *ring, int lazy);

/** Kernel: words at to at + count of every target's row, from the same words of
 *  the sources' rows and v's, all below 2^30. Sums below 2^34 t, as for
 *  sck_base_convert_fn. No row of out is one of in. */
typedef void sck_convert_tile_fn(const struct sck_convert_constants *constants,
                                 uint32_t at, uint32_t count,
                                 uint32_t *const *out,
                                 const uint32_t *const *in);
sck_convert_tile_fn sck_convert_tile_ref, sck_convert_tile_avx2,
    sck_convert_tile_avx512;
extern sck_convert_tile_fn *sck_convert_tile;

/** sck_base_convert_ref() on the current CUDA device, asynchronously; same
 *  bits. Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  target j's prime; its pointers are not followed */
int sck_base_convert_cuda(const struct sck_base_convert_args *args,
                          uint32_t logn, const struct sck_prime_table *tables,
                          uint32_t *const *out, const uint32_t *const *in,
                          void *stream);

#endif
