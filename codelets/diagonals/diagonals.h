/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_DIAGONALS_H
#define SCK_DIAGONALS_H

#include "ring.h"

#include <stddef.h>

enum { SCK_MAX_BABIES = 16, SCK_MAX_GIANTS = 32 };

/** The products of a matrix on encrypted slots, for one block of limbs: all
 *  giant steps' sums over babies, both halves. */
struct sck_diagonals_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t babies;                 /**< at most SCK_MAX_BABIES */
    uint32_t giants;                 /**< at most SCK_MAX_GIANTS */
    uint32_t galois[SCK_MAX_BABIES]; /**< odd, below 2N; 1: not turned */
    uint32_t repeat; /**< rows of plain hold N >> repeat words, each of which
                        counts for 2^repeat (elementwise.h) */
    uint32_t onto;   /**< 1: added to what out holds; 0: instead of it */
};

/** Kernel: out[(2 g + h) limbs + i] (+)= sum over babies b of
 *  x_(b,h) plain[(g babies + b) limbs + i] mod q_i, h < 2, where x_(b,h) is
 *  in[(2 b + h) limbs + i], plus own[i] when h = 0, at X^galois[b].
 *  @param in     NULL rows count as zero
 *  @param own    limbs rows; NULL counts as zero
 *  @param plain  Montgomery form; NULL where the matrix has no such diagonal
 *  All rows in [0, q), NTT domain; out is no input. */
typedef void sck_diagonals_fn(const struct sck_diagonals_args *args,
                              const struct sck_ring *ring, uint32_t *const *out,
                              const uint32_t *const *in,
                              const uint32_t *const *own,
                              const uint32_t *const *plain);
void sck_diagonals_ref(const struct sck_diagonals_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in, const uint32_t *const *own,
                       const uint32_t *const *plain);
/** The same bits: a stretch of every baby is turned once for all giants, each
 *  diagonal is read once for both halves, sums are reduced once. */
sck_diagonals_fn sck_diagonals;

/** Words of every baby that are turned at once: both halves of 16 babies fit a
 *  second cache, with the row that is added to all of them. */
enum { SCK_DIAGONALS_STRETCH = 2048 };

/** A stretch of one limb's babies, turned. */
struct sck_turned_babies {
    const struct sck_diagonals_args *args;
    uint32_t i, q, inverse; /**< the limb, its prime, q^-1 mod 2^32 */
    uint32_t first, count;  /**< SCK_DIAGONALS_STRETCH at most */
    uint32_t stride;        /**< words between rows of word */
    uint32_t *word;         /**< row 2 b + h: count words */
    uint32_t *shorts;       /**< short diagonals of some sums, side by side */
    uint32_t streams;       /**< whether sums go past the caches */
    int is_zero[2 * SCK_MAX_BABIES];
};

/** Stretches of args' rows of n words, without memory and a limb yet. */
struct sck_turned_babies
sck_turned_babies_of(const struct sck_diagonals_args *args, uint32_t n,
                     uint32_t *const *out);
/** Words that turned->word and turned->shorts together need, a multiple of a
 *  vector's. */
size_t sck_turned_babies_words(const struct sck_turned_babies *turned);
/** Gives it that memory, 64-byte aligned. */
void sck_turned_babies_place(struct sck_turned_babies *turned, uint32_t *words);

/** The stretch of all giant steps' sums; lists as sck_diagonals() has them. */
void sck_diagonals_sums(const struct sck_turned_babies *turned,
                        uint32_t *const *out, const uint32_t *const *plain);

/** sck_diagonals_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_diagonals_cuda(const struct sck_diagonals_args *args, uint32_t logn,
                       const struct sck_prime_table *tables,
                       uint32_t *const *out, const uint32_t *const *in,
                       const uint32_t *const *own, const uint32_t *const *plain,
                       void *stream);

/** A stretch of one giant step's sums. */
struct sck_dot_tile {
    uint32_t terms;                        /**< at most SCK_MAX_BABIES */
    uint32_t q, inverse;                   /**< the prime, q^-1 mod 2^32 */
    const uint32_t *plain[SCK_MAX_BABIES]; /**< Montgomery form */
    const uint32_t *x[2][SCK_MAX_BABIES];
    uint32_t *out[2];
    int adds;         /**< out += instead of out = */
    uint32_t streams; /**< 1, without adds: out is aligned as a vector and not
                         read soon: its words may go past the caches */
};

/** Kernel: out[h][k] (+)= sum over terms t of x[h][t][k] plain[t][k] mod q, h <
 * 2, k < count, a multiple of 8. Words in [0, q): 16 products stay below 2^34
 * q, so that each sum is reduced once. */
typedef void sck_dot_tile_fn(const struct sck_dot_tile *tile, uint32_t count);
sck_dot_tile_fn sck_dot_tile_ref, sck_dot_tile_avx2, sck_dot_tile_avx512;
extern sck_dot_tile_fn *sck_dot_tile;

#endif
