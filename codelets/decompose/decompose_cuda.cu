/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The inverse transform with the factor in its 1/N, then the correction: two
 * words a thread, since it is one row of output alone. */
extern "C" {
#include "decompose.h"
}
#include "ntt_cuda.h"

namespace
{
enum { THREADS = 128 };

struct launch {
    uint32_t sources, multiplies;
    uint32_t *v;
    struct source {
        uint32_t q, share, factor, companion;
        uint32_t *y;
        const uint32_t *in;
    } source[SCK_MAX_SOURCES];
};

/* Terms are below 2^56, so 24 of them and the half fit the word. */
__global__ void __launch_bounds__(THREADS)
    correction(const __grid_constant__ struct launch p)
{
    const uint32_t at = 2 * (blockIdx.x * THREADS + threadIdx.x);
    uint64_t sum[2] = {(uint64_t)1 << 55, (uint64_t)1 << 55};

#pragma unroll 4
    for (uint32_t i = 0; i < p.sources; i++) {
        const struct launch::source &s = p.source[i];
        uint2 y = *reinterpret_cast<const uint2 *>(s.in + at);

        if (p.multiplies != 0) {
            y.x = sck_shoup(y.x, s.factor, s.companion, s.q);
            y.y = sck_shoup(y.y, s.factor, s.companion, s.q);
            *reinterpret_cast<uint2 *>(s.y + at) = y;
        }
        sum[0] += (uint64_t)y.x * s.share;
        sum[1] += (uint64_t)y.y * s.share;
    }
    p.v[at] = (uint32_t)(sum[0] >> 56);
    p.v[at + 1] = (uint32_t)(sum[1] >> 56);
}
} // namespace

extern "C" int sck_decompose_cuda(const struct sck_decompose_args *args,
                                  uint32_t logn,
                                  const struct sck_prime_table *tables,
                                  uint32_t *const *out,
                                  const uint32_t *const *in, void *stream)
{
    sck_ntt_limb limbs[SCK_MAX_SOURCES];
    struct launch p = {};
    int status = cudaSuccess;

    if (!sck_ntt_has_size(logn) || args->limbs > SCK_MAX_SOURCES)
        return cudaErrorInvalidValue;
    p.sources = args->limbs;
    p.multiplies = args->ntt_domain == 0;
    p.v = out[args->limbs];
    for (uint32_t i = 0; i < args->limbs; i++) {
        const sck_prime_table &t = tables[i];
        const uint32_t scale = sck_mod_mul(t.n_inverse, args->factor[i], &t);

        limbs[i] = sck_intt_limb_of(t, scale, sck_shoup_companion(scale, t.q),
                                    out[i], in[i]);
        p.source[i] = {t.q,
                       (uint32_t)(((uint64_t)1 << 56) / t.q),
                       args->factor[i],
                       sck_shoup_companion(args->factor[i], t.q),
                       out[i],
                       args->ntt_domain == 1 ? out[i] : in[i]};
    }
    if (args->ntt_domain == 1)
        status = sck_intt_scaled_cuda(logn, limbs, args->limbs, stream);
    if (status == cudaSuccess && p.v != NULL)
        status = sck_launch(correction, dim3((1u << logn) / (2 * THREADS)),
                            THREADS, p, stream);
    return status;
}
