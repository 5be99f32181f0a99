/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The kernels of its parts, one after another: a device's cache holds no
 * block's rotations, so that what the CPU's fusion saves is not to be had. */
extern "C" {
#include "elementwise.h"
#include "hoisted_diagonals.h"
}

#include <cuda_runtime.h>

namespace
{
/* Rows of scratch: the rotations, then the ciphertext itself times factor. */
uint32_t rotation_rows(const struct sck_hoisted_diagonals_args *args)
{
    return 2 * args->hoisted.keys * args->hoisted.one.targets;
}

/* to[r] = own[r] factor, both halves; NULL where own is. */
int lift(const struct sck_hoisted_diagonals_args *args, uint32_t logn,
         const struct sck_prime_table *tables, const uint32_t *const *own,
         uint32_t *scratch, const uint32_t **to, void *stream)
{
    const struct sck_key_switch_args *const one = &args->hoisted.one;
    int status = cudaSuccess;

    for (uint32_t h = 0; h < 2 && status == cudaSuccess; h++) {
        struct sck_elementwise_args times = {};
        struct sck_prime_table table[SCK_BLOCK_LIMBS];
        uint32_t *out[SCK_BLOCK_LIMBS];
        const uint32_t *a[SCK_BLOCK_LIMBS];

        times.op = SCK_SCALAR_MUL;
        for (uint32_t i = 0; i < one->targets; i++) {
            const uint32_t r = h * one->targets + i;

            to[r] = nullptr;
            if (own[r] == nullptr)
                continue;
            table[times.limbs] = tables[i];
            times.q[times.limbs] = one->t[i];
            times.scalar[times.limbs] = one->factor[i];
            a[times.limbs] = own[r];
            to[r] = out[times.limbs++] = scratch + ((size_t)r << logn);
        }
        status = sck_elementwise_cuda(&times, 1u << logn, table, out, a,
                                      nullptr, nullptr, stream);
    }
    return status;
}
} // namespace

extern "C" size_t sck_hoisted_diagonals_cuda_scratch(
    const struct sck_hoisted_diagonals_args *args, uint32_t logn)
{
    const size_t rows = rotation_rows(args) + 2 * args->hoisted.one.targets;

    return (rows * sizeof(uint32_t) << logn) +
           sck_hoisted_switch_cuda_scratch(&args->hoisted, logn);
}

extern "C" int sck_hoisted_diagonals_cuda(
    const struct sck_hoisted_diagonals_args *args, uint32_t logn,
    const struct sck_prime_table *tables, uint32_t *const *out,
    const uint32_t *const *in, const uint32_t *const *own,
    const uint32_t *const *key, const uint32_t *const *plain, void *scratch,
    void *stream)
{
    const struct sck_diagonals_args *const m = &args->diagonals;
    const uint32_t targets = args->hoisted.one.targets;
    uint32_t *rotation[2 * SCK_MAX_BABIES * SCK_BLOCK_LIMBS];
    const uint32_t *x[2 * SCK_MAX_BABIES * SCK_BLOCK_LIMBS] = {};
    const uint32_t *lifted[2 * SCK_BLOCK_LIMBS];
    uint32_t *next = static_cast<uint32_t *>(scratch);

    if (logn < 10 || logn > 16 || targets > SCK_BLOCK_LIMBS ||
        m->limbs != targets || m->babies > SCK_MAX_BABIES ||
        args->hoisted.keys > m->babies || scratch == nullptr)
        return cudaErrorInvalidValue;
    for (uint32_t r = 0; r < rotation_rows(args); r++, next += 1u << logn)
        rotation[r] = next;
    int status = lift(args, logn, tables, own, next, lifted, stream);

    next += (size_t)2 * targets << logn;
    if (status == cudaSuccess)
        status = sck_hoisted_switch_cuda(&args->hoisted, logn, tables, rotation,
                                         in, own, key, nullptr, next, stream);
    for (uint32_t b = 0, r = 0; b < m->babies; b++)
        for (uint32_t i = 0; i < 2 * targets; i++)
            if (m->galois[b] != 1)
                x[2 * b * targets + i] = rotation[r++];
            else if (i >= targets)
                x[2 * b * targets + i] = lifted[i - targets];
    if (status != cudaSuccess)
        return status;
    return sck_diagonals_cuda(m, logn, tables, out, x, lifted + targets, plain,
                              stream);
}
