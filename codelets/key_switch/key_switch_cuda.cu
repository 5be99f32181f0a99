/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits are converted and take the transform's first pass in rows of out and
 * scratch; the second pass takes a tile of every digit in turn and multiplies
 * it with both halves of the key while it is in registers: raised digits are
 * never written. Grid of the last: x is the tile, y the target. */
extern "C" {
#include "key_switch.h"
}
#include "base_convert_cuda.h"
#include "ntt_cuda.h"

namespace
{
/* A target's digits: u is the row before the second pass, or, for the prime's
 * own digit, the polynomial's. 5.3 KiB for 16 targets; CUDA 12.1 and later
 * take 32. */
struct launch {
    struct sck_ntt_pass pass;
    uint32_t digits;
    struct target {
        struct sck_ntt_limb limb;
        uint32_t inverse, own;
        uint32_t *out[2];
        const uint32_t *u[SCK_MAX_DIGITS];
        const uint32_t *key[2][SCK_MAX_DIGITS];
    } target[SCK_BLOCK_LIMBS];
};

/* Adds a digit's eight words times the key's to both sums. Thirteen products
 * of reduced words stay below 2^34 q. */
struct product {
    const uint32_t *key[2];
    uint32_t q;
    uint64_t (&sum)[2][8];

    __device__ __forceinline__ void operator()(uint32_t at, uint32_t, uint32_t,
                                               uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = sck_ntt_finish(x[e], q);
#pragma unroll
        for (uint32_t h = 0; h < 2; h++) {
            const uint4 *const from =
                reinterpret_cast<const uint4 *>(key[h] + at);
            const uint4 low = __ldcs(from);
            const uint4 high = __ldcs(from + 1);

            sum[h][0] += (uint64_t)x[0] * low.x;
            sum[h][1] += (uint64_t)x[1] * low.y;
            sum[h][2] += (uint64_t)x[2] * low.z;
            sum[h][3] += (uint64_t)x[3] * low.w;
            sum[h][4] += (uint64_t)x[4] * high.x;
            sum[h][5] += (uint64_t)x[5] * high.y;
            sum[h][6] += (uint64_t)x[6] * high.z;
            sum[h][7] += (uint64_t)x[7] * high.w;
        }
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    rows_and_key(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_ROWS_WORDS];
    const struct launch::target &t = p.target[blockIdx.y];
    uint64_t sum[2][8] = {};
    /* The eight words that a thread's last group is. */
    const uint32_t at = (blockIdx.x << pass.log_tile) + 8 * threadIdx.x;

#pragma unroll 1
    for (uint32_t d = 0; d < p.digits; d++) {
        const sck_row_source<1> source = {t.u[d]};
        const product sink = {{t.key[0][d], t.key[1][d]}, t.limb.q, sum};

        if (d == t.own) {
            uint32_t x[8];

            source(at, 1, 8, x);
            sink(at, 1, 8, x);
            continue;
        }
        sck_ntt_forward<1>(pass, t.limb, shared, source, sink);
        __syncthreads();
    }
#pragma unroll
    for (uint32_t h = 0; h < 2; h++) {
        uint32_t x[8];

#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = sck_montgomery_sum(sum[h][e], t.limb.q, t.inverse);
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
             uint32_t *const *out, const uint32_t *const *own,
             uint32_t *scratch, struct launch *p)
{
    for (uint32_t i = 0; i < args->targets; i++) {
        struct launch::target &t = p->target[i];
        uint32_t used = 0;

        for (uint32_t d = 0; d < args->digits; d++) {
            if (d == args->own[i]) {
                t.u[d] = own[i];
            } else if (used < 2) {
                t.u[d] = out[used++ * args->targets + i];
            } else {
                t.u[d] = scratch;
                scratch += (size_t)1 << logn;
            }
        }
    }
}

/* All digits of all targets but their own: converted in one launch, then the
 * first pass in few. */
int raise(const struct sck_key_switch_args *args, uint32_t logn,
          const struct sck_prime_table *tables, const struct launch &p,
          const uint32_t *const *in, void *stream)
{
    struct sck_convert_constants constants[SCK_MAX_DIGITS];
    sck_conversion_rows all[SCK_MAX_DIGITS];
    uint32_t *row[SCK_MAX_DIGITS][SCK_BLOCK_LIMBS];
    sck_ntt_limb limbs[SCK_MAX_DIGITS * SCK_BLOCK_LIMBS];
    const uint32_t(*w)[SCK_BLOCK_LIMBS] = args->w;
    uint32_t count = 0;

    for (uint32_t d = 0; d < args->digits; d++) {
        constants[d].sources = args->sources[d];
        constants[d].targets = 0;
        for (uint32_t i = 0; i < args->targets; i++) {
            uint32_t *const u = const_cast<uint32_t *>(p.target[i].u[d]);

            row[d][i] = args->own[i] != d ? u : nullptr;
            if (args->own[i] != d)
                limbs[count++] = sck_ntt_limb_of(tables[i], u, u);
            sck_convert_constants_add(&constants[d], &tables[i], 1, w,
                                      args->minus_d[d], i);
        }
        all[d] = {&constants[d], row[d], in};
        w += args->sources[d];
        in += args->sources[d] + 1;
    }
    int status =
        sck_convert_cuda(all, args->digits, args->targets, logn, stream);

    if (status == cudaSuccess)
        status = sck_ntt_columns_cuda(logn, limbs, count, stream);
    return status;
}

bool valid(const struct sck_key_switch_args *args, uint32_t logn)
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
} // namespace

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
                    const uint32_t *const *key, void *scratch, void *stream)
{
    const uint32_t half = args->key_digits * args->key_limbs;
    struct launch p = {};

    if (!valid(args, logn) || (spare_rows(args) != 0 && scratch == nullptr))
        return cudaErrorInvalidValue;
    if (args->targets == 0)
        return cudaSuccess;
    p.pass = sck_ntt_rows(logn);
    p.digits = args->digits;
    lay_out(args, logn, out, own, static_cast<uint32_t *>(scratch), &p);
    for (uint32_t i = 0; i < args->targets; i++) {
        struct launch::target &t = p.target[i];

        t.limb = sck_ntt_limb_of(tables[i], nullptr, nullptr);
        t.inverse = 0u - tables[i].minus_q_inverse;
        t.own = args->own[i];
        t.out[0] = out[i];
        t.out[1] = out[args->targets + i];
        for (uint32_t d = 0; d < args->digits; d++) {
            const uint32_t at =
                args->key_digit[d] * args->key_limbs + args->key_row[i];

            t.key[0][d] = key[at];
            t.key[1][d] = key[half + at];
        }
    }
    int status = raise(args, logn, tables, p, in, stream);

    if (status == cudaSuccess)
        status = sck_ntt_launch<struct launch>(
            {rows_and_key<0>, rows_and_key<SCK_NTT_CONSTANT_LOGN>}, p,
            args->targets, stream);
    return status;
}
