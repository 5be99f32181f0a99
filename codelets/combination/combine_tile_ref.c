/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"
#include "modular.h"

sck_combine_tile_fn *sck_combine_tile = sck_combine_tile_ref;

static uint64_t sum(const struct sck_combine_tile *tile, uint32_t h, uint32_t k)
{
    uint64_t s = 0;

    for (uint32_t i = 0; i < tile->products; i++)
        for (uint32_t u = 0; u < 2; u++)
            if (h - u < 2) /* wraps where there is none */
                s += (uint64_t)tile->a[u][i][k] * tile->b[h - u][i][k];
    for (uint32_t i = 0; i < tile->terms && h < 2; i++)
        s += (uint64_t)tile->w[i] * tile->x[h][i][k];
    return s;
}

void sck_combine_tile_ref(const struct sck_combine_tile *tile, uint32_t count)
{
    const uint32_t q = tile->q;
    const uint32_t halves = tile->products == 0 ? 2 : 3;
    const uint32_t end = tile->halves == SCK_ONE_HALF ? 1 : halves;

    for (uint32_t h = 0; h < end; h++)
        for (uint32_t k = 0; k < count; k++) {
            uint64_t x = sck_montgomery_sum(sum(tile, h, k), q, tile->inverse);

            if (tile->scale != 0)
                x = sck_montgomery_sum(x * tile->scale, q, tile->inverse);
            if (h == 0)
                x = sck_mod_add((uint32_t)x, tile->constant, q);
            if (tile->adds)
                x = sck_mod_add((uint32_t)x, tile->out[h][k], q);
            tile->out[h][k] = (uint32_t)x;
        }
}
