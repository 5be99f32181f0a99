/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_HOISTED_DIAGONALS_H
#define SCK_HOISTED_DIAGONALS_H

#include "diagonals.h"
#include "hoisted_switch.h"

/** A matrix's products with all rotations of one ciphertext, for one
 *  destination block: the rotations' second halves are switched with a key
 *  each and never leave the cache. */
struct sck_hoisted_diagonals_args {
    /** One key for every baby whose galois is not 1, in their order; adds is
     *  0, and factor is what the ciphertext itself is times. */
    struct sck_hoisted_switch_args hoisted;
    struct sck_diagonals_args diagonals; /**< of the same limbs */
};

/** Kernel: sck_hoisted_switch(), then sck_diagonals() of what it gives, with
 *  own row targets + i times factor_i, and for a baby that is not turned own
 *  row i times factor_i in its second half.
 *  @param own  2 targets rows: the switched polynomial, then the one that is
 *              not; NULL for special primes
 *  Lists otherwise as those two have them; no row of out is an input. */
typedef void sck_hoisted_diagonals_fn(
    const struct sck_hoisted_diagonals_args *args, const struct sck_ring *ring,
    uint32_t *const *out, const uint32_t *const *in, const uint32_t *const *own,
    const uint32_t *const *key, const uint32_t *const *plain);
void sck_hoisted_diagonals_ref(const struct sck_hoisted_diagonals_args *args,
                               const struct sck_ring *ring,
                               uint32_t *const *out, const uint32_t *const *in,
                               const uint32_t *const *own,
                               const uint32_t *const *key,
                               const uint32_t *const *plain);
/** The same bits: prime after prime, so that its rotations wait in a near cache
 *  for the matrix. */
sck_hoisted_diagonals_fn sck_hoisted_diagonals;

/** Bytes of scratch that sck_hoisted_diagonals_cuda() needs: the rotations, and
 *  what sck_hoisted_switch_cuda() needs. */
size_t sck_hoisted_diagonals_cuda_scratch(
    const struct sck_hoisted_diagonals_args *args, uint32_t logn);

/** sck_hoisted_diagonals_ref() on the current CUDA device, asynchronously; same
 *  bits. Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables   target i's prime; psi and psi_shoup point to device memory
 *  @param scratch  device memory, in use until the stream has passed */
int sck_hoisted_diagonals_cuda(const struct sck_hoisted_diagonals_args *args,
                               uint32_t logn,
                               const struct sck_prime_table *tables,
                               uint32_t *const *out, const uint32_t *const *in,
                               const uint32_t *const *own,
                               const uint32_t *const *key,
                               const uint32_t *const *plain, void *scratch,
                               void *stream);

#endif
