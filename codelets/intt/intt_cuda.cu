/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* ntt's passes backwards, rows before columns; 1/N as the last one writes.
 * Grid: x is the tile, y the limb. Words in [0, 2 q) between the passes. */
extern "C" {
#include "intt.h"
}
#include "ntt_cuda.h"

namespace
{
struct scaled {
    const sck_ntt_limb &l;

    __device__ __forceinline__ void
    operator()(uint32_t at, uint32_t step, uint32_t count, uint32_t *x) const
    {
        const uint32_t width = SCK_NTT_COLUMNS_WIDTH;

#pragma unroll
        for (uint32_t k = 0; k < count * width; k++)
            x[k] = sck_shoup(x[k], l.scale, l.scale_companion, l.q);
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            sck_put<width>(l.out + at + e * step, x + e * width);
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    intt_rows(const __grid_constant__ struct sck_ntt_limbs p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_ROWS_WORDS];
    const sck_ntt_limb &l = p.limb[blockIdx.y];
    const sck_row_source<1> source = {l.in};
    const sck_row_sink<1> sink = {l.out};

    sck_ntt_backward<1>(pass, l, shared, source, sink);
}

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_COLUMNS_THREADS)
    intt_columns(const __grid_constant__ struct sck_ntt_limbs p)
{
    const sck_ntt_pass pass = sck_ntt_columns_of<LOGN>(p.pass);
    alignas(16) __shared__ uint32_t shared[SCK_NTT_COLUMNS_WORDS];
    const sck_ntt_limb &l = p.limb[blockIdx.y];
    const sck_row_source<SCK_NTT_COLUMNS_WIDTH> source = {l.out};
    const scaled sink = {l};

    sck_ntt_backward<SCK_NTT_COLUMNS_WIDTH>(pass, l, shared, source, sink);
}
} // namespace

int sck_intt_scaled_cuda(uint32_t logn, const sck_ntt_limb *limbs,
                         uint32_t count, void *stream)
{
    int status =
        sck_ntt_launch_pass({intt_rows<0>, intt_rows<SCK_NTT_CONSTANT_LOGN>},
                            sck_ntt_rows(logn), limbs, count, stream);

    if (status == cudaSuccess)
        status = sck_ntt_launch_pass(
            {intt_columns<0>, intt_columns<SCK_NTT_CONSTANT_LOGN>},
            sck_ntt_columns(logn), limbs, count, stream);
    return status;
}

extern "C" int sck_intt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                             const struct sck_prime_table *tables,
                             uint32_t *const *out, const uint32_t *const *in,
                             void *stream)
{
    sck_ntt_limb limbs[SCK_BLOCK_LIMBS];

    if (!sck_ntt_has_size(logn) || args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    for (uint32_t i = 0; i < args->limbs; i++) {
        const sck_prime_table &t = tables[i];

        limbs[i] =
            sck_intt_limb_of(t, t.n_inverse, t.n_inverse_shoup, out[i], in[i]);
    }
    return sck_intt_scaled_cuda(logn, limbs, args->limbs, stream);
}
