/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_key_tile on the vectors of the vector_*.h included before it. Keys come
 * from memory once: the work is to ask for them early enough. */
#ifndef SCK_KEY_TILE_VECTOR_H
#define SCK_KEY_TILE_VECTOR_H

#include "key_mac.h"
#include "vector_reduce.h"

#include <stddef.h>
#include <string.h>

/* Words ahead that a key is asked for: few, since rows a power of two apart
 * share their sets of the caches, and stretches may be short. Past a row's end
 * it is the next row's beginning or nothing, and a prefetch never faults. */
enum { AHEAD = 512 };

/* Adds x times every word of w to the sums of even and of odd words. */
static inline void add_term(sck_vec *even, sck_vec *odd, const uint32_t *x,
                            uint32_t k, sck_vec w)
{
    const sck_vec v = sck_vec_load(x + k);

    sck_vec_ask_near(x, k + AHEAD);
    *even = sck_vec_add64(*even, sck_vec_mul(v, w));
    *odd = sck_vec_add64(*odd, sck_vec_mul(sck_vec_odd(v), w));
}

/* What is asked for while words are multiplied. */
struct ahead {
    const uint32_t *u[SCK_MAX_DIGITS], *key[2][SCK_MAX_DIGITS];
};

/* Words begin to end. ahead: NULL, those that follow in the same rows; asks:
 * of u, too. streams is a constant wherever this is inlined, as those are. */
static inline __attribute__((always_inline)) void
sum_words(const struct sck_key_tile *tile, uint32_t begin, uint32_t end,
          const struct ahead *ahead, int asks, int streams)
{
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    const sck_vec factor = sck_vec_set(tile->factor);

    for (uint32_t k = begin; k < end; k += SCK_LANES) {
        sck_vec e0 = sck_vec_set(0), o0 = e0, e1 = e0, o1 = e0;

        for (uint32_t d = 0; d < tile->digits; d++) {
            const sck_vec u = sck_vec_load(tile->u[d] + k);
            const sck_vec u_odd = sck_vec_odd(u);
            const sck_vec a = sck_vec_load(tile->key[0][d] + k);
            const sck_vec b = sck_vec_load(tile->key[1][d] + k);

            if (ahead == NULL) {
                sck_vec_ask_near(tile->u[d], k + AHEAD);
                sck_vec_ask_near(tile->key[0][d], k + AHEAD);
                sck_vec_ask_near(tile->key[1][d], k + AHEAD);
            } else {
                if (asks)
                    sck_vec_ask_near(ahead->u[d], k - begin);
                sck_vec_ask_near(ahead->key[0][d], k - begin);
                sck_vec_ask_near(ahead->key[1][d], k - begin);
            }
            e0 = sck_vec_add64(e0, sck_vec_mul(u, a));
            o0 = sck_vec_add64(o0, sck_vec_mul(u_odd, sck_vec_odd(a)));
            e1 = sck_vec_add64(e1, sck_vec_mul(u, b));
            o1 = sck_vec_add64(o1, sck_vec_mul(u_odd, sck_vec_odd(b)));
        }
        if (tile->add[0] != NULL)
            add_term(&e0, &o0, tile->add[0], k, factor);
        if (tile->add[1] != NULL)
            add_term(&e1, &o1, tile->add[1], k, factor);
        const sck_vec r0 = sck_vec_reduce(e0, o0, q);
        const sck_vec r1 = sck_vec_reduce(e1, o1, q);

        if (streams) {
            sck_vec_stream(tile->out[0] + k, r0);
            sck_vec_stream(tile->out[1] + k, r1);
        } else {
            sck_vec_store(tile->out[0] + k, r0);
            sck_vec_store(tile->out[1] + k, r1);
        }
    }
}

static inline __attribute__((always_inline)) void
sum_tile(const struct sck_key_tile *tile, uint32_t count, int streams)
{
    const uint32_t last = count > AHEAD ? count - AHEAD : 0;
    struct ahead next;

    if (!tile->elsewhere) {
        sum_words(tile, 0, count, NULL, 1, streams);
        return;
    }
    memcpy(next.u, tile->next_u, sizeof next.u);
    memcpy(next.key, tile->next_key, sizeof next.key);
    sum_words(tile, 0, last, NULL, 1, streams);
    if (next.u[0] == NULL)
        sum_words(tile, last, count, &next, 0, streams);
    else
        sum_words(tile, last, count, &next, 1, streams);
}

static inline void key_tile(const struct sck_key_tile *tile, uint32_t count)
{
    if (tile->streams != 0) {
        sum_tile(tile, count, 1);
        sck_vec_stream_end();
    } else {
        sum_tile(tile, count, 0);
    }
}

#endif
