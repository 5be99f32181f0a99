/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_combine_tile on the vectors of the vector_*.h included before it. */
#ifndef SCK_COMBINE_TILE_VECTOR_H
#define SCK_COMBINE_TILE_VECTOR_H

#include "combination.h"
#include "vector_reduce.h"

/* Words ahead that every row is asked for: the next stretch of it, which all
 * halves are made from. */
enum { AHEAD = 1024 };

static inline sck_vec sum(sck_vec x, sck_vec y, sck_vec q)
{
    const sck_vec s = sck_vec_add(x, y);

    return sck_vec_min(s, sck_vec_sub(s, q));
}

static inline void combine_tile(const struct sck_combine_tile *tile,
                                uint32_t count)
{
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    const sck_vec scale = sck_vec_set(tile->scale);
    const sck_vec constant = sck_vec_set(tile->constant);

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        sck_vec even = sck_vec_set(0), odd = even;

        for (uint32_t i = 0; i < tile->pairs; i++) {
            const sck_vec a = sck_vec_load(tile->a[i] + k);
            const sck_vec b = sck_vec_load(tile->b[i] + k);

            sck_vec_ask_near(tile->a[i], k + AHEAD);
            sck_vec_ask_near(tile->b[i], k + AHEAD);
            even = sck_vec_add64(even, sck_vec_mul(a, b));
            odd =
                sck_vec_add64(odd, sck_vec_mul(sck_vec_odd(a), sck_vec_odd(b)));
        }
        for (uint32_t i = 0; i < tile->singles; i++) {
            const sck_vec x = sck_vec_load(tile->x[i] + k);
            const sck_vec w = sck_vec_set(tile->w[i]);

            sck_vec_ask_near(tile->x[i], k + AHEAD);
            even = sck_vec_add64(even, sck_vec_mul(x, w));
            odd = sck_vec_add64(odd, sck_vec_mul(sck_vec_odd(x), w));
        }
        sck_vec x = sck_vec_reduce(even, odd, q);

        x = sck_vec_reduce(sck_vec_mul(x, scale),
                           sck_vec_mul(sck_vec_odd(x), scale), q);
        x = sum(x, constant, q.t);
        if (tile->adds)
            x = sum(x, sck_vec_load(tile->out + k), q.t);
        sck_vec_store(tile->out + k, x);
    }
}

#endif
