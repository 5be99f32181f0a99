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

/** Conversions to the targets of one block. */
struct sck_raise_part {
    const sck_conversion_rows *all;
    uint32_t targets;
    const sck_prime_table *tables; /**< target j's, twiddles on the device */
};

/** Targets of a launch, and constants: rows, of conversions that do not share
 *  them, times targets. */
constexpr uint32_t SCK_RAISE_TARGETS = 48, SCK_RAISE_CONSTANTS = 2464;

/** Whether conversions from so many rows, those of v included, to so many
 *  targets fit a launch. */
static inline bool sck_raise_fits(uint32_t rows, uint32_t targets)
{
    return targets <= SCK_RAISE_TARGETS &&
           rows * ((targets + 3) / 4 * 4) <= SCK_RAISE_CONSTANTS;
}

/** Up to SCK_MAX_DIGITS conversions, together from twice SCK_MAX_SWITCHED
 * primes at most, to all parts' targets, and the transform's first pass, in one
 *  launch: rows of out are then in [0, 4 t), for the second pass. Conversion k
 *  of every part reads the rows of the first one's; conversions of a part that
 *  point to the same constants share them.
 *  @return a cudaError_t, 0 for success */
int sck_raise_columns_cuda(const sck_raise_part *parts, uint32_t part_count,
                           uint32_t count, uint32_t logn, void *stream);

#endif
