/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_RESCALE_H
#define SCK_RESCALE_H

#include "base_convert.h"
#include "combination.h"

#include <stddef.h>

/** Task 2 of rescale, of mod_down and of both fused: round(A c / D) on the rows
 *  of one destination block. */
struct sck_rescale_args {
    uint32_t ring;
    struct sck_conversion conversion;    /**< from the dropped primes */
    uint32_t a[SCK_BLOCK_LIMBS];         /**< A mod t; 0 marks an added prime */
    uint32_t d_inverse[SCK_BLOCK_LIMBS]; /**< D^-1 mod t */
    uint32_t galois; /**< the result's X becomes X^galois; 0: as it is */
    uint32_t halves; /**< a task: polynomials that it divides, each operand's
                        rows those of the first, then of the second */
    /** With terms, what is divided are a sum's polynomials from `half` on: its
     *  limbs are the targets, it has no products; galois is 0. */
    struct sck_combination_args sum;
    uint32_t half;
};

/** Fills args: dropped = D's primes, added = A's, targets = the block's; a
 * target that is among added has no source row. galois is 0, halves 1, the sum
 * empty. */
void sck_rescale_prepare(struct sck_rescale_args *args, uint32_t ring,
                         const uint32_t *dropped, uint32_t dropped_count,
                         const uint32_t *added, uint32_t added_count,
                         const uint32_t *targets, uint32_t target_count);

/** Kernel: out[j] = (A c[j] - NTT(r_j)) D^-1 mod t_j with r = base conversion
 * of in (y rows and v, decompose.h; its factor holds A). c[j] is NULL for added
 *  primes. Rows in [0, t), NTT domain; out[j] == c[j] is allowed. With galois
 *  out is that, through sck_automorphism. With sum.terms c are the terms' rows
 *  (combination.h), of both halves, and none is a row of out; not on a GPU. */
typedef void sck_rescale_fn(const struct sck_rescale_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *in,
                            const uint32_t *const *c);
void sck_rescale_ref(const struct sck_rescale_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *in, const uint32_t *const *c);
/** The same bits: -A^-1, of a sum -D^-1, goes into the conversion's constants,
 *  the rest runs as the transform ends. */
sck_rescale_fn sck_rescale;
/** sck_rescale() of args->halves polynomials, whose rows follow one another in
 *  every list: a prime's rows meet its twiddles one after the other. */
sck_rescale_fn sck_rescale_halves;

/** Kernel: out = (c factor + r) mod t, count words; factor reduced, c and out
 *  in [0, t), r in [0, 2 t). out may be c or r. */
typedef void sck_combine_fn(uint32_t t, uint32_t factor, uint32_t count,
                            uint32_t *out, const uint32_t *c,
                            const uint32_t *r);
sck_combine_fn sck_combine_ref, sck_combine_avx2, sck_combine_avx512;
extern sck_combine_fn *sck_combine;

/** Kernel: out = (c + r) factor mod t, count words; factor reduced, c + r below
 *  2^32. out may be c or r. */
typedef void sck_scaled_sum_fn(uint32_t t, uint32_t factor, uint32_t count,
                               uint32_t *out, const uint32_t *c,
                               const uint32_t *r);
sck_scaled_sum_fn sck_scaled_sum_ref, sck_scaled_sum_avx2,
    sck_scaled_sum_avx512;
extern sck_scaled_sum_fn *sck_scaled_sum;

/** Bytes of scratch that sck_rescale_cuda() needs: 0 unless a row of out is one
 *  of c, or galois is not 0. */
size_t sck_rescale_cuda_scratch(const struct sck_rescale_args *args,
                                uint32_t logn, uint32_t *const *out,
                                const uint32_t *const *c);

/** sck_rescale_ref() of args->halves polynomials, whose rows follow one another
 *  in every list, on the current CUDA device, asynchronously; same bits. Lists,
 *  rows, stream and errors as for sck_ntt_cuda().
 *  @param tables   target j's prime; psi and psi_shoup point to device memory
 *  @param scratch  device memory, in use until the stream has passed */
int sck_rescale_cuda(const struct sck_rescale_args *args, uint32_t logn,
                     const struct sck_prime_table *tables, uint32_t *const *out,
                     const uint32_t *const *in, const uint32_t *const *c,
                     void *scratch, void *stream);

/** What sck_rescale_cuda() takes for one destination block. */
struct sck_rescale_part {
    const struct sck_rescale_args *args;
    const struct sck_prime_table *tables;
    uint32_t *const *out;
    const uint32_t *const *in, *const *c;
};

/** sck_rescale_cuda() of several blocks, those that divide the same rows in the
 *  launches of one, up to 48 targets. */
int sck_rescale_parts_cuda(const struct sck_rescale_part *parts, uint32_t count,
                           uint32_t logn, void *scratch, void *stream);
size_t sck_rescale_parts_cuda_scratch(const struct sck_rescale_part *parts,
                                      uint32_t count, uint32_t logn);

#endif
