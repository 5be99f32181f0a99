/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx512.h"

#include "tensor_tile_vector.h"

void sck_tensor_tile_avx512(const struct sck_tensor_tile *tile, uint32_t count)
{
    if (count % SCK_LANES != 0)
        sck_tensor_tile_ref(tile, count);
    else
        tensor_tile(tile, count);
}
