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

/** Kernel: out[i] = NTT(in[i]) modulo q[i]; natural order in, bit-reversed
 *  order out: out[j] = in(psi^(2 brv(j) + 1)).
 *  Rows of N words in [0, q). out[i] == in[i] is allowed. */
typedef void sck_ntt_fn(const struct sck_ntt_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *in);
void sck_ntt_ref(const struct sck_ntt_args *args, const struct sck_ring *ring,
                 uint32_t *const *out, const uint32_t *const *in);
void sck_ntt_avx2(const struct sck_ntt_args *args, const struct sck_ring *ring,
                  uint32_t *const *out, const uint32_t *const *in);

/** One limb in place, as the other kernels' reference uses it. */
void sck_ntt_limb_ref(const struct sck_prime_table *t, uint32_t n, uint32_t *x);

/** sck_ntt_ref() on the current CUDA device, asynchronously; same bits.
 *  @param tables  limb i's prime; psi and psi_shoup point to device memory
 *  @param out,in  args->limbs device rows of 2^logn words; the lists themselves
 *                 are host memory and not needed after the call
 *  @param stream  a cudaStream_t, NULL for the default one
 *  @return a cudaError_t, 0 for success; cudaErrorInvalidValue if logn is
 *          outside 10..16 or there are too many limbs */
int sck_ntt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                 const struct sck_prime_table *tables, uint32_t *const *out,
                 const uint32_t *const *in, void *stream);

/** The best variant this host (and STARCLOAK_ISA) allows. */
extern sck_ntt_fn *sck_ntt;

#endif
