/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words a thread. Eight neighbours of the output come from eight
 * neighbours of the input (automorphism_blocks.h), so that gathers use whole
 * sectors. Grid: x walks a row, y is the limb. */
extern "C" {
#include "automorphism.h"
}
#include "launch_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 256 };

struct launch {
    uint32_t logn, galois;
    uint32_t *out[SCK_BLOCK_LIMBS];
    const uint32_t *in[SCK_BLOCK_LIMBS];
};

/* The logn low bits of x, reversed. */
__device__ __forceinline__ uint32_t reversed(uint32_t x, uint32_t logn)
{
    return __brev(x) >> (32 - logn);
}

__global__ void __launch_bounds__(THREADS)
    automorphism(const __grid_constant__ struct launch p)
{
    const uint32_t first = 4 * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t mask = (2u << p.logn) - 1;
    const uint32_t *const in = p.in[blockIdx.y];
    uint32_t word[4];

#pragma unroll
    for (uint32_t k = 0; k < 4; k++) {
        const uint32_t exponent = 2 * reversed(first + k, p.logn) + 1;

        word[k] = in[reversed((p.galois * exponent & mask) / 2, p.logn)];
    }
    *reinterpret_cast<uint4 *>(p.out[blockIdx.y] + first) =
        make_uint4(word[0], word[1], word[2], word[3]);
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
