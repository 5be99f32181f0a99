/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_turn_tile on the vectors of the vector_*.h included before it. */
#ifndef SCK_TURN_TILE_VECTOR_H
#define SCK_TURN_TILE_VECTOR_H

#include "automorphism_sum.h"
#include "vector_reduce.h"

#include <stddef.h>

/* An aligned stretch, a power of two, comes from one that is aligned, too: its
 * vectors in some order, which no processor foresees. The next stretch's are
 * asked for in their own order. */
static inline uint32_t next_stretch(const struct sck_turn_tile *tile)
{
    const uint32_t next = (tile->first + tile->count) & (tile->turn->n - 1);

    return tile->turn->from[next / SCK_LANES] & ~(tile->count - 1u);
}

static inline __attribute__((always_inline)) void
turn_tile(const struct sck_turn_tile *tile, uint32_t *out, int two, int adds,
          int near, int streams)
{
    const uint32_t first = tile->first / SCK_LANES;
    const uint32_t blocks = tile->count / SCK_LANES;
    const uint32_t next = near ? 0 : next_stretch(tile);
    const uint32_t source = near ? tile->source : 0;
    const uint16_t *const from = tile->turn->from;
    const sck_vec q = sck_vec_set(tile->q);

    for (uint32_t i = 0; i < blocks; i++) {
        const uint32_t at = (from[first + i] & ~(SCK_LANES - 1u)) - source;
        const uint32_t order = from[first + i] % SCK_LANES;
        sck_vec x = sck_vec_load(tile->a + at);

        if (!near)
            sck_vec_ask_near(tile->a, next + i * SCK_LANES);
        if (two) {
            if (!near)
                sck_vec_ask_near(tile->b, next + i * SCK_LANES);
            x = sck_vec_add_mod(x, sck_vec_load(tile->b + at), q);
        }
        x = sck_vec_permute(
            x, sck_vec_load(tile->turn->order + order * SCK_LANES));
        if (adds)
            x = sck_vec_add_mod(x, sck_vec_load(tile->sum + i * SCK_LANES), q);
        sck_vec_put(out + i * SCK_LANES, x, streams);
    }
    if (streams)
        sck_vec_stream_end();
}

static inline void turn_tile_any(const struct sck_turn_tile *tile,
                                 uint32_t *out)
{
    if (tile->turn->n < SCK_LANES * SCK_LANES)
        sck_turn_tile_ref(tile, out);
    else if (tile->near)
        turn_tile(tile, out, tile->b != NULL, tile->sum != NULL, 1, 0);
    else if (tile->streams)
        turn_tile(tile, out, tile->b != NULL, tile->sum != NULL, 0, 1);
    else if (tile->b != NULL && tile->sum != NULL)
        turn_tile(tile, out, 1, 1, 0, 0);
    else if (tile->b != NULL)
        turn_tile(tile, out, 1, 0, 0, 0);
    else
        turn_tile(tile, out, 0, tile->sum != NULL, 0, 0);
}

#endif
