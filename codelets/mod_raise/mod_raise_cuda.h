/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Conversions that end in a transform, for other kernels. */
#ifndef SCK_MOD_RAISE_CUDA_H
#define SCK_MOD_RAISE_CUDA_H

extern "C" {
#include "base_convert.h"
}

struct sck_conversion_rows {
    const sck_convert_constants *constants;
    uint32_t *const *out; /**< NULL rows: not a target of this one */
    const uint32_t *const *in;
};

/** Up to SCK_MAX_DIGITS conversions to the same targets, together from
 *  SCK_MAX_SWITCHED primes at most, and the transform's first pass, in one
 *  launch: rows of out are then in [0, 4 t), for the second pass.
 *  @param tables  target j's prime, twiddles on the device
 *  @return a cudaError_t, 0 for success */
int sck_raise_columns_cuda(const sck_conversion_rows *all, uint32_t count,
                           uint32_t targets, uint32_t logn,
                           const sck_prime_table *tables, void *stream);

#endif
