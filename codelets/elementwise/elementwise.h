/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_ELEMENTWISE_H
#define SCK_ELEMENTWISE_H

#include "ring.h"

/** What one task of the family computes, row by row, modulo q. `plain` operands
 *  hold x 2^32 mod q (Montgomery), so that their product is one reduction. */
enum sck_elementwise_op {
    SCK_ADD,            /**< out = a + b                                   */
    SCK_SUB,            /**< out = a - b                                   */
    SCK_NEG,            /**< out = -a                                      */
    SCK_MUL,            /**< out = a b                                     */
    SCK_MUL_ADD,        /**< out = a b + c                                 */
    SCK_MUL_PLAIN,      /**< out = a b, b in Montgomery form               */
    SCK_MUL_PLAIN_ADD,  /**< out = a b + c, b in Montgomery form           */
    SCK_ADD_PLAIN,      /**< out = a + b, b in Montgomery form             */
    SCK_SCALAR_MUL,     /**< out = a * scalar                              */
    SCK_SCALAR_MUL_ADD, /**< out = a * scalar + c                         */
    SCK_SCALAR_ADD,     /**< out = a + scalar                              */
    SCK_MUL_X,          /**< out = a * scalar in the first half of the row, a *
                           (q - scalar) in the second: times X^(N/2)       */
    SCK_ELEMENTWISE_OPS
};

struct sck_elementwise_args {
    uint32_t ring;
    uint32_t op; /**< enum sck_elementwise_op */
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t scalar[SCK_BLOCK_LIMBS]; /**< plain residue in [0, q) */
    /** For MUL_PLAIN, MUL_PLAIN_ADD and ADD_PLAIN, else 0: rows of b hold N >>
     *  repeat words, and word j of the plaintext is b[j >> repeat]. A plaintext
     *  whose slots repeat with period p = N >> (repeat + 1) is a polynomial in
     *  X^(N / 2p), so that its transform, bits reversed, is that of the ring of
     *  degree 2p with every word N / 2p times. */
    uint32_t repeat;
};

/** Kernel: rows in and out in [0, q); out may be any of the inputs. b and c may
 *  be NULL where the operation has none. */
typedef void sck_elementwise_fn(const struct sck_elementwise_args *args,
                                const struct sck_ring *ring,
                                uint32_t *const *out, const uint32_t *const *a,
                                const uint32_t *const *b,
                                const uint32_t *const *c);
sck_elementwise_fn sck_elementwise_ref, sck_elementwise_avx2,
    sck_elementwise_avx512;

/** sck_elementwise_ref() on the current CUDA device, asynchronously; same bits.
 *  @param n       words of a row, a multiple of 8
 *  @param tables  limb i's prime; its pointers are not followed
 *  @param out,a,b,c  lists in host memory, not needed after the call, of
 *                 args->limbs device rows aligned to 16 bytes
 *  @param stream  a cudaStream_t, NULL for the default one
 *  @return a cudaError_t, 0 for success; cudaErrorInvalidValue if n, the number
 *          of limbs, the operation, its repeat or a missing operand is wrong */
int sck_elementwise_cuda(const struct sck_elementwise_args *args, uint32_t n,
                         const struct sck_prime_table *tables,
                         uint32_t *const *out, const uint32_t *const *a,
                         const uint32_t *const *b, const uint32_t *const *c,
                         void *stream);

extern sck_elementwise_fn *sck_elementwise;

#endif
