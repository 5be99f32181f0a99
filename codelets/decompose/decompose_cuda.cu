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
enum { THREADS = 128, SOURCES = 96 };

/* All parts' sources, one part after another. */
struct launch {
    uint32_t multiplies;
    struct part {
        uint32_t first, sources;
        uint32_t *v; /* NULL: none is wanted */
    } part[SCK_DECOMPOSE_PARTS];
    struct source {
        uint32_t q, share, factor, companion;
        uint32_t *y;
        const uint32_t *in;
    } source[SOURCES];
};

/* Terms are below 2^56, so 24 of them and the half fit the word. */
__global__ void __launch_bounds__(THREADS)
    correction(const __grid_constant__ struct launch p)
{
    const struct launch::part &part = p.part[blockIdx.y];
    const uint32_t at = 2 * (blockIdx.x * THREADS + threadIdx.x);
    uint64_t sum[2] = {(uint64_t)1 << 55, (uint64_t)1 << 55};

    if (part.v == nullptr)
        return;
#pragma unroll 4
    for (uint32_t i = 0; i < part.sources; i++) {
        const struct launch::source &s = p.source[part.first + i];
        uint2 y = *reinterpret_cast<const uint2 *>(s.in + at);

        if (p.multiplies != 0) {
            y.x = sck_shoup(y.x, s.factor, s.companion, s.q);
            y.y = sck_shoup(y.y, s.factor, s.companion, s.q);
            *reinterpret_cast<uint2 *>(s.y + at) = y;
        }
        sum[0] += (uint64_t)y.x * s.share;
        sum[1] += (uint64_t)y.y * s.share;
    }
    part.v[at] = (uint32_t)(sum[0] >> 56);
    part.v[at + 1] = (uint32_t)(sum[1] >> 56);
}

/* Parts whose sources fit a launch. */
int together(const struct sck_decompose_part *parts, uint32_t count,
             uint32_t logn, void *stream)
{
    sck_ntt_limb limbs[SOURCES];
    struct launch p = {};
    uint32_t used = 0;
    int status = cudaSuccess;
    const bool transforms = parts[0].args->ntt_domain == 1;
    bool corrects = false;

    p.multiplies = parts[0].args->ntt_domain == 0;
    for (uint32_t k = 0; k < count; k++) {
        const struct sck_decompose_part &part = parts[k];
        const struct sck_decompose_args &a = *part.args;

        p.part[k] = {used, a.limbs, part.out[a.limbs]};
        corrects |= p.part[k].v != nullptr;
        for (uint32_t i = 0; i < a.limbs; i++, used++) {
            const sck_prime_table &t = part.tables[i];
            const uint32_t scale = sck_mod_mul(t.n_inverse, a.factor[i], &t);

            limbs[used] =
                sck_intt_limb_of(t, scale, sck_shoup_companion(scale, t.q),
                                 part.out[i], part.in[i]);
            p.source[used] = {
                t.q,         (uint32_t)(((uint64_t)1 << 56) / t.q),
                a.factor[i], sck_shoup_companion(a.factor[i], t.q),
                part.out[i], transforms ? part.out[i] : part.in[i]};
        }
    }
    if (transforms)
        status = sck_intt_scaled_cuda(logn, limbs, used, stream);
    if (status == cudaSuccess && corrects)
        status =
            sck_launch(correction, dim3((1u << logn) / (2 * THREADS), count),
                       THREADS, p, stream);
    return status;
}
} // namespace

extern "C" int sck_decompose_parts_cuda(const struct sck_decompose_part *parts,
                                        uint32_t count, uint32_t logn,
                                        void *stream)
{
    int status = cudaSuccess;

    if (!sck_ntt_has_size(logn) || count > SCK_DECOMPOSE_PARTS)
        return cudaErrorInvalidValue;
    for (uint32_t k = 0; k < count; k++)
        if (parts[k].args->limbs > SCK_MAX_SOURCES ||
            parts[k].args->ntt_domain != parts[0].args->ntt_domain)
            return cudaErrorInvalidValue;
    while (count > 0 && status == cudaSuccess) {
        uint32_t some = 0, sources = 0;

        while (some < count && sources + parts[some].args->limbs <= SOURCES)
            sources += parts[some++].args->limbs;
        status = together(parts, some, logn, stream);
        parts += some;
        count -= some;
    }
    return status;
}

extern "C" int sck_decompose_cuda(const struct sck_decompose_args *args,
                                  uint32_t logn,
                                  const struct sck_prime_table *tables,
                                  uint32_t *const *out,
                                  const uint32_t *const *in, void *stream)
{
    const struct sck_decompose_part part = {args, tables, out, in};

    return sck_decompose_parts_cuda(&part, 1, logn, stream);
}
