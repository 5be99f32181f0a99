/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "scratch.h"
#include "vector_avx2.h"

#include "convert_stream_vector.h"
#include "convert_tile_vector.h"

void sck_convert_tile_avx2(const struct sck_convert_constants *constants,
                           uint32_t at, uint32_t count, uint32_t *const *out,
                           const uint32_t *const *in)
{
    if (count % (2 * SCK_LANES) != 0)
        sck_convert_tile_ref(constants, at, count, out, in);
    else if (!constants->streams)
        convert_tile(constants, at, count, out, in);
    else if (sck_rows_apart(in, constants->sources + 1))
        stream_rows(constants, at, count, out, in);
    else
        stream_tile(constants, at, count, out, in);
}
