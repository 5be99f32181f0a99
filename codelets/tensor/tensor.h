/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_TENSOR_H
#define SCK_TENSOR_H

#include "ring.h"

struct sck_tensor_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
};

/** Kernel: the product of two ciphertexts (a_0, a_1) and (b_0, b_1), each
 *  polynomial's limbs one after the other: out_0 = a_0 b_0, out_1 = a_0 b_1 +
 *  a_1 b_0, out_2 = a_1 b_1 modulo q[i]. Rows in and out in [0, q); no row of
 *  out is an input; b may be a. */
typedef void sck_tensor_fn(const struct sck_tensor_args *args,
                           const struct sck_ring *ring, uint32_t *const *out,
                           const uint32_t *const *a, const uint32_t *const *b);
void sck_tensor_ref(const struct sck_tensor_args *args,
                    const struct sck_ring *ring, uint32_t *const *out,
                    const uint32_t *const *a, const uint32_t *const *b);
/** The same bits, every operand read once. */
sck_tensor_fn sck_tensor;

/** sck_tensor_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_tensor_cuda(const struct sck_tensor_args *args, uint32_t logn,
                    const struct sck_prime_table *tables, uint32_t *const *out,
                    const uint32_t *const *a, const uint32_t *const *b,
                    void *stream);

/** One prime's rows. */
struct sck_tensor_tile {
    uint32_t q, inverse; /**< the prime, q^-1 mod 2^32 */
    uint32_t r;          /**< 2^32 mod q               */
    const uint32_t *a[2], *b[2];
    uint32_t *out[3];
};

/** Kernel: count words of a prime's rows. */
typedef void sck_tensor_tile_fn(const struct sck_tensor_tile *tile,
                                uint32_t count);
sck_tensor_tile_fn sck_tensor_tile_ref, sck_tensor_tile_avx2,
    sck_tensor_tile_avx512;
extern sck_tensor_tile_fn *sck_tensor_tile;

#endif
