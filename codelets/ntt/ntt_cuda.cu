/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* ntt_tile.h on a device. Grid: x is the tile, y the limb. Each pass reads and
 * writes its tile's words of the limb once; between the passes a limb holds
 * words in [0, 4 q). */
extern "C" {
#include "ntt.h"
}
#include "ntt_tile.h"

#include <cuda_runtime.h>

namespace
{
/* All a launch needs, by value: 16 rows are about 1.3 KiB. */
struct launch {
    struct sck_ntt_pass pass;
    struct limb {
        struct sck_prime_table table;
        uint32_t *out;
        const uint32_t *in;
    } limb[SCK_BLOCK_LIMBS];
};

template <uint32_t stages>
__device__ void step(const struct sck_ntt_pass *pass, uint32_t done,
                     const struct launch::limb *l, uint32_t *shared)
{
    const uint32_t groups = 1u << (pass->log_tile - stages);

    for (uint32_t g = threadIdx.x; g < groups; g += SCK_NTT_THREADS)
        sck_ntt_step(pass, blockIdx.x, done, stages, g, &l->table, l->in,
                     shared);
    __syncthreads();
}

__global__ void __launch_bounds__(SCK_NTT_THREADS)
    ntt_pass(const __grid_constant__ struct launch p)
{
    __shared__ uint32_t shared[SCK_NTT_TILE_WORDS];
    const struct launch::limb *l = &p.limb[blockIdx.y];
    const uint32_t q = l->table.q;
    uint32_t done = 0;

    for (; done + 3 <= p.pass.stages; done += 3)
        step<3>(&p.pass, done, l, shared);
    if (p.pass.stages - done == 2)
        step<2>(&p.pass, done, l, shared);
    else if (p.pass.stages - done == 1)
        step<1>(&p.pass, done, l, shared);

    for (uint32_t j = threadIdx.x; j < 1u << p.pass.log_tile;
         j += SCK_NTT_THREADS) {
        const uint32_t x = shared[sck_ntt_padded(j)];

        l->out[sck_ntt_word_of(&p.pass, blockIdx.x, j)] =
            p.pass.before == 0 ? x : sck_ntt_finish(x, q);
    }
}
} // namespace

extern "C" int sck_ntt_cuda(const struct sck_ntt_args *args, uint32_t logn,
                            const struct sck_prime_table *tables,
                            uint32_t *const *out, const uint32_t *const *in,
                            void *stream)
{
    struct launch p = {};

    if (logn < SCK_NTT_TILE_LOGN_MIN || logn > SCK_NTT_TILE_LOGN_MAX ||
        args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    for (int which = 0; which < 2; which++) {
        p.pass = sck_ntt_pass_of(logn, which);
        for (uint32_t i = 0; i < args->limbs; i++) {
            p.limb[i].table = tables[i];
            p.limb[i].out = out[i];
            p.limb[i].in = which == 0 ? in[i] : out[i];
        }

        const dim3 grid(1u << (logn - p.pass.log_tile), args->limbs);

        ntt_pass<<<grid, SCK_NTT_THREADS, 0,
                   static_cast<cudaStream_t>(stream)>>>(p);

        const cudaError_t status = cudaGetLastError();

        if (status != cudaSuccess)
            return status;
    }
    return cudaSuccess;
}
