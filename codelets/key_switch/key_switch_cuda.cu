/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits are converted and take the transform's first pass, one launch, into
 * rows of out and scratch; the second pass takes a tile of two digits at a
 * time, which share its twiddles, and multiplies them with both halves of the
 * key while they are in registers: raised digits are never written. Grid of the
 * last: x is the tile, y the target. */
#include "key_switch_group_cuda.h"
#include "ntt_cuda.h"

namespace
{
/* A target's digits, the converted ones first: u is the row before the second
 * pass, or, for the prime's own digit, the polynomial's. 15 KiB; CUDA 12.1 and
 * later take 32. */
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
    } target[SCK_SWITCH_TARGETS];
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

/* A block's targets, one in so many. */
void fill(const struct sck_key_switch_part &part, struct launch::target *target,
          uint32_t every, uint32_t *const (*row)[SCK_MAX_DIGITS])
{
    const struct sck_key_switch_args *const args = part.args;
    const uint32_t half = args->key_digits * args->key_limbs;

    for (uint32_t i = 0; i < args->targets; i++) {
        struct launch::target &t = target[i * every];

        t.limb = sck_ntt_limb_of(part.tables[i], nullptr, nullptr);
        t.inverse = 0u - part.tables[i].minus_q_inverse;
        t.digits = args->digits;
        t.converted = converted(args, i);
        t.factor = args->factor[i];
        t.companion = sck_shoup_companion(t.factor, t.limb.q);
        for (uint32_t h = 0; h < 2; h++) {
            t.out[h] = part.out[h * args->targets + i];
            if (part.add != nullptr)
                t.add[h] = part.add[h * args->targets + i];
        }
        for (uint32_t d = 0, used = 0; d < args->digits; d++) {
            const uint32_t from =
                args->key_digit[d] * args->key_limbs + args->key_row[i];
            const uint32_t to = d == args->own[i] ? t.converted : used++;

            t.u[to] = d == args->own[i] ? part.own[i] : row[i][d];
            t.key[to][0] = part.key[from];
            t.key[to][1] = part.key[half + from];
        }
    }
}

/* The two launches of parts that fit them. Two polynomials' targets of a prime
 * are next to one another: blocks that run together, of which the first brings
 * the key's rows into the second cache. */
int switch_group(const struct sck_key_switch_part *parts,
                 struct parts_of_launch of, uint32_t logn, uint32_t *scratch,
                 void *stream)
{
    uint32_t *row[SCK_SWITCH_TARGETS][SCK_MAX_DIGITS];
    uint32_t targets = 0, block = 0;
    struct launch p = {};

    p.pass = sck_ntt_rows(logn);
    for (uint32_t b = 0; b < of.parts; b++) {
        const uint32_t set = b % of.sets;

        block = set == 0 ? targets : block;
        scratch = lay_out(parts[b], logn, scratch, row + targets);
        fill(parts[b], p.target + block + set, of.sets, row + targets);
        targets += parts[b].args->targets;
    }
    if (targets == 0)
        return cudaSuccess;
    int status =
        sck_raise_digits_cuda(parts, of.parts, of.sets, logn, row, stream);

    if (status == cudaSuccess)
        status = sck_ntt_launch<struct launch>(
            {rows_and_key<0>, rows_and_key<SCK_NTT_CONSTANT_LOGN>}, p, targets,
            stream);
    return status;
}
} // namespace

bool sck_key_switch_fits(const struct sck_key_switch_args *args, uint32_t logn)
{
    if (!sck_ntt_has_size(logn) || args->digits == 0 ||
        args->digits > SCK_MAX_DIGITS || args->targets > SCK_BLOCK_LIMBS)
        return false;
    for (uint32_t d = 0; d < args->digits; d++)
        if (args->sources[d] > SCK_MAX_SOURCES)
            return false;
    return sources_of(args) <= SCK_MAX_SWITCHED;
}

int sck_raise_digits_cuda(const struct sck_key_switch_part *parts,
                          uint32_t count, uint32_t sets, uint32_t logn,
                          uint32_t *const (*row)[SCK_MAX_DIGITS], void *stream)
{
    struct sck_convert_constants constants[SCK_SWITCH_PARTS][SCK_MAX_DIGITS];
    sck_conversion_rows all[SCK_SWITCH_PARTS][SCK_MAX_DIGITS];
    uint32_t *out[SCK_SWITCH_PARTS][SCK_MAX_DIGITS][SCK_BLOCK_LIMBS];
    sck_raise_part raised[SCK_SWITCH_PARTS];
    const uint32_t digits = parts[0].args->digits;

    for (uint32_t p = 0; p < count; p++) {
        const struct sck_key_switch_args *const args = parts[p].args;
        const uint32_t b = p / sets, first = p % sets * digits;
        const uint32_t(*w)[SCK_BLOCK_LIMBS] = args->w;
        const uint32_t *const *in = parts[p].in;

        for (uint32_t d = 0; d < digits; d++) {
            uint32_t **const mine = out[b][first + d];

            for (uint32_t i = 0; i < args->targets; i++)
                mine[i] = args->own[i] != d ? row[i][d] : nullptr;
            all[b][first + d] = {&constants[b][d], mine, in};
            in += args->sources[d] + 1;
            if (first != 0)
                continue;
            constants[b][d].sources = args->sources[d];
            constants[b][d].targets = 0;
            for (uint32_t i = 0; i < args->targets; i++)
                sck_convert_constants_add(&constants[b][d], &parts[p].tables[i],
                                          1, w, args->minus_d[d], i);
            w += args->sources[d];
        }
        raised[b] = {all[b], args->targets, parts[p].tables};
        row += args->targets;
    }
    return sck_raise_columns_cuda(raised, count / sets, sets * digits, logn,
                                  stream);
}

extern "C" size_t
sck_key_switch_parts_cuda_scratch(const struct sck_key_switch_part *parts,
                                  uint32_t count, uint32_t logn)
{
    size_t most = 0;

    while (count > 0) {
        const uint32_t some = group(parts, count).parts;
        size_t rows = 0;

        for (uint32_t b = 0; b < some; b++)
            rows += spare_rows(parts[b].args);
        most = rows > most ? rows : most;
        parts += some;
        count -= some;
    }
    return sizeof(uint32_t) * most << logn;
}

extern "C" int
sck_key_switch_parts_cuda(const struct sck_key_switch_part *parts,
                          uint32_t count, uint32_t logn, void *scratch,
                          void *stream)
{
    int status = cudaSuccess;

    for (uint32_t b = 0; b < count; b++)
        if (!sck_key_switch_fits(parts[b].args, logn))
            return cudaErrorInvalidValue;
    if (scratch == nullptr &&
        sck_key_switch_parts_cuda_scratch(parts, count, logn) != 0)
        return cudaErrorInvalidValue;
    while (count > 0 && status == cudaSuccess) {
        const struct parts_of_launch some = group(parts, count);

        status = switch_group(parts, some, logn,
                              static_cast<uint32_t *>(scratch), stream);
        parts += some.parts;
        count -= some.parts;
    }
    return status;
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
    const struct sck_key_switch_part part = {args, tables, out, in,
                                             own,  key,    add};

    return sck_key_switch_parts_cuda(&part, 1, logn, scratch, stream);
}
