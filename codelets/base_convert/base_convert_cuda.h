/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Conversions for other kernels. */
#ifndef SCK_BASE_CONVERT_CUDA_H
#define SCK_BASE_CONVERT_CUDA_H

#include "launch_cuda.h"

extern "C" {
#include "base_convert.h"
}

struct sck_conversion_rows {
    const sck_convert_constants *constants;
    uint32_t *const *out; /**< NULL rows: not a target of this one */
    const uint32_t *const *in;
};

/** Up to SCK_MAX_DIGITS conversions to the same targets in one launch.
 *  @return a cudaError_t, 0 for success */
int sck_convert_cuda(const sck_conversion_rows *all, uint32_t count,
                     uint32_t targets, uint32_t logn, void *stream);

#endif
