/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_spread_tile on the vectors of the vector_*.h included before it. Words
 * that stand for even and for odd places are the same, as every one counts
 * twice at least; a plaintext's word meets both halves, a ciphertext's the
 * plaintexts of several sums. */
#ifndef SCK_SPREAD_TILE_VECTOR_H
#define SCK_SPREAD_TILE_VECTOR_H

#include "dot.h"
#include "vector_reduce.h"

/* Sums at once: their four words of accumulators each leave room. */
enum { TOGETHER = SCK_GROUP / 2 };

#define TEMPLATE static inline __attribute__((always_inline))

/* Sums first to first + sums, at most TOGETHER. whole: a vector's words are one
 * plaintext word. */
TEMPLATE void sums_of(const struct sck_spread_tile *tile, uint32_t count,
                      uint32_t first, uint32_t sums, int whole)
{
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    const uint32_t repeat = tile->repeat;
    const uint32_t below = sck_products_below(tile->terms);

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        const uint32_t at = k >> repeat;
        sck_vec sum[TOGETHER][4];

        for (uint32_t s = 0; s < sums; s++)
            for (uint32_t i = 0; i < 4; i++)
                sum[s][i] = sck_vec_set(0);
        for (uint32_t t = 0; t < tile->terms; t++) {
            const sck_vec a = sck_vec_load(tile->x[0][t] + k);
            const sck_vec b = sck_vec_load(tile->x[1][t] + k);
            const sck_vec a_odd = sck_vec_odd(a), b_odd = sck_vec_odd(b);

            for (uint32_t s = 0; s < sums; s++) {
                const uint32_t *const word = tile->plain[first + s][t] + at;
                const sck_vec p =
                    whole ? sck_vec_set(*word) : sck_vec_spread(word, repeat);

                sum[s][0] = sck_vec_add64(sum[s][0], sck_vec_mul(p, a));
                sum[s][1] = sck_vec_add64(sum[s][1], sck_vec_mul(p, a_odd));
                sum[s][2] = sck_vec_add64(sum[s][2], sck_vec_mul(p, b));
                sum[s][3] = sck_vec_add64(sum[s][3], sck_vec_mul(p, b_odd));
            }
        }
        for (uint32_t s = 0; s < sums; s++)
            for (uint32_t h = 0; h < 2; h++) {
                uint32_t *const to = tile->out[h][first + s] + k;
                sck_vec r =
                    sck_vec_reduce(sum[s][2 * h], sum[s][2 * h + 1], q, below);

                if (tile->adds)
                    r = sck_vec_add_mod(r, sck_vec_load(to), q.t);
                sck_vec_put(to, r, tile->streams != 0);
            }
    }
}

TEMPLATE void all_sums(const struct sck_spread_tile *tile, uint32_t count,
                       int whole)
{
    uint32_t s = 0;

    for (; s + TOGETHER <= tile->sums; s += TOGETHER)
        sums_of(tile, count, s, TOGETHER, whole);
    if (TOGETHER > 3 && s + 3 == tile->sums)
        sums_of(tile, count, s, 3, whole);
    else if (TOGETHER > 2 && s + 2 == tile->sums)
        sums_of(tile, count, s, 2, whole);
    else
        for (; s < tile->sums; s++)
            sums_of(tile, count, s, 1, whole);
}

/* A whole number of vectors. */
static inline void spread_tile(const struct sck_spread_tile *tile,
                               uint32_t count)
{
    if (SCK_LANES >> tile->repeat <= 1)
        all_sums(tile, count, 1);
    else
        all_sums(tile, count, 0);
    if (tile->streams)
        sck_vec_stream_end();
}

#endif
