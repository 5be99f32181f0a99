/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "base_convert.h"
#include "modular.h"
#include "ntt.h"

sck_convert_tile_fn *sck_convert_tile = sck_convert_tile_ref;

void sck_convert_constants_begin(struct sck_convert_constants *constants,
                                 uint32_t sources, int lazy, uint32_t n)
{
    constants->sources = sources;
    constants->targets = 0;
    constants->streams = 0;
    constants->lazy = lazy && n >= SCK_NTT_LAZY_LEAST;
}

void sck_convert_constants_add(struct sck_convert_constants *constants,
                               const struct sck_prime_table *t, uint32_t scale,
                               const uint32_t (*w)[SCK_BLOCK_LIMBS],
                               const uint32_t *minus_d, uint32_t column)
{
    const uint32_t target = constants->targets++;
    /* A Montgomery product takes 2^32 off: scale 2^64 leaves w scale 2^32. */
    const uint32_t factor = sck_to_montgomery(sck_to_montgomery(scale, t), t);
    uint64_t sum = 0;

    constants->t[target] = t->q;
    constants->t2[target] = 2 * t->q;
    constants->inverse[target] = 0u - t->minus_q_inverse;
    for (uint32_t i = 0; i < constants->sources; i++)
        constants->w[i][target] =
            sck_montgomery_mul(w[i][column], factor, t->q, t->minus_q_inverse);
    constants->w[constants->sources][target] =
        sck_montgomery_mul(minus_d[column], factor, t->q, t->minus_q_inverse);
    /* Of words below 2^30: most sums of a dozen are below half of what they
     * might be, and one of four is always. */
    for (uint32_t i = 0; i <= constants->sources; i++)
        sum += constants->w[i][target];
    constants->below[target] = sum <= (uint64_t)4 * t->q   ? 1
                               : sum <= (uint64_t)8 * t->q ? 2
                                                           : 4;
}

void sck_convert_constants_from(struct sck_convert_constants *constants,
                                const struct sck_conversion *conversion,
                                const struct sck_ring *ring, int lazy)
{
    sck_convert_constants_begin(constants, conversion->sources, lazy, ring->n);
    for (uint32_t j = 0; j < conversion->targets; j++)
        sck_convert_constants_add(constants,
                                  sck_ring_prime(ring, conversion->t[j]), 1,
                                  conversion->w, conversion->minus_d, j);
}

void sck_convert_tile_ref(const struct sck_convert_constants *constants,
                          uint32_t at, uint32_t count, uint32_t *const *out,
                          const uint32_t *const *in)
{
    for (uint32_t j = 0; j < constants->targets; j++)
        for (uint32_t k = at; k < at + count; k++) {
            uint64_t sum = 0;

            for (uint32_t i = 0; i <= constants->sources; i++)
                sum += (uint64_t)in[i][k] * constants->w[i][j];
            out[j][k] =
                sck_montgomery_sum(sum, constants->t[j], constants->inverse[j]);
        }
}
