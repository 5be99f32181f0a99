/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The conversion with -D^-1 in its constants and the transform's first pass,
 * one launch, and its second one with c A D^-1 added to words that are still in
 * registers, which then go where the automorphism puts them. Grid of the last:
 * x is the tile, y the target of one polynomial after the other. */
extern "C" {
#include "automorphism.h"
#include "rescale.h"
}
#include "automorphism_cuda.h"
#include "mod_raise_cuda.h"
#include "ntt_cuda.h"

namespace
{
enum { HALVES = 2 };

struct launch {
    struct sck_ntt_pass pass;
    uint32_t back; /* undoes the automorphism; 0: there is none */
    struct target {
        struct sck_ntt_limb limb;
        uint32_t factor, companion;
        uint32_t *out[HALVES];
        const uint32_t *in[HALVES];
        const uint32_t *c[HALVES]; /* NULL for an added prime */
    } target[SCK_BLOCK_LIMBS];
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

bool in_place(uint32_t rows, uint32_t *const *out, const uint32_t *const *c)
{
    bool same = false;

    for (uint32_t j = 0; j < rows; j++)
        same |= out[j] == c[j];
    return same;
}

/* A row of out holds its target's conversion until its end, unless c is there
 * too, or results go to other places of it. */
bool apart(const struct sck_rescale_args *args, uint32_t *const *out,
           const uint32_t *const *c)
{
    return args->galois != 0 ||
           in_place(args->halves * args->conversion.targets, out, c);
}

/* What is left where turned results would overwrite c: they are all in rows. */
int turn_rows(const struct sck_rescale_args *args, uint32_t logn,
              uint32_t *const *out, uint32_t *const *rows, void *stream)
{
    const uint32_t targets = args->conversion.targets;
    const struct sck_automorphism_args turn = {args->ring, targets,
                                               args->galois};
    int status = cudaSuccess;

    for (uint32_t h = 0; h < args->halves && status == cudaSuccess; h++)
        status = sck_automorphism_cuda(
            &turn, logn, out + h * targets,
            const_cast<const uint32_t *const *>(rows) + h * targets, stream);
    return status;
}

/* Conversions of all halves, and the first pass. */
int raise(const struct sck_rescale_args *args, uint32_t logn,
          const struct sck_prime_table *tables, uint32_t *const *rows,
          const uint32_t *const *in, void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    struct sck_convert_constants constants;
    sck_conversion_rows all[HALVES];

    constants.sources = conversion.sources;
    constants.targets = 0;
    for (uint32_t j = 0; j < conversion.targets; j++)
        sck_convert_constants_add(&constants, &tables[j],
                                  sck_mod_neg(args->d_inverse[j], tables[j].q),
                                  conversion.w, conversion.minus_d, j);
    for (uint32_t h = 0; h < args->halves; h++)
        all[h] = {&constants, rows + h * conversion.targets,
                  in + h * (conversion.sources + 1)};
    return sck_raise_columns_cuda(all, args->halves, conversion.targets, logn,
                                  tables, stream);
}
} // namespace

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
    const uint32_t targets = args->conversion.targets;
    const uint32_t count = args->halves * targets;
    uint32_t *row[HALVES * SCK_BLOCK_LIMBS];
    struct launch p = {};

    if (!sck_ntt_has_size(logn) || targets > SCK_BLOCK_LIMBS ||
        args->halves > HALVES || args->conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    if (count == 0)
        return cudaSuccess;
    const bool is_apart = apart(args, out, c);
    const bool turns_last = args->galois != 0 && in_place(count, out, c);

    if (is_apart && scratch == nullptr)
        return cudaErrorInvalidValue;
    p.pass = sck_ntt_rows(logn);
    if (args->galois != 0 && !turns_last)
        p.back = sck_inverse_galois(args->galois, logn);
    for (uint32_t j = 0; j < targets; j++) {
        const sck_prime_table &t = tables[j];
        struct launch::target &to = p.target[j];

        to.limb = sck_ntt_limb_of(t, nullptr, nullptr);
        to.factor = sck_mod_mul(args->a[j], args->d_inverse[j], &t);
        to.companion = sck_shoup_companion(to.factor, t.q);
        for (uint32_t h = 0; h < args->halves; h++) {
            const uint32_t k = h * targets + j;

            row[k] = is_apart ? static_cast<uint32_t *>(scratch) +
                                    ((size_t)k << logn)
                              : out[k];
            to.in[h] = row[k];
            to.out[h] = turns_last ? row[k] : out[k];
            to.c[h] = args->a[j] != 0 ? c[k] : nullptr;
        }
    }
    int status = raise(args, logn, tables, row, in, stream);

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
    if (status == cudaSuccess && turns_last)
        status = turn_rows(args, logn, out, row, stream);
    return status;
}
