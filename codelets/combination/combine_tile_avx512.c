/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx512.h"

#include "combine_tile_vector.h"

void sck_combine_tile_avx512(const struct sck_combine_tile *tile,
                             uint32_t count)
{
    if (count % SCK_LANES != 0)
        sck_combine_tile_ref(tile, count);
    else
        combine_tile(tile, count);
}
