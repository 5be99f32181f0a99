/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_mac.h"
#include "modular.h"

#include <stddef.h>

sck_key_tile_fn *sck_key_tile = sck_key_tile_ref;

void sck_key_tile_ref(const struct sck_key_tile *tile, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t k =
            tile->turn != NULL
                ? tile->turn->from[tile->first + i] - tile->source
                : i;
        uint64_t sum[2] = {0, 0};

        for (uint32_t d = 0; d < tile->digits; d++) {
            sum[0] += (uint64_t)tile->u[d][k] * tile->key[0][d][k];
            sum[1] += (uint64_t)tile->u[d][k] * tile->key[1][d][k];
        }
        for (uint32_t h = 0; h < 2; h++)
            if (tile->add[h] != NULL)
                sum[h] += (uint64_t)tile->add[h][k] * tile->factor;
        tile->out[0][i] = sck_montgomery_sum(sum[0], tile->q, tile->inverse);
        tile->out[1][i] = sck_montgomery_sum(sum[1], tile->q, tile->inverse);
    }
}
