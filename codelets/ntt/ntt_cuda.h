/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The transforms' passes for other kernels: any number of limbs, out == in
 * allowed, same stream. Between the passes of ntt words are in [0, 4 q). All
 * give a cudaError_t, 0 for success. */
#ifndef SCK_NTT_CUDA_H
#define SCK_NTT_CUDA_H

#include "launch_cuda.h"
#include "ntt_pass_cuda.h"

/** Limbs of one launch at most: 64 are 3.5 KiB of kernel argument. */
#define SCK_NTT_LAUNCH_LIMBS 64

struct sck_ntt_limbs {
    struct sck_ntt_pass pass;
    struct sck_ntt_limb limb[SCK_NTT_LAUNCH_LIMBS];
};

static inline uint32_t sck_ntt_tiles(const sck_ntt_pass &p)
{
    return 1u << (p.logn - p.log_tile);
}

static inline bool sck_ntt_has_size(uint32_t logn)
{
    return logn >= SCK_NTT_TILE_LOGN_MIN && logn <= SCK_NTT_TILE_LOGN_MAX;
}

static inline sck_ntt_limb sck_ntt_limb_of(const sck_prime_table &t,
                                           uint32_t *out, const uint32_t *in)
{
    return {t.psi, t.psi_shoup, t.q, 2 * t.q, t.minus_q_inverse,
            t.r2,  0,           0,   out,     in};
}

static inline sck_ntt_limb sck_intt_limb_of(const sck_prime_table &t,
                                            uint32_t scale,
                                            uint32_t scale_companion,
                                            uint32_t *out, const uint32_t *in)
{
    return {t.ipsi, t.ipsi_shoup,    t.q, 2 * t.q, t.minus_q_inverse, t.r2,
            scale,  scale_companion, out, in};
}

/** A kernel for any ring, and for the one of SCK_NTT_CONSTANT_LOGN. */
template <class Argument> struct sck_ntt_kernel {
    void (*any)(Argument);
    void (*constant)(Argument);
};

/** One launch of a pass over limbs of them. */
template <class Argument>
static inline int sck_ntt_launch(const sck_ntt_kernel<Argument> &kernel,
                                 const Argument &argument, uint32_t limbs,
                                 void *stream)
{
    const sck_ntt_pass &pass = argument.pass;

    return sck_launch(pass.logn == SCK_NTT_CONSTANT_LOGN ? kernel.constant
                                                         : kernel.any,
                      dim3(sck_ntt_tiles(pass), limbs), sck_ntt_threads(&pass),
                      argument, stream);
}

/** A pass's launches of a kernel, every SCK_NTT_LAUNCH_LIMBS limbs. */
int sck_ntt_launch_pass(const sck_ntt_kernel<sck_ntt_limbs> &kernel,
                        const sck_ntt_pass &pass, const sck_ntt_limb *limbs,
                        uint32_t count, void *stream);

int sck_ntt_columns_cuda(uint32_t logn, const sck_ntt_limb *limbs,
                         uint32_t count, void *stream);
int sck_ntt_rows_cuda(uint32_t logn, const sck_ntt_limb *limbs, uint32_t count,
                      void *stream);

/** The limbs' scale takes the place of 1/N. */
int sck_intt_scaled_cuda(uint32_t logn, const sck_ntt_limb *limbs,
                         uint32_t count, void *stream);

#endif
