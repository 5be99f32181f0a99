/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "base_convert.h"

#include "modular.h"
#include "scratch.h"

enum { TILE = 512 };

void sck_conversion_prepare(struct sck_conversion *conversion,
                            const uint32_t *sources, uint32_t source_count,
                            const uint32_t *targets, uint32_t target_count)
{
    conversion->sources = source_count;
    conversion->targets = target_count;
    for (uint32_t j = 0; j < target_count; j++) {
        const uint32_t t = targets[j];
        uint64_t before = 1, after = 1;

        /* Products of the others, not quotients: a source may be t itself, so
         * D need not be invertible modulo t. */
        for (uint32_t i = 0; i < source_count; i++) {
            conversion->w[i][j] = (uint32_t)before;
            before = before * sources[i] % t;
        }
        for (uint32_t i = source_count; i-- > 0;) {
            conversion->w[i][j] = (uint32_t)(conversion->w[i][j] * after % t);
            after = after * sources[i] % t;
        }
        conversion->t[j] = t;
        conversion->minus_d[j] = sck_mod_neg((uint32_t)before, t);
    }
}

static void accumulate(uint64_t *restrict sum, const uint32_t *restrict y,
                       uint32_t w, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++)
        sum[k] += (uint64_t)y[k] * w;
}

/* out = sum mod t: 2^32 high + low, each half folded by Shoup's product into
 * [0, 2 t), together below 4 t < 2^32. */
static void reduce(uint32_t *restrict out, const uint64_t *restrict sum,
                   uint32_t t, uint32_t count)
{
    const uint32_t one = sck_shoup_companion(1, t);
    const uint32_t r = (uint32_t)(((uint64_t)1 << 32) % t);
    const uint32_t companion = sck_shoup_companion(r, t);

    for (uint32_t k = 0; k < count; k++) {
        const uint32_t high = (uint32_t)(sum[k] >> 32);
        const uint32_t low = (uint32_t)sum[k];
        const uint32_t x = sck_shoup_lazy(high, r, companion, t) +
                           sck_shoup_lazy(low, 1, one, t);

        out[k] = sck_mod_once(sck_mod_once(x, 2 * t), t);
    }
}

static void convert_row(const struct sck_conversion *conversion, uint32_t j,
                        uint32_t n, uint32_t *out, const uint32_t *const *in)
{
    const uint32_t tile = n < TILE ? n : TILE;

    for (uint32_t at = 0; at < n; at += tile) {
        uint64_t sum[TILE] = {0};

        /* Sources and, as one more, v times -D. */
        for (uint32_t i = 0; i < conversion->sources; i++)
            accumulate(sum, in[i] + at, conversion->w[i][j], tile);
        accumulate(sum, in[conversion->sources] + at, conversion->minus_d[j],
                   tile);
        reduce(out + at, sum, conversion->t[j], tile);
    }
}

void sck_base_convert_ref(const struct sck_base_convert_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *in)
{
    for (uint32_t j = 0; j < args->conversion.targets; j++)
        convert_row(&args->conversion, j, ring->n, out[j], in);
}

void sck_base_convert(const struct sck_base_convert_args *args,
                      const struct sck_ring *ring, uint32_t *const *out,
                      const uint32_t *const *in)
{
    struct sck_convert_constants constants;

    sck_convert_constants_from(&constants, &args->conversion, ring, 0);
    constants.streams =
        sck_may_stream(out, args->conversion.targets, ring->n, SCK_NEAR_SHARE);
    sck_convert_tile(&constants, 0, ring->n, out, in);
}
