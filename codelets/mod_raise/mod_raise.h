/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_MOD_RAISE_H
#define SCK_MOD_RAISE_H

#include "base_convert.h"

/** Kernel: out[j] = NTT(base conversion of in to t_j): the centred lift of
 * level 0 to one block of other primes. in as for base_convert. */
typedef void sck_mod_raise_fn(const struct sck_base_convert_args *args,
                              const struct sck_ring *ring, uint32_t *const *out,
                              const uint32_t *const *in);
void sck_mod_raise_ref(const struct sck_base_convert_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in);
/** The same bits. */
sck_mod_raise_fn sck_mod_raise;

/** sck_mod_raise_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  target j's prime; psi and psi_shoup point to device memory */
int sck_mod_raise_cuda(const struct sck_base_convert_args *args, uint32_t logn,
                       const struct sck_prime_table *tables,
                       uint32_t *const *out, const uint32_t *const *in,
                       void *stream);

#endif
