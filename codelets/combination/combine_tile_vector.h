/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_combine_tile on the vectors of the vector_*.h included before it. */
#ifndef SCK_COMBINE_TILE_VECTOR_H
#define SCK_COMBINE_TILE_VECTOR_H

#include "combination.h"
#include "vector_reduce.h"

/* Words ahead that every row is asked for. */
enum { AHEAD = 256 };

#define TEMPLATE static inline __attribute__((always_inline))

/* Sums of even and of odd words, of one half. */
struct sums {
    sck_vec even, odd;
};

TEMPLATE void add_products(struct sums *s, sck_vec a, sck_vec a_odd, sck_vec b,
                           sck_vec b_odd)
{
    s->even = sck_vec_add64(s->even, sck_vec_mul(a, b));
    s->odd = sck_vec_add64(s->odd, sck_vec_mul(a_odd, b_odd));
}

TEMPLATE sck_vec take(const uint32_t *row, uint32_t k)
{
    sck_vec_ask_near(row, k + AHEAD);
    return sck_vec_load(row + k);
}

/* A half's words. A sum that is scaled stays below 3 q first, and so below 2^32
 * q when it is. */
TEMPLATE void finish(const struct sck_combine_tile *tile, uint32_t h,
                     uint32_t k, const struct sums *s)
{
    const uint32_t below =
        sck_products_below((1 + (h == 1)) * tile->products + tile->terms);
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    uint32_t *const to = tile->out[h] + k;
    sck_vec x;

    if (tile->scale != 0) {
        const sck_vec scale = sck_vec_set(tile->scale);

        x = sck_vec_reduce_lazy3t(s->even, s->odd, q, below);
        x = sck_vec_reduce(sck_vec_mul(x, scale),
                           sck_vec_mul(sck_vec_odd(x), scale), q, 1);
    } else {
        x = sck_vec_reduce(s->even, s->odd, q, below);
    }
    if (h == 0 && tile->constant != 0)
        x = sck_vec_add_mod(x, sck_vec_set(tile->constant), q.t);
    if (tile->adds)
        x = sck_vec_add_mod(x, sck_vec_load(to), q.t);
    sck_vec_put(to, x, tile->streams != 0);
}

/* Every row is read once for all halves, of which there are constantly so many
 * wherever this is inlined. */
TEMPLATE void combine(const struct sck_combine_tile *tile, uint32_t count,
                      uint32_t halves)
{
    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        struct sums s[3];

        for (uint32_t h = 0; h < halves; h++)
            s[h].even = s[h].odd = sck_vec_set(0);
        for (uint32_t i = 0; halves == 3 && i < tile->products; i++) {
            const sck_vec a0 = take(tile->a[0][i], k);
            const sck_vec a1 = take(tile->a[1][i], k);
            const sck_vec b0 = take(tile->b[0][i], k);
            const sck_vec b1 = take(tile->b[1][i], k);
            const sck_vec a0_odd = sck_vec_odd(a0), a1_odd = sck_vec_odd(a1);
            const sck_vec b0_odd = sck_vec_odd(b0), b1_odd = sck_vec_odd(b1);

            add_products(&s[0], a0, a0_odd, b0, b0_odd);
            add_products(&s[1], a0, a0_odd, b1, b1_odd);
            add_products(&s[1], a1, a1_odd, b0, b0_odd);
            add_products(&s[2], a1, a1_odd, b1, b1_odd);
        }
        for (uint32_t i = 0; i < tile->terms; i++) {
            const sck_vec w = sck_vec_set(tile->w[i]);

            for (uint32_t h = 0; h < 2 && h < halves; h++) {
                const sck_vec x = take(tile->x[h][i], k);

                add_products(&s[h], x, sck_vec_odd(x), w, w);
            }
        }
        for (uint32_t h = 0; h < halves; h++)
            finish(tile, h, k, &s[h]);
    }
    if (tile->streams)
        sck_vec_stream_end();
}

static inline void combine_tile(const struct sck_combine_tile *tile,
                                uint32_t count)
{
    if (tile->products != 0)
        combine(tile, count, 3);
    else if (tile->halves == SCK_ONE_HALF)
        combine(tile, count, 1);
    else
        combine(tile, count, 2);
}

#undef TEMPLATE

#endif
