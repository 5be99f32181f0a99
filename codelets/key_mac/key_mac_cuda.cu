/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words of both halves a thread. Grid: x walks a row, y is the limb. Keys
 * are read once a task: they go through the cache first out. */
extern "C" {
#include "key_mac.h"
}
#include "launch_cuda.h"
#include "modular.h"

namespace
{
enum { THREADS = 128 };

struct launch {
    uint32_t first;
    struct limb {
        uint32_t q, minus_q_inverse;
        const uint32_t *u;
        uint32_t *out[2];
        const uint32_t *key[2];
    } limb[SCK_BLOCK_LIMBS];
};

__global__ void __launch_bounds__(THREADS)
    key_mac(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t at = 4 * (blockIdx.x * THREADS + threadIdx.x);
    const uint32_t q = l.q, m = l.minus_q_inverse;
    const uint4 u = *reinterpret_cast<const uint4 *>(l.u + at);

#pragma unroll
    for (uint32_t h = 0; h < 2; h++) {
        const uint4 k = __ldcs(reinterpret_cast<const uint4 *>(l.key[h] + at));
        uint4 *const out = reinterpret_cast<uint4 *>(l.out[h] + at);
        uint4 x = make_uint4(sck_montgomery_mul(u.x, k.x, q, m),
                             sck_montgomery_mul(u.y, k.y, q, m),
                             sck_montgomery_mul(u.z, k.z, q, m),
                             sck_montgomery_mul(u.w, k.w, q, m));

        if (p.first == 0) {
            const uint4 sum = *out;

            x = make_uint4(
                sck_mod_add(sum.x, x.x, q), sck_mod_add(sum.y, x.y, q),
                sck_mod_add(sum.z, x.z, q), sck_mod_add(sum.w, x.w, q));
        }
        *out = x;
    }
}
} // namespace

extern "C" int sck_key_mac_cuda(const struct sck_key_mac_args *args,
                                uint32_t logn,
                                const struct sck_prime_table *tables,
                                uint32_t *const *out, const uint32_t *const *u,
                                const uint32_t *const *key, void *stream)
{
    const uint32_t limbs = args->limbs;
    struct launch p = {};

    if (logn < 10 || logn > 16 || limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (limbs == 0)
        return cudaSuccess;
    p.first = args->first;
    for (uint32_t i = 0; i < limbs; i++)
        p.limb[i] = {tables[i].q,
                     tables[i].minus_q_inverse,
                     u[i],
                     {out[i], out[limbs + i]},
                     {key[i], key[limbs + i]}};
    return sck_launch(key_mac, dim3((1u << logn) / (4 * THREADS), limbs),
                      THREADS, p, stream);
}
