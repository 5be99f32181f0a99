/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "dot.h"
#include "modular.h"

sck_spread_tile_fn *sck_spread_tile = sck_spread_tile_ref;

void sck_spread_tile_ref(const struct sck_spread_tile *tile, uint32_t count)
{
    for (uint32_t s = 0; s < 2 * tile->sums; s++)
        for (uint32_t k = 0; k < count; k++) {
            uint32_t *const to = tile->out[s % 2][s / 2] + k;
            uint64_t sum = 0;

            for (uint32_t t = 0; t < tile->terms; t++)
                sum += (uint64_t)tile->x[s % 2][t][k] *
                       tile->plain[s / 2][t][k >> tile->repeat];
            const uint32_t r = sck_montgomery_sum(sum, tile->q, tile->inverse);

            *to = tile->adds ? sck_mod_add(*to, r, tile->q) : r;
        }
}
