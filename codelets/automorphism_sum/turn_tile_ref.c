/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"

#include "modular.h"

#include <stddef.h>

sck_turn_tile_fn *sck_turn_tile = sck_turn_tile_ref;

void sck_turn_tile_ref(const struct sck_turn_tile *tile, uint32_t *out)
{
    const uint16_t *const from = tile->turn->from + tile->first;
    const uint32_t q = tile->q, source = tile->near ? tile->source : 0;

    for (uint32_t k = 0; k < tile->count; k++) {
        uint32_t x = tile->a[from[k] - source];

        if (tile->b != NULL)
            x = sck_mod_add(x, tile->b[from[k] - source], q);
        out[k] = tile->sum != NULL ? sck_mod_add(tile->sum[k], x, q) : x;
    }
}
