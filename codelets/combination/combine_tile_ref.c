/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"
#include "modular.h"

sck_combine_tile_fn *sck_combine_tile = sck_combine_tile_ref;

void sck_combine_tile_ref(const struct sck_combine_tile *tile, uint32_t count)
{
    const uint32_t q = tile->q;

    for (uint32_t k = 0; k < count; k++) {
        uint64_t sum = 0;

        for (uint32_t i = 0; i < tile->pairs; i++)
            sum += (uint64_t)tile->a[i][k] * tile->b[i][k];
        for (uint32_t i = 0; i < tile->singles; i++)
            sum += (uint64_t)tile->w[i] * tile->x[i][k];
        const uint64_t small = sck_montgomery_sum(sum, q, tile->inverse);
        uint32_t x = sck_mod_add(
            sck_montgomery_sum(small * tile->scale, q, tile->inverse),
            tile->constant, q);

        if (tile->adds)
            x = sck_mod_add(x, tile->out[k], q);
        tile->out[k] = x;
    }
}
