/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits are raised and transformed once, in scratch; then a thread takes its
 * words of all of a target's digits into registers and goes through the keys.
 * Grid of the last: x walks a row, y is the target. */
extern "C" {
#include "hoisted_switch.h"
}
#include "key_switch_cuda.h"
#include "ntt_cuda.h"

namespace
{
/* Rows of keys that a launch names: 8 KiB of kernel argument, with the rest 14
 * KiB; CUDA 12.1 and later take 32. */
constexpr uint32_t THREADS = 128, FEW_DIGITS = 4, KEY_ROWS = 1024, KEYS = 16;

struct launch {
    uint32_t digits, targets, keys;
    struct target {
        uint32_t q, twice, inverse, factor, companion;
        const uint32_t *u[SCK_MAX_DIGITS];
        const uint32_t *add[2]; /* NULL: none */
    } target[SCK_BLOCK_LIMBS];
    uint32_t *out[KEYS][2][SCK_BLOCK_LIMBS];
    /* Row ((key targets + target) 2 + half) digits + digit. */
    const uint32_t *key[KEY_ROWS];
};

/* Thirteen products of reduced words stay below 2^34 q. */
template <uint32_t DIGITS, uint32_t WORDS>
__global__ void __launch_bounds__(THREADS)
    digits_and_keys(const __grid_constant__ struct launch p)
{
    const struct launch::target &t = p.target[blockIdx.y];
    const uint32_t at = WORDS * (blockIdx.x * THREADS + threadIdx.x);
    uint32_t u[DIGITS][WORDS] = {};

#pragma unroll
    for (uint32_t d = 0; d < DIGITS; d++)
        if (d < p.digits)
            sck_take<WORDS>(u[d], t.u[d] + at);
#pragma unroll 1
    for (uint32_t r = 0; r < 2 * p.keys; r++) {
        const uint32_t key = r / 2, h = r % 2;
        const uint32_t *const *const row =
            p.key + ((key * p.targets + blockIdx.y) * 2 + h) * p.digits;
        uint64_t sum[WORDS] = {};
        uint32_t x[WORDS];

#pragma unroll
        for (uint32_t d = 0; d < DIGITS; d++) {
            uint32_t k[WORDS] = {};

            if (d < p.digits)
                sck_take_once<WORDS>(k, row[d] + at);
#pragma unroll
            for (uint32_t e = 0; e < WORDS; e++)
                sum[e] += (uint64_t)u[d][e] * k[e];
        }
#pragma unroll
        for (uint32_t e = 0; e < WORDS; e++)
            x[e] = sck_montgomery_sum_of(sum[e], t.q, t.twice, t.inverse);
        if (t.add[h] != nullptr) {
            uint32_t c[WORDS];

            sck_take<WORDS>(c, t.add[h] + at);
#pragma unroll
            for (uint32_t e = 0; e < WORDS; e++)
                x[e] = sck_ntt_finish(
                    sck_shoup_lazy(c[e], t.factor, t.companion, t.q) + x[e],
                    t.q, t.twice);
        }
        sck_put<WORDS>(p.out[key][h][blockIdx.y] + at, x);
    }
}

/* What the task's lists are; add may be NULL. */
struct rows {
    uint32_t *const *out;
    const uint32_t *const *key, *const *add;
};

/* Keys first to first + p->keys. */
int multiply(const struct sck_key_switch_args *one, uint32_t logn,
             struct launch *p, const struct rows &r, uint32_t first,
             void *stream)
{
    const uint32_t half = one->key_digits * one->key_limbs;
    uint32_t used = 0;

    for (uint32_t key = 0; key < p->keys; key++) {
        const uint32_t *const *const from =
            r.key + (size_t)2 * (first + key) * half;

        for (uint32_t i = 0; i < one->targets; i++)
            for (uint32_t h = 0; h < 2; h++) {
                p->out[key][h][i] =
                    r.out[(2 * (first + key) + h) * one->targets + i];
                for (uint32_t d = 0; d < one->digits; d++)
                    p->key[used++] =
                        from[h * half + one->key_digit[d] * one->key_limbs +
                             one->key_row[i]];
            }
    }
    if (one->digits <= FEW_DIGITS)
        return sck_launch(digits_and_keys<FEW_DIGITS, 4>,
                          dim3((1u << logn) / (4 * THREADS), one->targets),
                          THREADS, *p, stream);
    return sck_launch(digits_and_keys<SCK_MAX_DIGITS, 2>,
                      dim3((1u << logn) / (2 * THREADS), one->targets), THREADS,
                      *p, stream);
}

uint32_t converted(const struct sck_key_switch_args *one, uint32_t target)
{
    return one->digits - (one->own[target] < one->digits ? 1 : 0);
}
} // namespace

extern "C" size_t
sck_hoisted_switch_cuda_scratch(const struct sck_hoisted_switch_args *args,
                                uint32_t logn)
{
    uint32_t rows = 0;

    for (uint32_t i = 0; i < args->one.targets; i++)
        rows += converted(&args->one, i);
    return sizeof(uint32_t) * rows << logn;
}

extern "C" int
sck_hoisted_switch_cuda(const struct sck_hoisted_switch_args *args,
                        uint32_t logn, const struct sck_prime_table *tables,
                        uint32_t *const *out, const uint32_t *const *in,
                        const uint32_t *const *own, const uint32_t *const *key,
                        const uint32_t *const *add, void *scratch, void *stream)
{
    const struct sck_key_switch_args *const one = &args->one;
    uint32_t *row[SCK_BLOCK_LIMBS][SCK_MAX_DIGITS] = {};
    sck_ntt_limb limbs[SCK_MAX_DIGITS * SCK_BLOCK_LIMBS];
    uint32_t *next = static_cast<uint32_t *>(scratch);
    const struct rows r = {out, key, add};
    uint32_t count = 0, some = 0;
    struct launch p = {};

    if (!sck_key_switch_fits(one, logn) ||
        (scratch == nullptr &&
         sck_hoisted_switch_cuda_scratch(args, logn) != 0))
        return cudaErrorInvalidValue;
    if (one->targets == 0)
        return cudaSuccess;
    p.digits = one->digits;
    p.targets = one->targets;
    for (uint32_t i = 0; i < one->targets; i++) {
        struct launch::target &t = p.target[i];

        t.q = tables[i].q;
        t.twice = 2 * t.q;
        t.inverse = 0u - tables[i].minus_q_inverse;
        t.factor = one->factor[i];
        t.companion = sck_shoup_companion(t.factor, t.q);
        for (uint32_t h = 0; h < 2 && add != nullptr; h++)
            t.add[h] = add[h * one->targets + i];
        for (uint32_t d = 0; d < one->digits; d++) {
            if (d == one->own[i]) {
                t.u[d] = own[i];
                continue;
            }
            t.u[d] = row[i][d] = next;
            limbs[count++] = sck_ntt_limb_of(tables[i], next, next);
            next += (size_t)1 << logn;
        }
    }
    const struct sck_key_switch_part part = {one, tables, out, in,
                                             own, key,    add};
    int status = sck_raise_digits_cuda(&part, 1, 1, logn, row, stream);

    if (status == cudaSuccess)
        status = sck_ntt_rows_cuda(logn, limbs, count, stream);
    const uint32_t most = KEY_ROWS / (2 * one->digits * one->targets);

    for (uint32_t k = 0; k < args->keys && status == cudaSuccess; k += some) {
        some = args->keys - k;
        some = some < most ? some : most;
        p.keys = some = some < KEYS ? some : KEYS;
        status = multiply(one, logn, &p, r, k, stream);
    }
    return status;
}
