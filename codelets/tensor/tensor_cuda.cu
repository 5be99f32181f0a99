/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words of every polynomial a thread: operands are read once. Grid: x
 * walks a row, y is the limb. */
extern "C" {
#include "tensor.h"
}
#include "launch_cuda.h"
#include "modular.h"
#include "words_cuda.h"

namespace
{
enum { THREADS = 128, WORDS = 4 };

struct launch {
    struct limb {
        uint32_t q, twice, inverse, r, companion;
        const uint32_t *a[2], *b[2];
        uint32_t *out[3];
    } limb[SCK_BLOCK_LIMBS];
};

/* a goes to Montgomery form, in [0, 2 q): the sum of two products is below 4
 * q^2 < 2^34 q. */
__global__ void __launch_bounds__(THREADS)
    tensor(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    uint32_t a[2][WORDS], b[2][WORDS], out[3][WORDS];

#pragma unroll
    for (uint32_t h = 0; h < 2; h++) {
        sck_take<WORDS>(a[h], l.a[h] + at);
        sck_take<WORDS>(b[h], l.b[h] + at);
    }
#pragma unroll
    for (uint32_t k = 0; k < WORDS; k++) {
        const uint64_t a0 = sck_shoup_lazy(a[0][k], l.r, l.companion, l.q);
        const uint64_t a1 = sck_shoup_lazy(a[1][k], l.r, l.companion, l.q);

        out[0][k] =
            sck_montgomery_sum_of(a0 * b[0][k], l.q, l.twice, l.inverse);
        out[1][k] = sck_montgomery_sum_of(a0 * b[1][k] + a1 * b[0][k], l.q,
                                          l.twice, l.inverse);
        out[2][k] =
            sck_montgomery_sum_of(a1 * b[1][k], l.q, l.twice, l.inverse);
    }
#pragma unroll
    for (uint32_t h = 0; h < 3; h++)
        sck_put<WORDS>(l.out[h] + at, out[h]);
}
} // namespace

extern "C" int sck_tensor_cuda(const struct sck_tensor_args *args,
                               uint32_t logn,
                               const struct sck_prime_table *tables,
                               uint32_t *const *out, const uint32_t *const *a,
                               const uint32_t *const *b, void *stream)
{
    const uint32_t limbs = args->limbs;
    struct launch p = {};

    if (logn < 10 || logn > 16 || limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (limbs == 0)
        return cudaSuccess;
    for (uint32_t i = 0; i < limbs; i++)
        p.limb[i] = {tables[i].q,
                     2 * tables[i].q,
                     0u - tables[i].minus_q_inverse,
                     tables[i].r,
                     sck_shoup_companion(tables[i].r, tables[i].q),
                     {a[i], a[limbs + i]},
                     {b[i], b[limbs + i]},
                     {out[i], out[limbs + i], out[2 * limbs + i]}};
    return sck_launch(tensor, dim3((1u << logn) / (WORDS * THREADS), limbs),
                      THREADS, p, stream);
}
