/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Grid: x is the tile, y the limb. Each pass reads and writes its tile's words
 * of the limb once. */
extern "C" {
#include "ntt.h"
}
#include "ntt_cuda.h"

namespace
{
struct finish {
    uint32_t *row;
    uint32_t q, twice;

    __device__ __forceinline__ void operator()(uint32_t at, uint32_t, uint32_t,
                                               uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < 8; e++)
            x[e] = sck_ntt_finish(x[e], q, twice);
        sck_put8(row + at, x);
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_COLUMNS_THREADS)
    ntt_columns(const __grid_constant__ struct sck_ntt_limbs p)
{
    const sck_ntt_pass pass = sck_ntt_columns_of<LOGN>(p.pass);
    alignas(16) __shared__ uint32_t shared[SCK_NTT_COLUMNS_WORDS];
    const sck_ntt_limb &l = p.limb[blockIdx.y];
    const sck_row_source<SCK_NTT_COLUMNS_WIDTH> source = {l.in};
    const sck_row_sink<SCK_NTT_COLUMNS_WIDTH> sink = {l.out};

    sck_ntt_forward<SCK_NTT_COLUMNS_WIDTH>(pass, l, shared, source, sink);
}

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_ROWS_THREADS)
    ntt_rows(const __grid_constant__ struct sck_ntt_limbs p)
{
    const sck_ntt_pass pass = sck_ntt_rows_of<LOGN>(p.pass);
    __shared__ uint32_t shared[SCK_NTT_ROWS_WORDS];
    const sck_ntt_limb &l = p.limb[blockIdx.y];
    const sck_row_source<1> source = {l.in};
    const finish sink = {l.out, l.q, l.twice};

    sck_ntt_forward<1>(pass, l, shared, source, sink);
}
} // namespace

int sck_ntt_launch_pass(const sck_ntt_kernel<sck_ntt_limbs> &kernel,
                        const sck_ntt_pass &pass, const sck_ntt_limb *limbs,
                        uint32_t count, void *stream)
{
    sck_ntt_limbs p = {};
    int status = cudaSuccess;

    p.pass = pass;
    while (count > 0 && status == cudaSuccess) {
        const uint32_t some =
            count < SCK_NTT_LAUNCH_LIMBS ? count : SCK_NTT_LAUNCH_LIMBS;

        for (uint32_t i = 0; i < some; i++)
            p.limb[i] = limbs[i];
        status = sck_ntt_launch(kernel, p, some, stream);
        limbs += some;
        count -= some;
    }
    return status;
}

int sck_ntt_columns_cuda(uint32_t logn, const sck_ntt_limb *limbs,
                         uint32_t count, void *stream)
{
    return sck_ntt_launch_pass(
        {ntt_columns<0>, ntt_columns<SCK_NTT_CONSTANT_LOGN>},
        sck_ntt_columns(logn), limbs, count, stream);
}

int sck_ntt_rows_cuda(uint32_t logn, const sck_ntt_limb *limbs, uint32_t count,
                      void *stream)
{
    return sck_ntt_launch_pass({ntt_rows<0>, ntt_rows<SCK_NTT_CONSTANT_LOGN>},
                               sck_ntt_rows(logn), limbs, count, stream);
}

extern "C" int sck_ntt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                            const struct sck_prime_table *tables,
                            uint32_t *const *out, const uint32_t *const *in,
                            void *stream)
{
    sck_ntt_limb limbs[SCK_BLOCK_LIMBS];

    if (!sck_ntt_has_size(logn) || args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    for (uint32_t i = 0; i < args->limbs; i++)
        limbs[i] = sck_ntt_limb_of(tables[i], out[i], in[i]);
    int status = sck_ntt_columns_cuda(logn, limbs, args->limbs, stream);

    for (uint32_t i = 0; i < args->limbs; i++)
        limbs[i].in = out[i];
    if (status == cudaSuccess)
        status = sck_ntt_rows_cuda(logn, limbs, args->limbs, stream);
    return status;
}
