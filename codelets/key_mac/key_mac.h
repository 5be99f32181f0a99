/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_KEY_MAC_H
#define SCK_KEY_MAC_H

#include "automorphism_sum.h"
#include "ring.h"

struct sck_key_mac_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t first; /**< 1: out = u k; 0: out += u k */
};

/** Kernel: the inner product's step for one digit, both halves:
 *  out[h limbs + i] (+)= u[i] key[h limbs + i] mod q_i, h < 2. key rows hold
 *  k 2^32 mod q (Montgomery); all rows in [0, q). */
typedef void sck_key_mac_fn(const struct sck_key_mac_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *u,
                            const uint32_t *const *key);
void sck_key_mac_ref(const struct sck_key_mac_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *u, const uint32_t *const *key);
sck_key_mac_fn sck_key_mac;

/** One prime's part of the inner product with a key, over all digits. */
struct sck_key_tile {
    uint32_t digits;
    uint32_t q, inverse; /**< the prime, q^-1 mod 2^32 */
    const uint32_t *u[SCK_MAX_DIGITS];
    const uint32_t *key[2][SCK_MAX_DIGITS]; /**< k 2^32 mod q */
    const uint32_t *add[2]; /**< one more term of either sum, or NULL */
    uint32_t factor;        /**< what it is times: f 2^32 mod q */
    uint32_t streams; /**< 1: out is aligned as a vector, no u and not read
                         soon: its words may go past the caches */
    uint32_t *out[2];
    /** NULL; or out is turned: words first to first + count, which come from
     *  words source to source + count (sck_turn_from()), those that are read.
     *  turned_back: the inverse automorphism. */
    const struct sck_turn *turn, *turned_back;
    uint32_t first, source;
    /** What the next call reads, if that is not what follows: asked for
     *  meanwhile. Of u nothing is, if the first is NULL. */
    int elsewhere;
    const uint32_t *next_u[SCK_MAX_DIGITS], *next_key[2][SCK_MAX_DIGITS];
};

/** Kernel: out[h][k] = sum over digits of u[d][k] key[h][d][k] mod q, h < 2,
 *  k < count, plus add[h][k] f, or these words turned: products are summed in
 *  64 bits and reduced once, as 14 of them stay below 2^34 q. Words in [0, q),
 *  but for u as sck_key_tile_results() says; an out that is not turned may be a
 *  u or its add. */
typedef void sck_key_tile_fn(const struct sck_key_tile *tile, uint32_t count);
sck_key_tile_fn sck_key_tile_ref, sck_key_tile_avx2, sck_key_tile_avx512;
extern sck_key_tile_fn *sck_key_tile;

/** What `lazy` digits' words may be below in multiples of q, as struct
 *  sck_ntt_around has it, if a sum has so many reduced terms more: a word below
 *  4 q times one below q is at most four products of reduced words, of which
 *  sixteen stay below 2^34 q. */
static inline uint32_t sck_key_tile_results(uint32_t lazy, uint32_t reduced)
{
    if (4 * lazy + reduced <= 16)
        return 4;
    return 2 * lazy + reduced <= 16 ? 2 : 1;
}

/** sck_key_mac_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_key_mac_cuda(const struct sck_key_mac_args *args, uint32_t logn,
                     const struct sck_prime_table *tables, uint32_t *const *out,
                     const uint32_t *const *u, const uint32_t *const *key,
                     void *stream);

#endif
