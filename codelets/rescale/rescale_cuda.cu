/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The conversion with -D^-1 in its constants and the transform's first pass,
 * one launch, and its second one with c A D^-1 added to words that are still in
 * registers, which then go where the automorphism puts them. Grid of the last:
 * x is the tile, y the target of one polynomial after the other. */
extern "C" {
#include "automorphism.h"
}
#include "automorphism_cuda.h"
#include "ntt_cuda.h"
#include "rescale_group_cuda.h"

namespace
{
struct launch {
    struct sck_ntt_pass pass;
    uint32_t back; /* undoes the automorphism; 0: there is none */
    struct target {
        struct sck_ntt_limb limb;
        uint32_t factor, companion;
        uint32_t *out[HALVES];
        const uint32_t *in[HALVES];
        const uint32_t *c[HALVES]; /* NULL for an added prime */
    } target[SCK_RAISE_TARGETS];
};

/* The words of one or both polynomials, an element's next to one another. */
template <uint32_t COUNT> struct combine {
    const struct launch &p;
    const struct launch::target &t;
    uint32_t *shared;

    /* Eight neighbours stay neighbours. They change places in the tile's words
     * that this thread's last group came from: no other reads those. */
    __device__ __forceinline__ uint32_t turn(uint32_t at, uint32_t *x) const
    {
        uint32_t *const mine = shared + COUNT * sck_ntt_padded(8 * threadIdx.x);
        uint32_t to = 0;

#pragma unroll
        for (uint32_t e = 0; e < 8; e++) {
            to = sck_turned(at + e, p.back, p.pass.logn);
            mine[to & 7] = x[e];
        }
#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = mine[e];
        return to & ~7u;
    }

    /* c factor in [0, 2 q), the word in [0, q): below 4 q. */
    __device__ __forceinline__ void operator()(uint32_t at, uint32_t, uint32_t,
                                               const uint32_t *all) const
    {
        const uint32_t q = t.limb.q, twice = t.limb.twice;

#pragma unroll
        for (uint32_t h = 0; h < COUNT; h++) {
            uint32_t x[8];

#pragma unroll
            for (uint32_t e = 0; e < 8; e++)
                x[e] = sck_ntt_finish(all[e * COUNT + h], q, twice);
            if (t.c[h] != nullptr) {
                uint32_t c[8];

                sck_take<4>(c, t.c[h] + at);
                sck_take<4>(c + 4, t.c[h] + at + 4);
#pragma unroll
                for (uint32_t e = 0; e < 8; e++)
                    x[e] = sck_ntt_finish(
                        sck_shoup_lazy(c[e], t.factor, t.companion, q) + x[e],
                        q, twice);
            }
            sck_put8(t.out[h] + (p.back != 0 ? turn(at, x) : at), x);
        }
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    rows_and_combine(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_ROWS_WORDS];
    const struct launch::target &t = p.target[blockIdx.y];
    const sck_row_source<1> source = {t.in[0]};
    const combine<1> sink = {p, t, shared};

    sck_ntt_forward<1>(pass, t.limb, shared, source, sink);
}

/* Both polynomials share the twiddles. */
template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    rows_and_combine_two(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    alignas(8) __shared__ uint32_t shared[2 * SCK_NTT_ROWS_WORDS];
    const struct launch::target &t = p.target[blockIdx.y];
    const sck_row_pair_source source = {{t.in[0], t.in[1]}};
    const combine<2> sink = {p, t, shared};

    sck_ntt_forward<2, true>(pass, t.limb, shared, source, sink);
}

/* What is then left. */
int turn_rows(const struct sck_rescale_part &part, uint32_t logn,
              uint32_t *const *rows, void *stream)
{
    const struct sck_rescale_args *const args = part.args;
    const uint32_t targets = args->conversion.targets;
    const struct sck_automorphism_args turn = {args->ring, targets,
                                               args->galois};
    int status = cudaSuccess;

    for (uint32_t h = 0; h < args->halves && status == cudaSuccess; h++)
        status = sck_automorphism_cuda(
            &turn, logn, part.out + h * targets,
            const_cast<const uint32_t *const *>(rows) + h * targets, stream);
    return status;
}

/* A block's rows between the passes, half after half. */
typedef uint32_t *rows_of_part[HALVES * SCK_BLOCK_LIMBS];

/* Conversions of all halves, and the first pass. */
int raise(const struct sck_rescale_part *parts, uint32_t count, uint32_t logn,
          const rows_of_part *row, void *stream)
{
    struct sck_convert_constants constants[PARTS];
    sck_conversion_rows all[PARTS][HALVES];
    sck_raise_part raised[PARTS];

    for (uint32_t b = 0; b < count; b++) {
        const struct sck_rescale_args *const args = parts[b].args;
        const struct sck_conversion &conversion = args->conversion;

        constants[b].sources = conversion.sources;
        constants[b].targets = 0;
        for (uint32_t j = 0; j < conversion.targets; j++) {
            const sck_prime_table &t = parts[b].tables[j];

            sck_convert_constants_add(&constants[b], &t,
                                      sck_mod_neg(args->d_inverse[j], t.q),
                                      conversion.w, conversion.minus_d, j);
        }
        for (uint32_t h = 0; h < args->halves; h++)
            all[b][h] = {&constants[b], row[b] + h * conversion.targets,
                         parts[b].in + h * (conversion.sources + 1)};
        raised[b] = {all[b], conversion.targets, parts[b].tables};
    }
    return sck_raise_columns_cuda(raised, count, parts[0].args->halves, logn,
                                  stream);
}

/* A block's targets, and its rows; gives what is left of scratch. */
uint32_t *fill(const struct sck_rescale_part &part, uint32_t logn,
               uint32_t *scratch, struct launch::target *target,
               rows_of_part &row)
{
    const struct sck_rescale_args *const args = part.args;
    const uint32_t targets = args->conversion.targets;
    const bool is_apart = apart(args, part.out, part.c);
    const bool last = turns_last(part);

    for (uint32_t k = 0; k < args->halves * targets; k++) {
        const uint32_t j = k % targets, h = k / targets;
        struct launch::target &to = target[j];

        row[k] = is_apart ? scratch : part.out[k];
        scratch += is_apart ? (size_t)1 << logn : 0;
        to.in[h] = row[k];
        to.out[h] = last ? row[k] : part.out[k];
        to.c[h] = args->a[j] != 0 ? part.c[k] : nullptr;
    }
    for (uint32_t j = 0; j < targets; j++) {
        const sck_prime_table &t = part.tables[j];

        target[j].limb = sck_ntt_limb_of(t, nullptr, nullptr);
        target[j].factor = sck_mod_mul(args->a[j], args->d_inverse[j], &t);
        target[j].companion = sck_shoup_companion(target[j].factor, t.q);
    }
    return scratch;
}

/* The launches of parts that fit them. */
int divide_group(const struct sck_rescale_part *parts, uint32_t count,
                 uint32_t logn, uint32_t **scratch, void *stream)
{
    const struct sck_rescale_args *const args = parts[0].args;
    rows_of_part row[PARTS];
    uint32_t targets = 0;
    struct launch p = {};
    const bool last = turns_last(parts[0]);

    p.pass = sck_ntt_rows(logn);
    if (args->galois != 0 && !last)
        p.back = sck_inverse_galois(args->galois, logn);
    for (uint32_t b = 0; b < count; b++) {
        *scratch = fill(parts[b], logn, *scratch, p.target + targets, row[b]);
        targets += parts[b].args->conversion.targets;
    }
    if (targets == 0 || args->halves == 0)
        return cudaSuccess;
    int status = raise(parts, count, logn, row, stream);

    if (status == cudaSuccess)
        status = args->halves == HALVES
                     ? sck_ntt_launch<struct launch>(
                           {rows_and_combine_two<0>,
                            rows_and_combine_two<SCK_NTT_CONSTANT_LOGN>},
                           p, targets, stream)
                     : sck_ntt_launch<struct launch>(
                           {rows_and_combine<0>,
                            rows_and_combine<SCK_NTT_CONSTANT_LOGN>},
                           p, targets, stream);
    if (status == cudaSuccess && last)
        status = turn_rows(parts[0], logn, row[0], stream);
    return status;
}
} // namespace

extern "C" size_t
sck_rescale_parts_cuda_scratch(const struct sck_rescale_part *parts,
                               uint32_t count, uint32_t logn)
{
    size_t bytes = 0;

    for (uint32_t b = 0; b < count; b++)
        bytes += sck_rescale_cuda_scratch(parts[b].args, logn, parts[b].out,
                                          parts[b].c);
    return bytes;
}

extern "C" int sck_rescale_parts_cuda(const struct sck_rescale_part *parts,
                                      uint32_t count, uint32_t logn,
                                      void *scratch, void *stream)
{
    uint32_t *left = static_cast<uint32_t *>(scratch);
    int status = cudaSuccess;

    for (uint32_t b = 0; b < count; b++)
        if (!sck_ntt_has_size(logn) || parts[b].args->halves > HALVES ||
            parts[b].args->conversion.targets > SCK_BLOCK_LIMBS ||
            parts[b].args->conversion.sources > SCK_MAX_SOURCES ||
            parts[b].args->sum.terms != 0)
            return cudaErrorInvalidValue;
    if (scratch == nullptr &&
        sck_rescale_parts_cuda_scratch(parts, count, logn) != 0)
        return cudaErrorInvalidValue;
    while (count > 0 && status == cudaSuccess) {
        const uint32_t some = group(parts, count);

        status = divide_group(parts, some, logn, &left, stream);
        parts += some;
        count -= some;
    }
    return status;
}

extern "C" size_t sck_rescale_cuda_scratch(const struct sck_rescale_args *args,
                                           uint32_t logn, uint32_t *const *out,
                                           const uint32_t *const *c)
{
    const size_t rows = args->halves * args->conversion.targets;

    return apart(args, out, c) ? sizeof(uint32_t) * rows << logn : 0;
}

extern "C" int sck_rescale_cuda(const struct sck_rescale_args *args,
                                uint32_t logn,
                                const struct sck_prime_table *tables,
                                uint32_t *const *out, const uint32_t *const *in,
                                const uint32_t *const *c, void *scratch,
                                void *stream)
{
    const struct sck_rescale_part part = {args, tables, out, in, c};

    return sck_rescale_parts_cuda(&part, 1, logn, scratch, stream);
}
