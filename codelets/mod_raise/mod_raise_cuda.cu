/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Conversions whose results never leave the registers before the transform's
 * first pass: eight words of four targets a thread, 64-bit sums, reduced as far
 * as the pass needs. Grid: x is the tile of eight columns, y some targets, z
 * the conversion; a block that takes more than four targets reads its sources
 * again, from the nearest cache. */
extern "C" {
#include "mod_raise.h"
}
#include "mod_raise_cuda.h"
#include "ntt_cuda.h"

namespace
{
/* Targets in registers; blocks that fill a large device three times. */
constexpr uint32_t TOGETHER = 4, BLOCKS = 384;
/* Two polynomials' digits. */
constexpr uint32_t ROWS = 2 * (SCK_MAX_SWITCHED + SCK_MAX_DIGITS);

/* 20 KiB of kernel argument; CUDA 12.1 and later take 32. */
struct launch {
    struct sck_ntt_pass pass;
    uint32_t rounds; /* of TOGETHER targets in a block */
    uint32_t width;  /* of w: the targets, to a multiple of TOGETHER */
    alignas(16) uint32_t w[SCK_RAISE_CONSTANTS]; /* 0 past the last target */
    const uint32_t *in[ROWS];
    struct target {
        struct sck_ntt_limb limb;
        uint32_t inverse;
    } target[SCK_RAISE_TARGETS];
    struct conversion {
        uint32_t first, rows;             /* of in */
        uint32_t constants;               /* the first one's row of w */
        uint32_t *out[SCK_RAISE_TARGETS]; /* NULL: not a target */
    } conversion[SCK_MAX_DIGITS];
};

/* A thread's words of one target. Those of the pass's first step lie an eighth
 * of the row apart: the groups' first elements, their second ones, ... */
struct converted {
    const uint32_t *x;
    mutable uint32_t group;

    __device__ __forceinline__ void
    operator()(uint32_t, uint32_t, uint32_t count, uint32_t *to) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            to[e] = x[group + e * (8 / count)];
        group++;
    }
};

/* Four targets' words, in [0, 3 t). */
__device__ __forceinline__ void convert(const struct launch &p,
                                        const struct launch::conversion &c,
                                        uint32_t target, uint32_t at,
                                        uint32_t eighth,
                                        uint32_t (&x)[TOGETHER][8])
{
    uint64_t sum[TOGETHER][8] = {};

#pragma unroll 1
    for (uint32_t i = 0; i < c.rows; i++) {
        const uint32_t *const in = p.in[c.first + i] + at;
        uint32_t y[8];

#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            y[e] = in[e * eighth];
#pragma unroll
        for (uint32_t j = 0; j < TOGETHER; j++) {
            const uint64_t w = p.w[(c.constants + i) * p.width + target + j];

#pragma unroll
            for (uint32_t e = 0; e < 8; e++)
                sum[j][e] += y[e] * w;
        }
    }
#pragma unroll
    for (uint32_t j = 0; j < TOGETHER; j++) {
        const struct launch::target &t = p.target[target + j];

#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[j][e] = sck_montgomery_sum_lazy(sum[j][e], t.limb.q, t.limb.twice,
                                              t.inverse);
    }
}

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_NARROW_THREADS, 4)
    convert_and_columns(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_narrow_columns_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_NARROW_WORDS];
    alignas(16) __shared__ uint32_t twiddles[SCK_NTT_NARROW_THREADS];
    alignas(16) __shared__ uint32_t companions[SCK_NTT_NARROW_THREADS];
    const struct launch::conversion &c = p.conversion[blockIdx.z];
    const uint32_t at =
        sck_ntt_place_of(&pass, blockIdx.x, 0, SCK_NTT_GROUP, threadIdx.x).limb;

#pragma unroll 1
    for (uint32_t round = 0; round < p.rounds; round++) {
        const uint32_t target = TOGETHER * (blockIdx.y * p.rounds + round);
        uint32_t x[TOGETHER][8];
        bool any = false;

        if (target >= p.width)
            break;
#pragma unroll
        for (uint32_t j = 0; j < TOGETHER; j++)
            any |= c.out[target + j] != nullptr;
        if (!any)
            continue;
        convert(p, c, target, at, 1u << pass.logn >> 3, x);
#pragma unroll
        for (uint32_t j = 0; j < TOGETHER; j++) {
            sck_ntt_limb l = p.target[target + j].limb;
            const converted source = {x[j], 0};
            const sck_row_sink<1> sink = {c.out[target + j]};

            if (c.out[target + j] == nullptr)
                continue;
            /* As many of the prime's twiddles as threads. */
            twiddles[threadIdx.x] = l.w[threadIdx.x];
            companions[threadIdx.x] = l.companion[threadIdx.x];
            __syncthreads();
            l.w = twiddles;
            l.companion = companions;
            sck_ntt_forward<1, false>(pass, l, shared, source, sink);
            __syncthreads();
        }
    }
}

/* The first conversion with k's constants. */
uint32_t like(const sck_conversion_rows *all, uint32_t k)
{
    uint32_t first = 0;

    while (all[first].constants != all[k].constants)
        first++;
    return first;
}

/* Whether a launch has room for the conversions to so many targets. */
bool fits(const sck_conversion_rows *all, uint32_t count, uint32_t targets)
{
    uint32_t rows = 0, own = 0;

    for (uint32_t k = 0; k < count; k++) {
        const uint32_t mine = all[k].constants->sources + 1;

        rows += mine;
        own += like(all, k) == k ? mine : 0;
    }
    return count <= SCK_MAX_DIGITS && rows <= ROWS &&
           sck_raise_fits(own, targets);
}
} // namespace

int sck_raise_columns_cuda(const sck_raise_part *parts, uint32_t part_count,
                           uint32_t count, uint32_t logn, void *stream)
{
    uint32_t row = 0, constants = 0, targets = 0;
    struct launch p = {};
    bool any = false;

    for (uint32_t b = 0; b < part_count; b++)
        targets += parts[b].targets;
    if (count == 0 || targets == 0)
        return cudaSuccess;
    if (!sck_ntt_has_size(logn) || !fits(parts[0].all, count, targets))
        return cudaErrorInvalidValue;
    const uint32_t fours = sck_blocks(targets, TOGETHER);

    p.pass = sck_ntt_narrow_columns(logn);
    p.width = fours * TOGETHER;
    /* The fewer blocks share a tile, the less often its sources are read. */
    const uint32_t wanted = sck_blocks(BLOCKS, sck_ntt_tiles(p.pass) * count);

    p.rounds = sck_blocks(fours, wanted < fours ? wanted : fours);
    for (uint32_t k = 0; k < count; k++) {
        auto &c = p.conversion[k];

        c.first = row;
        c.rows = parts[0].all[k].constants->sources + 1;
        c.constants = constants;
        if (like(parts[0].all, k) < k)
            c.constants = p.conversion[like(parts[0].all, k)].constants;
        else
            constants += c.rows;
        for (uint32_t i = 0; i < c.rows; i++)
            p.in[row++] = parts[0].all[k].in[i];
    }
    for (uint32_t b = 0, at = 0; b < part_count; b++)
        for (uint32_t j = 0; j < parts[b].targets; j++, at++) {
            const sck_prime_table &t = parts[b].tables[j];

            p.target[at] = {sck_ntt_limb_of(t, nullptr, nullptr),
                            0u - t.minus_q_inverse};
            for (uint32_t k = 0; k < count; k++) {
                auto &c = p.conversion[k];

                c.out[at] = parts[b].all[k].out[j];
                any |= c.out[at] != nullptr;
                for (uint32_t i = 0; i < c.rows; i++)
                    p.w[(c.constants + i) * p.width + at] =
                        parts[b].all[k].constants->w[i][j];
            }
        }
    if (!any)
        return cudaSuccess;
    return sck_launch(
        logn == SCK_NTT_CONSTANT_LOGN
            ? convert_and_columns<SCK_NTT_CONSTANT_LOGN>
            : convert_and_columns<0>,
        dim3(sck_ntt_tiles(p.pass), sck_blocks(fours, p.rounds), count),
        sck_ntt_threads(&p.pass), p, stream);
}

extern "C" int sck_mod_raise_cuda(const struct sck_base_convert_args *args,
                                  uint32_t logn,
                                  const struct sck_prime_table *tables,
                                  uint32_t *const *out,
                                  const uint32_t *const *in, void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    struct sck_convert_constants constants;
    const sck_conversion_rows rows = {&constants, out, in};
    sck_ntt_limb limbs[SCK_BLOCK_LIMBS];

    if (conversion.targets > SCK_BLOCK_LIMBS ||
        conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    constants.sources = conversion.sources;
    constants.targets = 0;
    for (uint32_t j = 0; j < conversion.targets; j++) {
        sck_convert_constants_add(&constants, &tables[j], 1, conversion.w,
                                  conversion.minus_d, j);
        limbs[j] = sck_ntt_limb_of(tables[j], out[j], out[j]);
    }
    const sck_raise_part part = {&rows, conversion.targets, tables};
    int status = sck_raise_columns_cuda(&part, 1, 1, logn, stream);

    if (status == cudaSuccess)
        status = sck_ntt_rows_cuda(logn, limbs, conversion.targets, stream);
    return status;
}
