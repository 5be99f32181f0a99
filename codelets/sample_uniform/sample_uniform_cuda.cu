/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One block of ChaCha20 a thread: sixteen words of a row. Rejected words are
 * replaced from the same block of the next rounds. Grid: x walks a row's
 * blocks, y is the limb. Seeds expanded here are public. */
extern "C" {
#include "sample_uniform.h"
}
#include "launch_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 64, WORDS = 16, ROUNDS = 256 };

struct launch {
    uint32_t logn, montgomery;
    uint32_t key[8], nonce[2]; /* the nonce's third word is the prime */
    struct limb {
        uint32_t q, minus_q_inverse, r2;
        uint32_t *out;
    } limb[SCK_BLOCK_LIMBS];
};

__device__ __forceinline__ uint32_t turned(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

__device__ __forceinline__ void quarter(uint32_t &a, uint32_t &b, uint32_t &c,
                                        uint32_t &d)
{
    a += b;
    d = turned(d ^ a, 16);
    c += d;
    b = turned(b ^ c, 12);
    a += b;
    d = turned(d ^ a, 8);
    c += d;
    b = turned(b ^ c, 7);
}

/* RFC 8439, section 2.3. */
__device__ __forceinline__ void chacha20(uint32_t *x, const struct launch &p,
                                         uint32_t counter, uint32_t q)
{
    x[0] = 0x61707865;
    x[1] = 0x3320646e;
    x[2] = 0x79622d32;
    x[3] = 0x6b206574;
#pragma unroll
    for (uint32_t i = 0; i < 8; i++)
        x[4 + i] = p.key[i];
    x[12] = counter;
    x[13] = p.nonce[0];
    x[14] = p.nonce[1];
    x[15] = q;
#pragma unroll 1
    for (uint32_t round = 0; round < 10; round++) {
#pragma unroll
        for (uint32_t j = 0; j < 4; j++)
            quarter(x[j], x[4 + j], x[8 + j], x[12 + j]);
#pragma unroll
        for (uint32_t j = 0; j < 4; j++)
            quarter(x[j], x[4 + (j + 1) % 4], x[8 + (j + 2) % 4],
                    x[12 + (j + 3) % 4]);
    }
    x[0] += 0x61707865;
    x[1] += 0x3320646e;
    x[2] += 0x79622d32;
    x[3] += 0x6b206574;
#pragma unroll
    for (uint32_t i = 0; i < 8; i++)
        x[4 + i] += p.key[i];
    x[12] += counter;
    x[13] += p.nonce[0];
    x[14] += p.nonce[1];
    x[15] += q;
}

__global__ void __launch_bounds__(THREADS)
    sample_uniform(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t block = blockIdx.x * THREADS + threadIdx.x;
    const uint32_t blocks = (1u << p.logn) / WORDS;
    const uint32_t m = (uint32_t)((1ull << 32) / l.q);
    uint32_t word[WORDS];
    uint32_t left = (1u << WORDS) - 1; /* one bit a word not yet accepted */

#pragma unroll
    for (uint32_t i = 0; i < WORDS; i++)
        word[i] = 0;
#pragma unroll 1
    for (uint32_t k = 0; k < ROUNDS && left != 0; k++) {
        uint32_t x[WORDS];

        chacha20(x, p, k * blocks + block, l.q);
#pragma unroll
        for (uint32_t i = 0; i < WORDS; i++)
            if ((left >> i & 1) != 0 && x[i] < m * l.q) {
                word[i] = x[i];
                left &= ~(1u << i);
            }
    }
    /* m is the Shoup companion of 1. */
#pragma unroll
    for (uint32_t i = 0; i < WORDS; i++)
        word[i] = p.montgomery != 0 ? sck_montgomery_mul(word[i], l.r2, l.q,
                                                         l.minus_q_inverse)
                                    : sck_shoup(word[i], 1, m, l.q);
#pragma unroll
    for (uint32_t i = 0; i < WORDS; i += 4)
        *reinterpret_cast<uint4 *>(l.out + WORDS * block + i) =
            make_uint4(word[i], word[i + 1], word[i + 2], word[i + 3]);
}
} // namespace

extern "C" int
sck_sample_uniform_cuda(const struct sck_sample_uniform_args *args,
                        uint32_t logn, const struct sck_prime_table *tables,
                        uint32_t *const *out, void *stream)
{
    struct launch p = {};

    if (logn < 10 || logn > 16 || args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    p.logn = logn;
    p.montgomery = args->montgomery;
    for (uint32_t i = 0; i < 32; i++)
        p.key[i / 4] |= (uint32_t)args->seed[i] << 8 * (i % 4);
    p.nonce[0] = args->kind | args->key_class << 8 | args->digit << 16;
    p.nonce[1] = args->galois;
    for (uint32_t i = 0; i < args->limbs; i++)
        p.limb[i] = {tables[i].q, tables[i].minus_q_inverse, tables[i].r2,
                     out[i]};
    return sck_launch(sample_uniform,
                      dim3((1u << logn) / (WORDS * THREADS), args->limbs),
                      THREADS, p, stream);
}
