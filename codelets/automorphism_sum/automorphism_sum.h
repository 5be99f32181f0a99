/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_AUTOMORPHISM_SUM_H
#define SCK_AUTOMORPHISM_SUM_H

#include "ring.h"

enum { SCK_MAX_TURNS = 16 };

struct sck_automorphism_sum_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t terms;                 /**< 1 to SCK_MAX_TURNS */
    uint32_t galois[SCK_MAX_TURNS]; /**< odd, below 2N; 1: as it is */
};

/** Kernel: out[i] = sum over terms k of (a[k limbs + i] + b[k limbs + i]) at
 *  X^galois[k] mod q_i, NTT domain; all in [0, q). A NULL b counts as zero, an
 *  a does not. out is no input. */
typedef void
sck_automorphism_sum_fn(const struct sck_automorphism_sum_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *a, const uint32_t *const *b);
void sck_automorphism_sum_ref(const struct sck_automorphism_sum_args *args,
                              const struct sck_ring *ring, uint32_t *const *out,
                              const uint32_t *const *a,
                              const uint32_t *const *b);
/** The same bits: every input is read once, out stays in the nearest cache. */
sck_automorphism_sum_fn sck_automorphism_sum;

/** sck_automorphism_sum_ref() on the current CUDA device, asynchronously; same
 * bits. Lists, rows, stream and errors as for sck_ntt_cuda(). */
int sck_automorphism_sum_cuda(const struct sck_automorphism_sum_args *args,
                              uint32_t logn, uint32_t *const *out,
                              const uint32_t *const *a,
                              const uint32_t *const *b, void *stream);

/** Where the words of one automorphism come from; kept by its user for many
 *  rows, filled and read by the same instruction set's kernels. */
struct sck_turn {
    uint32_t n;
    uint32_t order[256]; /**< permutations within a vector */
    uint16_t *from;      /**< room for n: the caller's memory */
};

/** Kernel: fills turn, whose from is set, for X -> X^galois. */
typedef void sck_turn_sources_fn(const struct sck_ring *ring, uint32_t galois,
                                 struct sck_turn *turn);
sck_turn_sources_fn sck_turn_sources_ref, sck_turn_sources_avx2,
    sck_turn_sources_avx512;
extern sck_turn_sources_fn *sck_turn_sources;

/** A stretch of a row, multiples of 8: words first to first + count. */
struct sck_turn_tile {
    const struct sck_turn *turn;
    uint32_t q, first, count;
    const uint32_t *sum; /**< count words that are added, in [0, q), may be what
                            is written; NULL: zeros */
    uint32_t streams; /**< 1: out is aligned as a vector and not read soon: its
                         words may go past the caches */
    /** What a and b hold: n words; or, if near, words source to source + count
     *  alone, where an aligned stretch comes from (sck_turn_from()). */
    int near;
    uint32_t source;
    const uint32_t *a; /**< words in [0, q) */
    const uint32_t *b; /**< the same; NULL: zeros */
};

/** The first of the count words that words first to first + count come from:
 *  count is a power of two and divides both. */
uint32_t sck_turn_from(const struct sck_ring *ring, uint32_t galois,
                       uint32_t first, uint32_t count);

/** Kernel: out[k] = sum[k] + (a + b at the source of word first + k) mod q. */
typedef void sck_turn_tile_fn(const struct sck_turn_tile *tile, uint32_t *out);
sck_turn_tile_fn sck_turn_tile_ref, sck_turn_tile_avx2, sck_turn_tile_avx512;
extern sck_turn_tile_fn *sck_turn_tile;

#endif
