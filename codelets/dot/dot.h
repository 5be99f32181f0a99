/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_DOT_H
#define SCK_DOT_H

#include "ring.h"

/** Terms that one task sums: three blocks each, and two of the result. */
#define SCK_DOT_TERMS 31

struct sck_dot_args {
    uint32_t ring;
    uint32_t terms; /**< 1 to SCK_DOT_TERMS */
    uint32_t onto;  /**< 1: added to what out holds; 0: instead of it */
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    /** Term k's plaintext has N >> repeat[k] words a row, each of which counts
     *  for 2^repeat[k] (elementwise.h). */
    uint8_t repeat[SCK_DOT_TERMS];
};

/** Kernel: out[h limbs + i] (+)= sum over terms k of a[(2 k + h) limbs + i] p[k
 *  limbs + i] mod q_i, h < 2: ciphertexts times plaintexts. p holds x 2^32 mod
 *  q (Montgomery); all rows in [0, q). out may be no input. */
typedef void sck_dot_fn(const struct sck_dot_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *p, const uint32_t *const *a);
void sck_dot_ref(const struct sck_dot_args *args, const struct sck_ring *ring,
                 uint32_t *const *out, const uint32_t *const *p,
                 const uint32_t *const *a);
/** The same bits: one reduction a dozen terms. */
sck_dot_fn sck_dot;

enum { SCK_SPREAD_TERMS = 16, SCK_SPREAD_SUMS = 4 };

/** A stretch of several sums of ciphertexts times short plaintexts. */
struct sck_spread_tile {
    uint32_t terms;      /**< at most SCK_SPREAD_TERMS */
    uint32_t sums;       /**< at most SCK_SPREAD_SUMS */
    uint32_t q, inverse; /**< the prime, q^-1 mod 2^32 */
    uint32_t repeat;     /**< at least 1 */
    int adds;            /**< out += instead of out = */
    uint32_t streams;    /**< 1, without adds: out is aligned as a vector and
                            not read soon: its words may go past the caches */
    const uint32_t *plain[SCK_SPREAD_SUMS][SCK_SPREAD_TERMS];
    const uint32_t *x[2][SCK_SPREAD_TERMS];
    uint32_t *out[2][SCK_SPREAD_SUMS];
};

/** Kernel: out[h][s][k] (+)= sum over terms t of x[h][t][k] plain[s][t][k >>
 *  repeat] mod q, h < 2, k < count, a multiple of 8; plain in Montgomery form.
 *  Words in [0, q): 16 products stay below 2^34 q, so that each sum is reduced
 *  once. */
typedef void sck_spread_tile_fn(const struct sck_spread_tile *tile,
                                uint32_t count);
sck_spread_tile_fn sck_spread_tile_ref, sck_spread_tile_avx2,
    sck_spread_tile_avx512;
extern sck_spread_tile_fn *sck_spread_tile;

/** sck_dot_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_dot_cuda(const struct sck_dot_args *args, uint32_t logn,
                 const struct sck_prime_table *tables, uint32_t *const *out,
                 const uint32_t *const *p, const uint32_t *const *a,
                 void *stream);

#endif
