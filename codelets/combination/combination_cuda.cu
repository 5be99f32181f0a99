/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words of all halves a thread: every operand is read once, a sum takes
 * two reductions. Grid: x walks a row, y is the limb. */
extern "C" {
#include "combination.h"
}
#include "launch_cuda.h"
#include "modular.h"
#include "words_cuda.h"

namespace
{
enum { THREADS = 128, WORDS = 4, HALVES = 3 };

/* 8 KiB of kernel argument; CUDA 12.1 and later take 32. */
struct launch {
    uint32_t halves, products, terms, adds;
    struct limb {
        uint32_t q, twice, inverse, constant;
        uint32_t scale; /* 2^64 mod q times the products' factor */
        uint32_t *out[HALVES];
        const uint32_t *factor[SCK_MAX_PRODUCTS][4];
        const uint32_t *term[SCK_MAX_MULTIPLES][2];
        uint32_t scalar[SCK_MAX_MULTIPLES];
    } limb[SCK_BLOCK_LIMBS];
};

/* 16 products of reduced words stay below 2^34 q: those of a half are terms
 * and at most twice the products. */
__device__ __forceinline__ void add_products(const struct launch &p,
                                             const struct launch::limb &l,
                                             uint32_t at,
                                             uint64_t (&sum)[HALVES][WORDS])
{
#pragma unroll 1
    for (uint32_t k = 0; k < p.products; k++) {
        uint32_t x[4][WORDS];

#pragma unroll
        for (uint32_t f = 0; f < 4; f++)
            sck_take<WORDS>(x[f], l.factor[k][f] + at);
#pragma unroll
        for (uint32_t e = 0; e < WORDS; e++) {
            const uint64_t a0 = x[0][e], a1 = x[1][e];

            sum[0][e] += a0 * x[2][e];
            sum[1][e] += a0 * x[3][e];
            sum[1][e] += a1 * x[2][e];
            sum[2][e] += a1 * x[3][e];
        }
    }
#pragma unroll 2
    for (uint32_t k = 0; k < p.terms; k++) {
        uint32_t x[2][WORDS];

        sck_take<WORDS>(x[0], l.term[k][0] + at);
        sck_take<WORDS>(x[1], l.term[k][1] + at);
#pragma unroll
        for (uint32_t e = 0; e < WORDS; e++) {
            sum[0][e] += (uint64_t)x[0][e] * l.scalar[k];
            sum[1][e] += (uint64_t)x[1][e] * l.scalar[k];
        }
    }
}

__global__ void __launch_bounds__(THREADS)
    combination(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    uint64_t sum[HALVES][WORDS] = {};

    add_products(p, l, at, sum);
#pragma unroll
    for (uint32_t h = 0; h < HALVES; h++) {
        uint32_t out[WORDS] = {};

        if (h >= p.halves)
            continue;
        if (p.adds != 0)
            sck_take<WORDS>(out, l.out[h] + at);
#pragma unroll
        for (uint32_t e = 0; e < WORDS; e++) {
            const uint64_t small =
                sck_montgomery_sum_of(sum[h][e], l.q, l.twice, l.inverse);
            const uint32_t x =
                sck_montgomery_sum_of(small * l.scale, l.q, l.twice, l.inverse);

            out[e] = sck_mod_add(out[e], x, l.q);
            if (h == 0)
                out[e] = sck_mod_add(out[e], l.constant, l.q);
        }
        sck_put<WORDS>(l.out[h] + at, out);
    }
}

/* Half of x modulo the odd prime q: the products' factor of 2 doubles it. */
uint32_t halved(uint32_t x, uint32_t q)
{
    return (x % 2 == 0 ? x : x + q) / 2;
}
} // namespace

extern "C" int sck_combination_cuda(const struct sck_combination_args *args,
                                    uint32_t logn,
                                    const struct sck_prime_table *tables,
                                    uint32_t *const *out,
                                    const uint32_t *const *factors,
                                    const uint32_t *const *terms, void *stream)
{
    const uint32_t limbs = args->limbs;
    const bool doubles = args->factor == 2;
    struct launch p = {};

    if (logn < 10 || logn > 16 || limbs > SCK_BLOCK_LIMBS ||
        args->halves > HALVES || args->products > SCK_MAX_PRODUCTS ||
        args->terms + 2 * args->products > SCK_MAX_MULTIPLES)
        return cudaErrorInvalidValue;
    if (limbs == 0)
        return cudaSuccess;
    p.halves = args->halves;
    p.products = args->products;
    p.terms = args->terms;
    p.adds = args->adds;
    for (uint32_t i = 0; i < limbs; i++) {
        const sck_prime_table &t = tables[i];
        struct launch::limb &l = p.limb[i];

        l.q = t.q;
        l.twice = 2 * t.q;
        l.inverse = 0u - t.minus_q_inverse;
        l.constant = args->constant[i];
        l.scale = doubles ? sck_mod_add(t.r2, t.r2, t.q) : t.r2;
        for (uint32_t h = 0; h < args->halves; h++)
            l.out[h] = out[h * limbs + i];
        for (uint32_t k = 0; k < 4 * args->products; k++)
            l.factor[k / 4][k % 4] = factors[k * limbs + i];
        for (uint32_t k = 0; k < args->terms; k++) {
            const uint32_t w = args->scalar[k][i];

            l.scalar[k] = doubles ? halved(w, t.q) : w;
            l.term[k][0] = terms[2 * k * limbs + i];
            l.term[k][1] = terms[(2 * k + 1) * limbs + i];
        }
    }
    return sck_launch(combination,
                      dim3((1u << logn) / (WORDS * THREADS), limbs), THREADS, p,
                      stream);
}
