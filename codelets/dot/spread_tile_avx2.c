/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx2.h"

#include "spread_tile_vector.h"

void sck_spread_tile_avx2(const struct sck_spread_tile *tile, uint32_t count)
{
    if (count % SCK_LANES != 0 || tile->repeat == 0)
        sck_spread_tile_ref(tile, count);
    else
        spread_tile(tile, count);
}
