/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A matrix product in registers: two words and eight targets a thread, 64-bit
 * sums, one reduction at the end. Grid: x walks a row, y is eight targets. */
extern "C" {
#include "base_convert.h"
}
#include "launch_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 128, TARGETS = 8, WORDS = 2 };

struct launch {
    uint32_t rows;
    uint32_t t[SCK_BLOCK_LIMBS], twice[SCK_BLOCK_LIMBS];
    uint32_t inverse[SCK_BLOCK_LIMBS];
    uint32_t w[SCK_MAX_SOURCES + 1][SCK_BLOCK_LIMBS]; /* 0 past the last */
    const uint32_t *in[SCK_MAX_SOURCES + 1];
    uint32_t *out[SCK_BLOCK_LIMBS]; /* NULL past the last target */
};

__global__ void __launch_bounds__(THREADS)
    convert(const __grid_constant__ struct launch p)
{
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t target = TARGETS * blockIdx.y;
    uint64_t sum[TARGETS][WORDS] = {};

#pragma unroll 4
    for (uint32_t i = 0; i < p.rows; i++) {
        const uint2 y = *reinterpret_cast<const uint2 *>(p.in[i] + at);

#pragma unroll
        for (uint32_t j = 0; j < TARGETS; j++) {
            const uint64_t w = p.w[i][target + j];

            sum[j][0] += y.x * w;
            sum[j][1] += y.y * w;
        }
    }
#pragma unroll
    for (uint32_t j = 0; j < TARGETS; j++) {
        const uint32_t t = p.t[target + j];
        const uint32_t twice = p.twice[target + j];
        const uint32_t inverse = p.inverse[target + j];

        if (p.out[target + j] != nullptr)
            *reinterpret_cast<uint2 *>(p.out[target + j] + at) =
                make_uint2(sck_montgomery_sum_of(sum[j][0], t, twice, inverse),
                           sck_montgomery_sum_of(sum[j][1], t, twice, inverse));
    }
}
} // namespace

extern "C" int sck_base_convert_cuda(const struct sck_base_convert_args *args,
                                     uint32_t logn,
                                     const struct sck_prime_table *tables,
                                     uint32_t *const *out,
                                     const uint32_t *const *in, void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    struct sck_convert_constants constants;
    struct launch p = {};

    if (logn < 10 || logn > 16 || conversion.targets > SCK_BLOCK_LIMBS ||
        conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    if (conversion.targets == 0)
        return cudaSuccess;
    constants.sources = conversion.sources;
    constants.targets = 0;
    p.rows = conversion.sources + 1;
    for (uint32_t j = 0; j < conversion.targets; j++) {
        sck_convert_constants_add(&constants, &tables[j], 1, conversion.w,
                                  conversion.minus_d, j);
        p.t[j] = constants.t[j];
        p.twice[j] = 2 * p.t[j];
        p.inverse[j] = constants.inverse[j];
        p.out[j] = out[j];
        for (uint32_t i = 0; i < p.rows; i++)
            p.w[i][j] = constants.w[i][j];
    }
    for (uint32_t i = 0; i < p.rows; i++)
        p.in[i] = in[i];
    return sck_launch(convert,
                      dim3((1u << logn) / (WORDS * THREADS),
                           sck_blocks(conversion.targets, TARGETS)),
                      THREADS, p, stream);
}
