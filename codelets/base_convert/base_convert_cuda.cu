/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A matrix product in registers: four words and four targets a thread, 64-bit
 * sums, one reduction at the end. Grid: x walks a row, y is four targets. */
extern "C" {
#include "base_convert.h"
}
#include "launch_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 128, TARGETS = 4 };

struct launch {
    struct sck_convert_constants constants;
    uint32_t *out[SCK_BLOCK_LIMBS];
    const uint32_t *in[SCK_MAX_SOURCES + 1];
};

__global__ void __launch_bounds__(THREADS)
    convert(const __grid_constant__ struct launch p)
{
    const uint32_t at = 4 * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t first = TARGETS * blockIdx.y;
    uint64_t sum[TARGETS][4] = {};

    /* Columns past the last target are zero, so that they cost no branch. */
#pragma unroll 4
    for (uint32_t i = 0; i <= p.constants.sources; i++) {
        const uint4 y = *reinterpret_cast<const uint4 *>(p.in[i] + at);

#pragma unroll
        for (uint32_t j = 0; j < TARGETS; j++) {
            const uint64_t w = p.constants.w[i][first + j];

            sum[j][0] += y.x * w;
            sum[j][1] += y.y * w;
            sum[j][2] += y.z * w;
            sum[j][3] += y.w * w;
        }
    }
#pragma unroll
    for (uint32_t j = 0; j < TARGETS; j++) {
        if (first + j >= p.constants.targets)
            break;
        const uint32_t t = p.constants.t[first + j];
        const uint32_t inverse = p.constants.inverse[first + j];

        *reinterpret_cast<uint4 *>(p.out[first + j] + at) =
            make_uint4(sck_montgomery_sum(sum[j][0], t, inverse),
                       sck_montgomery_sum(sum[j][1], t, inverse),
                       sck_montgomery_sum(sum[j][2], t, inverse),
                       sck_montgomery_sum(sum[j][3], t, inverse));
    }
}
} // namespace

extern "C" int sck_convert_cuda(const struct sck_convert_constants *constants,
                                uint32_t logn, uint32_t *const *out,
                                const uint32_t *const *in, void *stream)
{
    struct launch p = {};

    if (logn < 10 || logn > 16 || constants->targets > SCK_BLOCK_LIMBS ||
        constants->sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    if (constants->targets == 0)
        return cudaSuccess;
    p.constants.sources = constants->sources;
    p.constants.targets = constants->targets;
    for (uint32_t j = 0; j < constants->targets; j++) {
        p.constants.t[j] = constants->t[j];
        p.constants.inverse[j] = constants->inverse[j];
        p.out[j] = out[j];
    }
    for (uint32_t i = 0; i <= constants->sources; i++) {
        p.in[i] = in[i];
        for (uint32_t j = 0; j < constants->targets; j++)
            p.constants.w[i][j] = constants->w[i][j];
    }
    return sck_launch(convert,
                      dim3((1u << logn) / (4 * THREADS),
                           sck_blocks(constants->targets, TARGETS)),
                      THREADS, p, stream);
}

extern "C" int sck_base_convert_cuda(const struct sck_base_convert_args *args,
                                     uint32_t logn,
                                     const struct sck_prime_table *tables,
                                     uint32_t *const *out,
                                     const uint32_t *const *in, void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    struct sck_convert_constants constants;

    if (conversion.targets > SCK_BLOCK_LIMBS ||
        conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    constants.sources = conversion.sources;
    constants.targets = 0;
    for (uint32_t j = 0; j < conversion.targets; j++)
        sck_convert_constants_add(&constants, &tables[j], 1, conversion.w,
                                  conversion.minus_d, j);
    return sck_convert_cuda(&constants, logn, out, in, stream);
}
