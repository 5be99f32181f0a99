/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Everything that depends on N and the primes only: twiddles, bit reversal, the
 * unit roots of encoding. Read-only once made, shared by every task of a
 * process, found by number because a task's arguments hold no pointers. */
#ifndef SCK_RING_H
#define SCK_RING_H

#include "sck_status.h"

#include <stdint.h>

/** Limbs of one block at most; primes of a base conversion's source at most;
 *  digits of one key switch and source limbs of all its digits at most. */
#define SCK_BLOCK_LIMBS 16
#define SCK_MAX_SOURCES 24
#define SCK_MAX_DIGITS 13
#define SCK_MAX_SWITCHED 64

/** Twiddles of one prime. Word i of psi is psi^brv(i) mod q, of ipsi
 *  psi^-brv(i); companions are floor(w 2^32 / q) (Shoup). */
struct sck_prime_table {
    uint32_t q;
    uint32_t n_inverse, n_inverse_shoup;
    uint32_t minus_q_inverse; /**< -q^-1 mod 2^32, for Montgomery reduction  */
    uint32_t r;               /**< 2^32 mod q                                */
    uint32_t r2;              /**< 2^64 mod q: a plain residue to Montgomery */
    uint32_t r_inverse;       /**< 2^-32 mod q                               */
    uint32_t imaginary;       /**< psi^(N/2): the square root of -1 that X^(N/2)
                                 is at even brv(i)                           */
    const uint32_t *psi, *psi_shoup, *ipsi, *ipsi_shoup; /**< N words each   */
    /** The twiddles of stages inside runs of SCK_RUN_WORDS words again, in the
     * order that a CPU's transform uses them: SCK_RUN_TWIDDLES words for each
     * run, NULL where N is below 2 SCK_RUN_WORDS. Run r's stages are a tree
     * whose root is word N / SCK_RUN_WORDS + r of psi (ipsi) and whose node i
     * has children 2 i and 2 i + 1: nodes 1 to 63 (word 0 is 0), their 64
     * companions, then nodes 64 to 255 in Montgomery form (times 2^32 mod q),
     * which need no companions. Of sixteen nodes from 128 + 16 j on the i-th is
     * at the place whose bits 1 3 2 0 are bits 3 2 1 0 of i: as they lie in a
     * transform's vectors. */
    const uint32_t *runs, *iruns;
};

/** Words of a run; twiddles of it that have a companion; words of them all. */
enum {
    SCK_RUN_WORDS = 256,
    SCK_RUN_SHOUP = 64,
    SCK_RUN_TWIDDLES = SCK_RUN_WORDS + SCK_RUN_SHOUP
};

struct sck_ring {
    uint32_t id; /**< what sck_ring_find() takes */
    uint32_t logn, n;
    uint32_t count;                       /**< primes                     */
    const struct sck_prime_table *tables; /**< count of them, ascending q */
    const uint32_t *brv;                  /**< N words                    */
    const double *zeta; /**< e^(i pi k / N), k < 2 N: re, im interleaved  */
    /** Encoding's roots in the order of use: with h = len / 2, word h + j is
     * the real part of zeta^((4 len - 5^j mod 4 len) N / (2 len)), j < h < N /
     * 2, and N / 2 words on is the imaginary part. */
    const double *slot_roots;
};

/** Makes the tables of a ring, or finds the live one of equal logn whose
 *  primes are the same, and counts one more user. Where a larger ring of the
 *  same primes is alive, psi and ipsi are its own first words, kept alive by
 *  both.
 *  @param primes  count primes q < 2^30, q = 1 mod 2N, in any order, no two
 * equal
 *  @return SCK_ERR_ARGUMENT (logn outside 3..16, a bad prime: named),
 *          SCK_ERR_MEMORY; *ring is then NULL. Thread-safe. */
sck_status sck_ring_new(uint32_t logn, const uint32_t *primes, uint32_t count,
                        const struct sck_ring **ring);

/** Drops one user; the last one frees the tables. NULL is allowed. */
void sck_ring_free(const struct sck_ring *ring);

/** The live ring of this number; never NULL for a number taken from a live
 *  ring. Safe from any task. */
const struct sck_ring *sck_ring_find(uint32_t id);

/** The tables of prime q, NULL if the ring has no such prime. */
const struct sck_prime_table *sck_ring_prime(const struct sck_ring *ring,
                                             uint32_t q);

#endif
