/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The conversion with -D^-1 in its constants, the transform's first pass, and
 * its second one with c A D^-1 added to words that are still in registers.
 * Grid of the last: x is the tile, y the target. */
extern "C" {
#include "rescale.h"
}
#include "base_convert_cuda.h"
#include "ntt_cuda.h"

namespace
{
struct launch {
    struct sck_ntt_pass pass;
    struct target {
        struct sck_ntt_limb limb;
        const uint32_t *c; /* NULL for an added prime */
        uint32_t factor, companion;
    } target[SCK_BLOCK_LIMBS];
};

/* c factor in [0, 2 q), the word in [0, q): below 4 q. */
struct combine {
    const struct launch::target &t;

    __device__ __forceinline__ void operator()(uint32_t at, uint32_t, uint32_t,
                                               uint32_t *x) const
    {
        const uint32_t q = t.limb.q;

#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = sck_ntt_finish(x[e], q);
        if (t.c != nullptr) {
            uint32_t c[8];

            sck_take<4>(c, t.c + at);
            sck_take<4>(c + 4, t.c + at + 4);
#pragma unroll
            for (uint32_t e = 0; e < 8; e++)
                x[e] = sck_ntt_finish(
                    sck_shoup_lazy(c[e], t.factor, t.companion, q) + x[e], q);
        }
        sck_put8(t.limb.out + at, x);
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    rows_and_combine(const __grid_constant__ struct launch p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_ROWS_WORDS];
    const struct launch::target &t = p.target[blockIdx.y];
    const sck_row_source<1> source = {t.limb.in};
    const combine sink = {t};

    sck_ntt_forward<1>(pass, t.limb, shared, source, sink);
}

bool in_place(uint32_t targets, uint32_t *const *out, const uint32_t *const *c)
{
    bool same = false;

    for (uint32_t j = 0; j < targets; j++)
        same |= out[j] == c[j];
    return same;
}
} // namespace

extern "C" size_t sck_rescale_cuda_scratch(const struct sck_rescale_args *args,
                                           uint32_t logn, uint32_t *const *out,
                                           const uint32_t *const *c)
{
    const uint32_t targets = args->conversion.targets;

    return in_place(targets, out, c) ? sizeof(uint32_t) * targets << logn : 0;
}

extern "C" int sck_rescale_cuda(const struct sck_rescale_args *args,
                                uint32_t logn,
                                const struct sck_prime_table *tables,
                                uint32_t *const *out, const uint32_t *const *in,
                                const uint32_t *const *c, void *scratch,
                                void *stream)
{
    const struct sck_conversion &conversion = args->conversion;
    const uint32_t targets = conversion.targets;
    struct sck_convert_constants constants;
    sck_ntt_limb limbs[SCK_BLOCK_LIMBS];
    uint32_t *row[SCK_BLOCK_LIMBS];
    struct launch p = {};

    if (!sck_ntt_has_size(logn) || targets > SCK_BLOCK_LIMBS ||
        conversion.sources > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    if (targets == 0)
        return cudaSuccess;
    const bool apart = in_place(targets, out, c);

    if (apart && scratch == nullptr)
        return cudaErrorInvalidValue;
    constants.sources = conversion.sources;
    constants.targets = 0;
    p.pass = sck_ntt_rows(logn);
    for (uint32_t j = 0; j < targets; j++) {
        const sck_prime_table &t = tables[j];
        const uint32_t factor = sck_mod_mul(args->a[j], args->d_inverse[j], &t);

        sck_convert_constants_add(&constants, &t,
                                  sck_mod_neg(args->d_inverse[j], t.q),
                                  conversion.w, conversion.minus_d, j);
        row[j] = apart ? static_cast<uint32_t *>(scratch) + ((size_t)j << logn)
                       : out[j];
        limbs[j] = sck_ntt_limb_of(t, row[j], row[j]);
        p.target[j] = {sck_ntt_limb_of(t, out[j], row[j]),
                       args->a[j] != 0 ? c[j] : nullptr, factor,
                       sck_shoup_companion(factor, t.q)};
    }
    const sck_conversion_rows rows = {&constants, row, in};
    int status = sck_convert_cuda(&rows, 1, targets, logn, stream);

    if (status == cudaSuccess)
        status = sck_ntt_columns_cuda(logn, limbs, targets, stream);
    if (status == cudaSuccess)
        status = sck_ntt_launch<struct launch>(
            {rows_and_combine<0>, rows_and_combine<SCK_NTT_CONSTANT_LOGN>}, p,
            targets, stream);
    return status;
}
