/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words of both halves a thread, one reduction sixteen terms: every
 * operand is read once, a plaintext for both halves. Grid: x walks a row, y is
 * the limb. */
extern "C" {
#include "dot.h"
}
#include "launch_cuda.h"
#include "modular.h"
#include "words_cuda.h"

namespace
{
/* TOGETHER products of reduced words stay below 2^34 q. */
enum { THREADS = 128, WORDS = 4, TOGETHER = 16 };

/* 12 KiB of kernel argument; CUDA 12.1 and later take 32. */
struct launch {
    uint32_t terms, onto;
    uint8_t repeat[SCK_DOT_TERMS];
    struct limb {
        uint32_t q, twice, inverse;
        uint32_t *out[2];
        const uint32_t *p[SCK_DOT_TERMS];
        const uint32_t *a[SCK_DOT_TERMS][2];
    } limb[SCK_BLOCK_LIMBS];
};

__global__ void __launch_bounds__(THREADS)
    dot(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    uint32_t x[2][WORDS] = {};

    if (p.onto != 0) {
        sck_take<WORDS>(x[0], l.out[0] + at);
        sck_take<WORDS>(x[1], l.out[1] + at);
    }
#pragma unroll 1
    for (uint32_t first = 0; first < p.terms; first += TOGETHER) {
        const uint32_t end =
            p.terms < first + TOGETHER ? p.terms : first + TOGETHER;
        uint64_t sum[2][WORDS] = {};

#pragma unroll 2
        for (uint32_t k = first; k < end; k++) {
            uint32_t y[WORDS], z[2][WORDS];

            sck_take_spread<WORDS>(y, l.p[k], at, p.repeat[k]);
            sck_take<WORDS>(z[0], l.a[k][0] + at);
            sck_take<WORDS>(z[1], l.a[k][1] + at);
#pragma unroll
            for (uint32_t e = 0; e < 2 * WORDS; e++)
                sum[e / WORDS][e % WORDS] +=
                    (uint64_t)y[e % WORDS] * z[e / WORDS][e % WORDS];
        }
#pragma unroll
        for (uint32_t e = 0; e < 2 * WORDS; e++) {
            uint32_t *const to = &x[e / WORDS][e % WORDS];

            *to = sck_mod_add(*to,
                              sck_montgomery_sum_of(sum[e / WORDS][e % WORDS],
                                                    l.q, l.twice, l.inverse),
                              l.q);
        }
    }
    sck_put<WORDS>(l.out[0] + at, x[0]);
    sck_put<WORDS>(l.out[1] + at, x[1]);
}
} // namespace

extern "C" int sck_dot_cuda(const struct sck_dot_args *args, uint32_t logn,
                            const struct sck_prime_table *tables,
                            uint32_t *const *out, const uint32_t *const *p,
                            const uint32_t *const *a, void *stream)
{
    const uint32_t limbs = args->limbs;
    struct launch l = {};

    if (logn < 10 || logn > 16 || limbs > SCK_BLOCK_LIMBS ||
        args->terms > SCK_DOT_TERMS)
        return cudaErrorInvalidValue;
    if (limbs == 0)
        return cudaSuccess;
    l.terms = args->terms;
    l.onto = args->onto;
    for (uint32_t k = 0; k < args->terms; k++)
        l.repeat[k] = args->repeat[k];
    for (uint32_t i = 0; i < limbs; i++) {
        struct launch::limb &to = l.limb[i];

        to.q = tables[i].q;
        to.twice = 2 * tables[i].q;
        to.inverse = 0u - tables[i].minus_q_inverse;
        to.out[0] = out[i];
        to.out[1] = out[limbs + i];
        for (uint32_t k = 0; k < args->terms; k++) {
            to.p[k] = p[k * limbs + i];
            to.a[k][0] = a[2 * k * limbs + i];
            to.a[k][1] = a[(2 * k + 1) * limbs + i];
        }
    }
    return sck_launch(dot, dim3((1u << logn) / (WORDS * THREADS), limbs),
                      THREADS, l, stream);
}
