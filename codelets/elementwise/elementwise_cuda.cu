/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four words a thread: rows are read and written once, so memory bounds it.
 * Grid: x walks a row, y is the limb. */
extern "C" {
#include "elementwise.h"
}
#include "elementwise_word.h"
#include "launch_cuda.h"

namespace
{
enum { THREADS = 256 };

/* All a launch needs, by value: 16 rows are under 1 KiB of kernel argument. */
struct launch {
    uint32_t op, n, repeat;
    struct limb {
        struct sck_elementwise_row row;
        uint4 *out;
        const uint4 *a, *c;
        const uint32_t *b;
    } limb[SCK_BLOCK_LIMBS];
};

/* Words 4 j to 4 j + 3 of a plaintext of which each counts 2^repeat times. */
__device__ __forceinline__ uint4 plain(const uint32_t *b, uint32_t j,
                                       uint32_t repeat)
{
    if (repeat == 0)
        return reinterpret_cast<const uint4 *>(b)[j];
    if (repeat == 1) {
        const uint2 two = reinterpret_cast<const uint2 *>(b)[j];

        return make_uint4(two.x, two.x, two.y, two.y);
    }
    const uint32_t one = b[j >> (repeat - 2)];

    return make_uint4(one, one, one, one);
}

__global__ void __launch_bounds__(THREADS)
    elementwise(const __grid_constant__ struct launch p)
{
    const struct launch::limb &l = p.limb[blockIdx.y];
    const uint32_t j = blockIdx.x * THREADS + threadIdx.x;

    if (j >= p.n / 4)
        return;

    const uint4 zero = make_uint4(0, 0, 0, 0);
    const uint4 a = l.a[j];
    const uint4 b =
        sck_elementwise_has_b(p.op) ? plain(l.b, j, p.repeat) : zero;
    const uint4 c = sck_elementwise_has_c(p.op) ? l.c[j] : zero;
    const int second = j >= p.n / 8;

    l.out[j] =
        make_uint4(sck_elementwise_word(p.op, &l.row, a.x, b.x, c.x, second),
                   sck_elementwise_word(p.op, &l.row, a.y, b.y, c.y, second),
                   sck_elementwise_word(p.op, &l.row, a.z, b.z, c.z, second),
                   sck_elementwise_word(p.op, &l.row, a.w, b.w, c.w, second));
}
} // namespace

extern "C" int
sck_elementwise_cuda(const struct sck_elementwise_args *args, uint32_t n,
                     const struct sck_prime_table *tables, uint32_t *const *out,
                     const uint32_t *const *a, const uint32_t *const *b,
                     const uint32_t *const *c, void *stream)
{
    struct launch p = {};

    if (n == 0 || n % 8 != 0 || args->limbs > SCK_BLOCK_LIMBS ||
        args->op >= SCK_ELEMENTWISE_OPS || args->repeat > 31 ||
        (args->repeat != 0 && args->op != SCK_MUL_PLAIN &&
         args->op != SCK_MUL_PLAIN_ADD && args->op != SCK_ADD_PLAIN) ||
        (sck_elementwise_has_b(args->op) && b == nullptr) ||
        (sck_elementwise_has_c(args->op) && c == nullptr))
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    p.op = args->op;
    p.n = n;
    p.repeat = args->repeat;
    for (uint32_t i = 0; i < args->limbs; i++) {
        p.limb[i].row = sck_elementwise_row_of(&tables[i], args->scalar[i]);
        p.limb[i].out = reinterpret_cast<uint4 *>(out[i]);
        p.limb[i].a = reinterpret_cast<const uint4 *>(a[i]);
        if (sck_elementwise_has_b(args->op))
            p.limb[i].b = b[i];
        if (sck_elementwise_has_c(args->op))
            p.limb[i].c = reinterpret_cast<const uint4 *>(c[i]);
    }

    return sck_launch(elementwise,
                      dim3(sck_blocks(n / 4, THREADS), args->limbs), THREADS, p,
                      stream);
}
