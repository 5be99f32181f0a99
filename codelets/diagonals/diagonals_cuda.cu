/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A word of every baby, turned once, waits in registers for all giant steps of
 * a launch; diagonals are read once for both halves. Grid: x walks a row, y is
 * the limb. */
extern "C" {
#include "diagonals.h"
}
#include "automorphism_cuda.h"
#include "launch_cuda.h"
#include "modular.h"
#include "words_cuda.h"

namespace
{
/* Giant steps of a launch: with 16 babies 23 KiB of kernel argument; CUDA 12.1
 * and later take 32. */
enum { THREADS = 128 };
constexpr uint32_t GIANTS = 8;

template <uint32_t BABIES> struct launch {
    uint32_t logn, giants, repeat, onto, galois[BABIES];
    struct limb {
        uint32_t q, twice, inverse;
        const uint32_t *own;           /* NULL: zeros */
        const uint32_t *in[BABIES][2]; /* NULL: zeros */
        uint32_t *out[GIANTS][2];
        const uint32_t *plain[GIANTS][BABIES]; /* NULL: none */
    } limb[SCK_BLOCK_LIMBS];
};

__device__ __forceinline__ uint32_t word(const uint32_t *row, uint32_t at)
{
    return row != nullptr ? row[at] : 0;
}

/* 16 products of reduced words stay below 2^34 q. */
template <uint32_t BABIES>
__global__ void __launch_bounds__(THREADS, 6)
    diagonals(const __grid_constant__ struct launch<BABIES> p)
{
    const auto &l = p.limb[blockIdx.y];
    const uint32_t at = blockIdx.x * THREADS + threadIdx.x;
    uint32_t x[BABIES][2];

#pragma unroll
    for (uint32_t b = 0; b < BABIES; b++) {
        const uint32_t from = sck_turned(at, p.galois[b], p.logn);

        x[b][0] = sck_mod_add(word(l.in[b][0], from), word(l.own, from), l.q);
        x[b][1] = word(l.in[b][1], from);
    }
#pragma unroll 1
    for (uint32_t g = 0; g < p.giants; g++) {
        uint64_t sum[2] = {0, 0};

#pragma unroll
        for (uint32_t b = 0; b < BABIES; b++) {
            const uint32_t *const row = l.plain[g][b];
            uint32_t y = 0;

            if (row != nullptr)
                sck_take_spread<1>(&y, row, at, p.repeat);
            sum[0] += (uint64_t)x[b][0] * y;
            sum[1] += (uint64_t)x[b][1] * y;
        }
#pragma unroll
        for (uint32_t h = 0; h < 2; h++) {
            uint32_t *const to = l.out[g][h] + at;
            const uint32_t r =
                sck_montgomery_sum_of(sum[h], l.q, l.twice, l.inverse);

            *to = p.onto != 0 ? sck_mod_add(*to, r, l.q) : r;
        }
    }
}

/* What the task's lists are. */
struct rows {
    uint32_t *const *out;
    const uint32_t *const *in, *const *own, *const *plain;
};

/* Giant steps first to first + giants. */
template <uint32_t BABIES>
int some_giants(const struct sck_diagonals_args *args, uint32_t logn,
                const struct sck_prime_table *tables, const struct rows &r,
                uint32_t first, uint32_t giants, void *stream)
{
    const uint32_t limbs = args->limbs;
    struct launch<BABIES> p = {
    };

    p.logn = logn;
    p.giants = giants;
    p.repeat = args->repeat;
    p.onto = args->onto;
    for (uint32_t b = 0; b < args->babies; b++)
        p.galois[b] = args->galois[b];
    for (uint32_t i = 0; i < limbs; i++) {
        auto &l = p.limb[i];

        l.q = tables[i].q;
        l.twice = 2 * tables[i].q;
        l.inverse = 0u - tables[i].minus_q_inverse;
        l.own = r.own[i];
        for (uint32_t b = 0; b < args->babies; b++) {
            l.in[b][0] = r.in[2 * b * limbs + i];
            l.in[b][1] = r.in[(2 * b + 1) * limbs + i];
        }
        for (uint32_t k = 0; k < giants; k++) {
            const uint32_t g = first + k;

            l.out[k][0] = r.out[2 * g * limbs + i];
            l.out[k][1] = r.out[(2 * g + 1) * limbs + i];
            for (uint32_t b = 0; b < args->babies; b++)
                l.plain[k][b] = r.plain[(g * args->babies + b) * limbs + i];
        }
    }
    return sck_launch(diagonals<BABIES>, dim3((1u << logn) / THREADS, limbs),
                      THREADS, p, stream);
}
} // namespace

extern "C" int
sck_diagonals_cuda(const struct sck_diagonals_args *args, uint32_t logn,
                   const struct sck_prime_table *tables, uint32_t *const *out,
                   const uint32_t *const *in, const uint32_t *const *own,
                   const uint32_t *const *plain, void *stream)
{
    const struct rows r = {out, in, own, plain};
    int status = cudaSuccess;

    if (logn < 10 || logn > 16 || args->limbs > SCK_BLOCK_LIMBS ||
        args->babies > SCK_MAX_BABIES || args->giants > SCK_MAX_GIANTS)
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    for (uint32_t g = 0; g < args->giants && status == cudaSuccess;
         g += GIANTS) {
        const uint32_t giants =
            args->giants - g < GIANTS ? args->giants - g : GIANTS;

        status = args->babies <= SCK_MAX_BABIES / 2
                     ? some_giants<SCK_MAX_BABIES / 2>(args, logn, tables, r, g,
                                                       giants, stream)
                     : some_giants<SCK_MAX_BABIES>(args, logn, tables, r, g,
                                                   giants, stream);
    }
    return status;
}
