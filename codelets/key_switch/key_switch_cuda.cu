/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits are converted and take the transform's first pass, one launch, into
 * rows of out and scratch; the second pass takes a tile of two digits at a
 * time, which share its twiddles, and multiplies them with both halves of the
 * key while they are in registers: raised digits are never written. Grid of the
 * last: x is the tile, y the target. */
#include "key_switch_cuda.h"

#include "mod_raise_cuda.h"
#include "ntt_cuda.h"

namespace
{
/* A target's digits, the converted ones first: u is the row before the second
 * pass, or, for the prime's own digit, the polynomial's. 6 KiB for 16 targets;
 * CUDA 12.1 and later take 32. */
struct launch {
    struct sck_ntt_pass pass;
    struct target {
        struct sck_ntt_limb limb;
        uint32_t inverse, converted, digits;
        uint32_t *out[2];
        const uint32_t *u[SCK_MAX_DIGITS];
        const uint32_t *key[SCK_MAX_DIGITS][2];
        const uint32_t *add[2]; /* NULL: none */
        uint32_t factor, companion;
    } target[SCK_BLOCK_LIMBS];
};

/* Adds eight words of DIGITS digits, an element's next to one another, times
 * the keys' to both sums. Thirteen products of reduced words stay below 2^34 q.
 */
template <uint32_t DIGITS> struct product {
    const uint32_t *const (*key)[2];
    uint32_t q, twice;
    uint64_t (&sum)[2][8];

    __device__ __forceinline__ void operator()(uint32_t at, uint32_t, uint32_t,
                                               uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < 8 * DIGITS; e++)
            x[e] = sck_ntt_finish(x[e], q, twice);
#pragma unroll
        for (uint32_t h = 0; h < 2 * DIGITS; h++) {
            const uint32_t *const from = key[h / 2][h % 2] + at;
            uint32_t k[8];

            sck_take_once<4>(k, from);
            sck_take_once<4>(k + 4, from + 4);
#pragma unroll
            for (uint32_t e = 0; e < 8; e++)
                sum[h % 2][e] += (uint64_t)x[e * DIGITS + h / 2] * k[e];
        }
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS, 2)
    rows_and_key(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    alignas(8) __shared__ uint32_t shared[2 * SCK_NTT_ROWS_WORDS];
    const struct launch::target &t = p.target[blockIdx.y];
    uint64_t sum[2][8] = {};
    /* The eight words that a thread's last group is. */
    const uint32_t at = (blockIdx.x << pass.log_tile) + 8 * threadIdx.x;
    uint32_t d = 0;

#pragma unroll 1
    for (; d + 1 < t.converted; d += 2) {
        const sck_row_pair_source source = {{t.u[d], t.u[d + 1]}};
        const product<2> sink = {t.key + d, t.limb.q, t.limb.twice, sum};

        sck_ntt_forward<2, true>(pass, t.limb, shared, source, sink);
        __syncthreads();
    }
    if (d < t.converted) {
        const sck_row_source<1> source = {t.u[d]};
        const product<1> sink = {t.key + d, t.limb.q, t.limb.twice, sum};

        sck_ntt_forward<1>(pass, t.limb, shared, source, sink);
        d++;
    }
    if (d < t.digits) {
        const sck_row_source<1> source = {t.u[d]};
        const product<1> sink = {t.key + d, t.limb.q, t.limb.twice, sum};
        uint32_t x[8];

        source(at, 1, 8, x);
        sink(at, 1, 8, x);
    }
#pragma unroll
    for (uint32_t h = 0; h < 2; h++) {
        uint32_t x[8];

#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = sck_montgomery_sum_of(sum[h][e], t.limb.q, t.limb.twice,
                                         t.inverse);
        if (t.add[h] != nullptr) {
            uint32_t c[8];

            sck_take<4>(c, t.add[h] + at);
            sck_take<4>(c + 4, t.add[h] + at + 4);
#pragma unroll
            for (uint32_t e = 0; e < 8; e++)
                x[e] = sck_ntt_finish(
                    sck_shoup_lazy(c[e], t.factor, t.companion, t.limb.q) +
                        x[e],
                    t.limb.q, t.limb.twice);
        }
        sck_put8(t.out[h] + at, x);
    }
}

uint32_t converted(const struct sck_key_switch_args *args, uint32_t target)
{
    return args->digits - (args->own[target] < args->digits ? 1 : 0);
}

uint32_t spare_rows(const struct sck_key_switch_args *args)
{
    uint32_t rows = 0;

    for (uint32_t i = 0; i < args->targets; i++)
        if (converted(args, i) > 2)
            rows += converted(args, i) - 2;
    return rows;
}

/* Where every digit's row of every target lies: the first two that a target
 * converts in its rows of out, which the last kernel reads before it writes. */
void lay_out(const struct sck_key_switch_args *args, uint32_t logn,
             uint32_t *const *out, uint32_t *scratch,
             uint32_t *(*row)[SCK_MAX_DIGITS])
{
    for (uint32_t i = 0; i < args->targets; i++) {
        uint32_t used = 0;

        for (uint32_t d = 0; d < args->digits; d++) {
            row[i][d] = nullptr;
            if (d == args->own[i])
                continue;
            if (used < 2) {
                row[i][d] = out[used++ * args->targets + i];
            } else {
                row[i][d] = scratch;
                scratch += (size_t)1 << logn;
            }
        }
    }
}
} // namespace

bool sck_key_switch_fits(const struct sck_key_switch_args *args, uint32_t logn)
{
    uint32_t sources = 0;

    if (!sck_ntt_has_size(logn) || args->digits == 0 ||
        args->digits > SCK_MAX_DIGITS || args->targets > SCK_BLOCK_LIMBS)
        return false;
    for (uint32_t d = 0; d < args->digits; d++) {
        if (args->sources[d] > SCK_MAX_SOURCES)
            return false;
        sources += args->sources[d];
    }
    return sources <= SCK_MAX_SWITCHED;
}

int sck_raise_digits_cuda(const struct sck_key_switch_args *args, uint32_t logn,
                          const struct sck_prime_table *tables,
                          uint32_t *const (*row)[SCK_MAX_DIGITS],
                          const uint32_t *const *in, void *stream)
{
    struct sck_convert_constants constants[SCK_MAX_DIGITS];
    sck_conversion_rows all[SCK_MAX_DIGITS];
    uint32_t *out[SCK_MAX_DIGITS][SCK_BLOCK_LIMBS];
    const uint32_t(*w)[SCK_BLOCK_LIMBS] = args->w;

    for (uint32_t d = 0; d < args->digits; d++) {
        constants[d].sources = args->sources[d];
        constants[d].targets = 0;
        for (uint32_t i = 0; i < args->targets; i++) {
            out[d][i] = args->own[i] != d ? row[i][d] : nullptr;
            sck_convert_constants_add(&constants[d], &tables[i], 1, w,
                                      args->minus_d[d], i);
        }
        all[d] = {&constants[d], out[d], in};
        w += args->sources[d];
        in += args->sources[d] + 1;
    }
    return sck_raise_columns_cuda(all, args->digits, args->targets, logn,
                                  tables, stream);
}

extern "C" size_t
sck_key_switch_cuda_scratch(const struct sck_key_switch_args *args,
                            uint32_t logn)
{
    return sizeof(uint32_t) * spare_rows(args) << logn;
}

extern "C" int
sck_key_switch_cuda(const struct sck_key_switch_args *args, uint32_t logn,
                    const struct sck_prime_table *tables, uint32_t *const *out,
                    const uint32_t *const *in, const uint32_t *const *own,
                    const uint32_t *const *key, const uint32_t *const *add,
                    void *scratch, void *stream)
{
    const uint32_t half = args->key_digits * args->key_limbs;
    uint32_t *row[SCK_BLOCK_LIMBS][SCK_MAX_DIGITS];
    struct launch p = {};

    if (!sck_key_switch_fits(args, logn) ||
        (spare_rows(args) != 0 && scratch == nullptr))
        return cudaErrorInvalidValue;
    if (args->targets == 0)
        return cudaSuccess;
    p.pass = sck_ntt_rows(logn);
    lay_out(args, logn, out, static_cast<uint32_t *>(scratch), row);
    for (uint32_t i = 0; i < args->targets; i++) {
        struct launch::target &t = p.target[i];

        t.limb = sck_ntt_limb_of(tables[i], nullptr, nullptr);
        t.inverse = 0u - tables[i].minus_q_inverse;
        t.digits = args->digits;
        t.converted = converted(args, i);
        t.factor = args->factor[i];
        t.companion = sck_shoup_companion(t.factor, tables[i].q);
        for (uint32_t h = 0; h < 2; h++) {
            t.out[h] = out[h * args->targets + i];
            if (add != nullptr)
                t.add[h] = add[h * args->targets + i];
        }
        for (uint32_t d = 0, used = 0; d < args->digits; d++) {
            const uint32_t from =
                args->key_digit[d] * args->key_limbs + args->key_row[i];
            const uint32_t to = d == args->own[i] ? t.converted : used++;

            t.u[to] = d == args->own[i] ? own[i] : row[i][d];
            t.key[to][0] = key[from];
            t.key[to][1] = key[half + from];
        }
    }
    int status = sck_raise_digits_cuda(args, logn, tables, row, in, stream);

    if (status == cudaSuccess)
        status = sck_ntt_launch<struct launch>(
            {rows_and_key<0>, rows_and_key<SCK_NTT_CONSTANT_LOGN>}, p,
            args->targets, stream);
    return status;
}
