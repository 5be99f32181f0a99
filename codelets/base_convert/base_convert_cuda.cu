/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A matrix product in registers: two words and eight targets a thread, 64-bit
 * sums, one reduction at the end. Grid: x walks a row, y is eight targets, z
 * the conversion: several share their targets and are one launch. */
extern "C" {
#include "base_convert.h"
}
#include "base_convert_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 128, TARGETS = 8, WORDS = 2 };

/* One conversion is 2 KiB of kernel argument, a key switch's are 7.5 KiB. */
template <uint32_t ROWS, uint32_t CONVERSIONS> struct launch {
    uint32_t t[SCK_BLOCK_LIMBS], inverse[SCK_BLOCK_LIMBS];
    uint32_t w[ROWS][SCK_BLOCK_LIMBS]; /* 0 past the last target */
    const uint32_t *in[ROWS];
    struct conversion {
        uint32_t first, rows;
        uint32_t *out[SCK_BLOCK_LIMBS]; /* NULL: not a target */
    } conversion[CONVERSIONS];
};

template <uint32_t ROWS, uint32_t CONVERSIONS>
__global__ void __launch_bounds__(THREADS)
    convert(const __grid_constant__ struct launch<ROWS, CONVERSIONS> p)
{
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t target = TARGETS * blockIdx.y;
    const auto &c = p.conversion[blockIdx.z];
    uint64_t sum[TARGETS][WORDS] = {};
    bool any = false;

#pragma unroll
    for (uint32_t j = 0; j < TARGETS; j++)
        any |= c.out[target + j] != nullptr;
    if (!any)
        return;
#pragma unroll 4
    for (uint32_t i = c.first; i < c.first + c.rows; i++) {
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
        const uint32_t inverse = p.inverse[target + j];

        if (c.out[target + j] != nullptr)
            *reinterpret_cast<uint2 *>(c.out[target + j] + at) =
                make_uint2(sck_montgomery_sum(sum[j][0], t, inverse),
                           sck_montgomery_sum(sum[j][1], t, inverse));
    }
}

template <uint32_t ROWS, uint32_t CONVERSIONS>
int convert_all(const sck_conversion_rows *all, uint32_t count,
                uint32_t targets, uint32_t logn, void *stream)
{
    struct launch<ROWS, CONVERSIONS> p = {
    };
    uint32_t row = 0;

    for (uint32_t k = 0; k < count; k++) {
        const sck_convert_constants &constants = *all[k].constants;
        auto &c = p.conversion[k];

        c.first = row;
        c.rows = constants.sources + 1;
        for (uint32_t i = 0; i < c.rows; i++, row++) {
            p.in[row] = all[k].in[i];
            for (uint32_t j = 0; j < targets; j++)
                p.w[row][j] = constants.w[i][j];
        }
        for (uint32_t j = 0; j < targets; j++) {
            p.t[j] = constants.t[j];
            p.inverse[j] = constants.inverse[j];
            c.out[j] = all[k].out[j];
        }
    }
    return sck_launch(convert<ROWS, CONVERSIONS>,
                      dim3((1u << logn) / (WORDS * THREADS),
                           sck_blocks(targets, TARGETS), count),
                      THREADS, p, stream);
}
} // namespace

int sck_convert_cuda(const sck_conversion_rows *all, uint32_t count,
                     uint32_t targets, uint32_t logn, void *stream)
{
    uint32_t rows = 0;

    if (logn < 10 || logn > 16 || targets > SCK_BLOCK_LIMBS ||
        count > SCK_MAX_DIGITS)
        return cudaErrorInvalidValue;
    for (uint32_t k = 0; k < count; k++)
        rows += all[k].constants->sources + 1;
    if (rows > SCK_MAX_SWITCHED + SCK_MAX_DIGITS)
        return cudaErrorInvalidValue;
    if (count == 0 || targets == 0)
        return cudaSuccess;
    if (count == 1 && rows <= SCK_MAX_SOURCES + 1)
        return convert_all<SCK_MAX_SOURCES + 1, 1>(all, count, targets, logn,
                                                   stream);
    return convert_all<SCK_MAX_SWITCHED + SCK_MAX_DIGITS, SCK_MAX_DIGITS>(
        all, count, targets, logn, stream);
}

extern "C" int sck_base_convert_cuda(const struct sck_base_convert_args *args,
                                     uint32_t logn,
                                     const struct sck_prime_table *tables,
                                     uint32_t *const *out,
                                     const uint32_t *const *in, void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    struct sck_convert_constants constants;
    const sck_conversion_rows rows = {&constants, out, in};

    if (conversion.targets > SCK_BLOCK_LIMBS ||
        conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    constants.sources = conversion.sources;
    constants.targets = 0;
    for (uint32_t j = 0; j < conversion.targets; j++)
        sck_convert_constants_add(&constants, &tables[j], 1, conversion.w,
                                  conversion.minus_d, j);
    return sck_convert_cuda(&rows, 1, conversion.targets, logn, stream);
}
