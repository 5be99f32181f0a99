/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx512.h"

#include "turn_tile_vector.h"

void sck_turn_tile_avx512(const struct sck_turn_tile *tile, uint32_t *out)
{
    turn_tile_any(tile, out);
}
