/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_AUTOMORPHISM_H
#define SCK_AUTOMORPHISM_H

#include "ring.h"

struct sck_automorphism_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t galois; /**< odd, below 2N */
};

/** Kernel: a(X) -> a(X^galois) on rows in the NTT domain:
 *  out[i] = in[brv(((g (2 brv(i) + 1) mod 2N) - 1) / 2)]. out != in. */
typedef void sck_automorphism_fn(const struct sck_automorphism_args *args,
                                 const struct sck_ring *ring,
                                 uint32_t *const *out,
                                 const uint32_t *const *in);
sck_automorphism_fn sck_automorphism_ref, sck_automorphism_avx2,
    sck_automorphism_avx512;
extern sck_automorphism_fn *sck_automorphism;

/** sck_automorphism_ref() on the current CUDA device, asynchronously; same
 *  bits. Lists, rows, stream and errors as for sck_ntt_cuda(). */
int sck_automorphism_cuda(const struct sck_automorphism_args *args,
                          uint32_t logn, uint32_t *const *out,
                          const uint32_t *const *in, void *stream);

#endif
