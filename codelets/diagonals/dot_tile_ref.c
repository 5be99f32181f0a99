/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "diagonals.h"
#include "modular.h"

sck_dot_tile_fn *sck_dot_tile = sck_dot_tile_ref;

void sck_dot_tile_ref(const struct sck_dot_tile *tile, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t h = 0; h < 2; h++) {
            uint64_t sum = 0;

            for (uint32_t t = 0; t < tile->terms; t++)
                sum += (uint64_t)tile->x[h][t][k] * tile->plain[t][k];
            const uint32_t r = sck_montgomery_sum(sum, tile->q, tile->inverse);

            tile->out[h][k] =
                tile->adds ? sck_mod_add(tile->out[h][k], r, tile->q) : r;
        }
}
