/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx2.h"

#include "dot_tile_vector.h"

void sck_dot_tile_avx2(const struct sck_dot_tile *tile, uint32_t count)
{
    if (count % SCK_LANES != 0)
        sck_dot_tile_ref(tile, count);
    else
        dot_tile(tile, count);
}
