/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words a thread. Grid: x walks a row, y is the limb. */
extern "C" {
#include "automorphism.h"
}
#include "automorphism_cuda.h"
#include "launch_cuda.h"
#include "words_cuda.h"

namespace
{
enum { THREADS = 256 };

struct launch {
    uint32_t logn, galois;
    uint32_t *out[SCK_BLOCK_LIMBS];
    const uint32_t *in[SCK_BLOCK_LIMBS];
};

__global__ void __launch_bounds__(THREADS)
    automorphism(const __grid_constant__ struct launch p)
{
    const uint32_t first = 4 * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t *const in = p.in[blockIdx.y];
    uint32_t word[4];

#pragma unroll
    for (uint32_t k = 0; k < 4; k++)
        word[k] = in[sck_turned(first + k, p.galois, p.logn)];
    sck_put<4>(p.out[blockIdx.y] + first, word);
}
} // namespace

extern "C" int sck_automorphism_cuda(const struct sck_automorphism_args *args,
                                     uint32_t logn, uint32_t *const *out,
                                     const uint32_t *const *in, void *stream)
{
    struct launch p = {};

    if (logn < 10 || logn > 16 || args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    p.logn = logn;
    p.galois = args->galois;
    for (uint32_t i = 0; i < args->limbs; i++) {
        p.out[i] = out[i];
        p.in[i] = in[i];
    }
    return sck_launch(automorphism,
                      dim3((1u << logn) / (4 * THREADS), args->limbs), THREADS,
                      p, stream);
}
