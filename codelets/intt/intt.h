/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_INTT_H
#define SCK_INTT_H

#include "ntt.h"

/** Kernel: the inverse of ntt, scaled by 1/N: intt(ntt(x)) = x. Rows in and out
 *  in [0, q); out[i] == in[i] is allowed. */
typedef void sck_intt_fn(const struct sck_ntt_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *in);
void sck_intt_ref(const struct sck_ntt_args *args, const struct sck_ring *ring,
                  uint32_t *const *out, const uint32_t *const *in);
void sck_intt_avx2(const struct sck_ntt_args *args, const struct sck_ring *ring,
                   uint32_t *const *out, const uint32_t *const *in);
void sck_intt_limb_ref(const struct sck_prime_table *t, uint32_t n,
                       uint32_t *x);
extern sck_intt_fn *sck_intt;

#endif
