/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_COMBINATION_H
#define SCK_COMBINATION_H

#include "ring.h"

enum { SCK_MAX_PRODUCTS = 4, SCK_MAX_MULTIPLES = 16 };

/** A sum of ciphertext products and multiples, for one block of limbs. */
struct sck_combination_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t halves;   /**< polynomials of out: 3 with products, else 2 */
    uint32_t products; /**< at most SCK_MAX_PRODUCTS */
    uint32_t terms;    /**< with twice the products at most SCK_MAX_MULTIPLES */
    uint32_t factor;   /**< of the products, 1 or 2 */
    uint32_t adds;     /**< 1: out += the sum */
    uint32_t constant[SCK_BLOCK_LIMBS]; /**< added to half 0, in [0, q) */
    uint32_t scalar[SCK_MAX_MULTIPLES][SCK_BLOCK_LIMBS]; /**< in [0, q) */
};

/** Kernel: with a_k, b_k product k's factors and x_t the terms, two polynomials
 *  each, out[h limbs + i] = factor sum over k and u + v = h of a_(k,u) b_(k,v)
 *  + sum over t of scalar[t] x_(t,h) (h < 2) + constant (h = 0) mod q_i.
 *  @param factors  row (4 k + f) limbs + i: f = 0, 1 are a_k, 2, 3 are b_k
 *  @param terms    row (2 t + h) limbs + i
 *  All rows in [0, q), NTT domain; out is no input. */
typedef void sck_combination_fn(const struct sck_combination_args *args,
                                const struct sck_ring *ring,
                                uint32_t *const *out,
                                const uint32_t *const *factors,
                                const uint32_t *const *terms);
void sck_combination_ref(const struct sck_combination_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *factors,
                         const uint32_t *const *terms);
/** Row i of half h of it, whatever adds is. */
void sck_combination_row_ref(const struct sck_combination_args *args,
                             const struct sck_ring *ring, uint32_t h,
                             uint32_t i, uint32_t *out,
                             const uint32_t *const *factors,
                             const uint32_t *const *terms);
/** The same bits: sums in 64 bits, reduced once. */
sck_combination_fn sck_combination;

/** sck_combination_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_combination_cuda(const struct sck_combination_args *args, uint32_t logn,
                         const struct sck_prime_table *tables,
                         uint32_t *const *out, const uint32_t *const *factors,
                         const uint32_t *const *terms, void *stream);

/** What a tile computes: every half, or, without products, half 0 alone. */
enum { SCK_ALL_HALVES, SCK_ONE_HALF };

/** Halves of one limb. */
struct sck_combine_tile {
    uint32_t q, inverse; /**< the prime, q^-1 mod 2^32 */
    uint32_t scale;    /**< 2^64 mod q times what the sums are multiplied by; 0:
                          by 2^32, and once */
    uint32_t constant; /**< of half 0 */
    uint32_t halves;   /**< SCK_ALL_HALVES and so on: others' rows are neither
                          read nor written */
    int adds;
    uint32_t streams; /**< 1, without adds: out is aligned as a vector and not
                         read soon: its words may go past the caches */
    uint32_t products, terms; /**< together as sck_combination_args has them */
    const uint32_t *a[2][SCK_MAX_PRODUCTS], *b[2][SCK_MAX_PRODUCTS];
    const uint32_t *x[2][SCK_MAX_MULTIPLES];
    uint32_t w[SCK_MAX_MULTIPLES]; /**< in [0, q) */
    uint32_t *out[3];              /**< the third if there are products */
};

/** Kernel: out[h][k] (+)= 2^-64 scale S + constant mod q (scale 0: 2^-32 S), S
 * = sum over u + v = h of a[u] b[v] + sum of w x[h] (h < 2); k < count, a
 *  multiple of 8; words in [0, q). 16 products stay below 2^34 q. */
typedef void sck_combine_tile_fn(const struct sck_combine_tile *tile,
                                 uint32_t count);
sck_combine_tile_fn sck_combine_tile_ref, sck_combine_tile_avx2,
    sck_combine_tile_avx512;
extern sck_combine_tile_fn *sck_combine_tile;

/** Limb i of a combination as a tile, but for out, adds and streams.
 *  @param t  q[i]'s table */
void sck_combination_tile(struct sck_combine_tile *tile,
                          const struct sck_combination_args *args,
                          const struct sck_prime_table *t, uint32_t i,
                          const uint32_t *const *factors,
                          const uint32_t *const *terms);
/** The tile with every input and output row from word at on. */
void sck_combine_tile_move(struct sck_combine_tile *tile, uint32_t at);

#endif
