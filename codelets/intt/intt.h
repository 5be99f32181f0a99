/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_INTT_H
#define SCK_INTT_H

#include "ntt.h"

/** Kernel: the inverse of sck_ntt_row(), scaled by 1/N, which is
 *  read from the table (n_inverse and its companion): a row of n words in
 *  [0, q), bit-reversed order in, natural order out. out == in is allowed. */
typedef void sck_intt_row_fn(const struct sck_prime_table *t, uint32_t n,
                             uint32_t *out, const uint32_t *in);
sck_intt_row_fn sck_intt_row_ref, sck_intt_row_avx2, sck_intt_row_avx512;
extern sck_intt_row_fn *sck_intt_row;

/** Kernel: out[i] = INTT(in[i]) modulo q[i], row by row. out[i] == in[i] is
 *  allowed. */
void sck_intt(const struct sck_ntt_args *args, const struct sck_ring *ring,
              uint32_t *const *out, const uint32_t *const *in);

/** sck_intt() on the current CUDA device: as sck_ntt_cuda(), with ipsi and
 *  ipsi_shoup in device memory. */
int sck_intt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                  const struct sck_prime_table *tables, uint32_t *const *out,
                  const uint32_t *const *in, void *stream);

#endif
