/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx512.h"

#include "key_tile_vector.h"

void sck_key_tile_avx512(const struct sck_key_tile *tile, uint32_t count)
{
    if (count % SCK_LANES != 0 ||
        (tile->turn != NULL && tile->turn->n < SCK_LANES * SCK_LANES))
        sck_key_tile_ref(tile, count);
    else
        key_tile(tile, count);
}
