/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_dot_tile on the vectors of the vector_*.h included before it. Diagonals
 * come from memory once, everything else is in a near cache. */
#ifndef SCK_DOT_TILE_VECTOR_H
#define SCK_DOT_TILE_VECTOR_H

#include "diagonals.h"
#include "vector_reduce.h"

/* Words ahead that a diagonal is asked for. */
enum { AHEAD = 256 };

static inline void store(const struct sck_dot_tile *tile, uint32_t h,
                         uint32_t k, sck_vec r, struct sck_vec_modulus q)
{
    if (tile->adds)
        r = sck_vec_add_mod(r, sck_vec_load(tile->out[h] + k), q.t);
    sck_vec_put(tile->out[h] + k, r, tile->streams != 0);
}

static inline void dot_tile(const struct sck_dot_tile *tile, uint32_t count)
{
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    const uint32_t below = sck_products_below(tile->terms);

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        sck_vec e0 = sck_vec_set(0), o0 = e0, e1 = e0, o1 = e0;

        for (uint32_t t = 0; t < tile->terms; t++) {
            const sck_vec p = sck_vec_load(tile->plain[t] + k);
            const sck_vec p_odd = sck_vec_odd(p);
            const sck_vec a = sck_vec_load(tile->x[0][t] + k);
            const sck_vec b = sck_vec_load(tile->x[1][t] + k);

            sck_vec_ask_near(tile->plain[t], k + AHEAD);
            e0 = sck_vec_add64(e0, sck_vec_mul(p, a));
            o0 = sck_vec_add64(o0, sck_vec_mul(p_odd, sck_vec_odd(a)));
            e1 = sck_vec_add64(e1, sck_vec_mul(p, b));
            o1 = sck_vec_add64(o1, sck_vec_mul(p_odd, sck_vec_odd(b)));
        }
        store(tile, 0, k, sck_vec_reduce(e0, o0, q, below), q);
        store(tile, 1, k, sck_vec_reduce(e1, o1, q, below), q);
    }
    if (tile->streams)
        sck_vec_stream_end();
}

#endif
