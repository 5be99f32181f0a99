/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words of the sum a thread, gathered term by term. Grid: x walks a row, y
 * is the limb. */
extern "C" {
#include "automorphism_sum.h"
}
#include "automorphism_cuda.h"
#include "launch_cuda.h"
#include "modular.h"
#include "words_cuda.h"

namespace
{
enum { THREADS = 128, WORDS = 4 };

struct launch {
    uint32_t logn, terms, galois[SCK_MAX_TURNS];
    struct limb {
        uint32_t q;
        uint32_t *out;
        const uint32_t *a[SCK_MAX_TURNS];
        const uint32_t *b[SCK_MAX_TURNS]; /* NULL: zeros */
    } limb[SCK_BLOCK_LIMBS];
};

__global__ void __launch_bounds__(THREADS)
    automorphism_sum(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    uint32_t sum[WORDS] = {};

#pragma unroll 2
    for (uint32_t k = 0; k < p.terms; k++) {
#pragma unroll
        for (uint32_t e = 0; e < WORDS; e++) {
            const uint32_t from = sck_turned(at + e, p.galois[k], p.logn);
            uint32_t x = l.a[k][from];

            if (l.b[k] != nullptr)
                x = sck_mod_add(x, l.b[k][from], l.q);
            sum[e] = sck_mod_add(sum[e], x, l.q);
        }
    }
    sck_put<WORDS>(l.out + at, sum);
}
} // namespace

extern "C" int
sck_automorphism_sum_cuda(const struct sck_automorphism_sum_args *args,
                          uint32_t logn, uint32_t *const *out,
                          const uint32_t *const *a, const uint32_t *const *b,
                          void *stream)
{
    const uint32_t limbs = args->limbs;
    struct launch p = {};

    if (logn < 10 || logn > 16 || limbs > SCK_BLOCK_LIMBS ||
        args->terms > SCK_MAX_TURNS)
        return cudaErrorInvalidValue;
    if (limbs == 0)
        return cudaSuccess;
    p.logn = logn;
    p.terms = args->terms;
    for (uint32_t k = 0; k < args->terms; k++)
        p.galois[k] = args->galois[k];
    for (uint32_t i = 0; i < limbs; i++) {
        p.limb[i].q = args->q[i];
        p.limb[i].out = out[i];
        for (uint32_t k = 0; k < args->terms; k++) {
            p.limb[i].a[k] = a[k * limbs + i];
            p.limb[i].b[k] = b[k * limbs + i];
        }
    }
    return sck_launch(automorphism_sum,
                      dim3((1u << logn) / (WORDS * THREADS), limbs), THREADS, p,
                      stream);
}
