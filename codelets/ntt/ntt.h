/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_NTT_H
#define SCK_NTT_H

#include "ring.h"

/** Arguments of ntt and intt: limb i is modulo q[i]. */
struct sck_ntt_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
};

/** What a fused kernel does around one row's transform, while the words are in
 *  the nearest cache. Either function may be NULL. Calls cover [0, N) once, in
 *  any order; at and count are multiples of 16 where N is. */
struct sck_ntt_around {
    void *context;
    /** Writes the transform's input to x[0, count): the row from word at on. */
    void (*before)(void *context, uint32_t at, uint32_t count, uint32_t *x);
    /** x[0, count) are the row's results from word at on, which the transform
     *  does not look at again: after may be what overwrites them. */
    void (*after)(void *context, uint32_t at, uint32_t count,
                  const uint32_t *x);
    /** Rows of n words, given in the order that `after` reads them in: the
     *  transform may ask for them while it computes. */
    const uint32_t *const *reads;
    uint32_t reads_rows;
    /** 1: the row that `in` gives may be in [0, 3 q) where n is
     *  SCK_NTT_LAZY_LEAST or more and sck_convert_tile, of the same instruction
     *  set, has left it so. */
    uint32_t lazy;
    /** 2, 3 or 4: the results, those that `after` takes as well, may be left in
     *  [0, 2 q), [0, 3 q) or [0, 4 q); else they are in [0, q). */
    uint32_t results;
};
enum { SCK_NTT_LAZY_LEAST = 1024 };

/** Kernel: out = NTT(in) modulo t's prime; natural order in, bit-reversed order
 *  out: out[j] = in(psi^(2 brv(j) + 1)). Rows of n words in [0, q); out == in
 *  is allowed.
 *  @param around  NULL for nothing; with before, in is not read (give out) */
typedef void sck_ntt_row_fn(const struct sck_prime_table *t, uint32_t n,
                            uint32_t *out, const uint32_t *in,
                            const struct sck_ntt_around *around);
sck_ntt_row_fn sck_ntt_row_ref, sck_ntt_row_avx2, sck_ntt_row_avx512;
/** The best variant this host (and STARCLOAK_ISA) allows. */
extern sck_ntt_row_fn *sck_ntt_row;

/** Kernel: out[i] = NTT(in[i]) modulo q[i], row by row. out[i] == in[i] is
 *  allowed. */
void sck_ntt(const struct sck_ntt_args *args, const struct sck_ring *ring,
             uint32_t *const *out, const uint32_t *const *in);

/** One limb in place, as the other kernels' reference uses it. */
void sck_ntt_limb_ref(const struct sck_prime_table *t, uint32_t n, uint32_t *x);

/** sck_ntt() on the current CUDA device, asynchronously; same bits.
 *  @param tables  limb i's prime; psi and psi_shoup point to device memory
 *  @param out,in  args->limbs device rows of 2^logn words; the lists themselves
 *                 are host memory and not needed after the call
 *  @param stream  a cudaStream_t, NULL for the default one
 *  @return a cudaError_t, 0 for success; cudaErrorInvalidValue if logn is
 *          outside 10..16 or there are too many limbs */
int sck_ntt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                 const struct sck_prime_table *tables, uint32_t *const *out,
                 const uint32_t *const *in, void *stream);

#endif
