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

/* Rows of keys lie a power of two apart, in the same sets of every cache, which
 * hold eight lines: digits go in groups of so few rows, a piece of each after
 * the other, whose sums of 64 bits wait in L1 for the next group's. Meanwhile
 * the next group's words are asked for: more at once would push each other
 * out. */
enum { GROUP_DIGITS = 4, PIECE = 512 };

/* What a group reads, from a word on. */
struct group_rows {
    uint32_t digits;
    const uint32_t *u[GROUP_DIGITS], *key[2][GROUP_DIGITS];
};

/* Sums that lack the last groups' terms: a vector of even and one of odd words
 * of either half after the other. */
struct partial {
    _Alignas(64) uint32_t word[4 * PIECE];
};

#define TEMPLATE static inline __attribute__((always_inline))

/* Where the vector of words k on goes, and in which order. */
TEMPLATE uint32_t turned(const struct sck_key_tile *tile, uint32_t k,
                         sck_vec *order)
{
    const uint32_t to =
        tile->turned_back->from[(tile->source + k) / SCK_LANES] &
        ~(SCK_LANES - 1u);
    const uint32_t which = tile->turn->from[to / SCK_LANES] % SCK_LANES;

    *order = sck_vec_load(tile->turn->order + which * SCK_LANES);
    return to - tile->first;
}

/* The sums' last term, if they have one, and their words. */
TEMPLATE void finish(const struct sck_key_tile *tile, uint32_t k, sck_vec e[2],
                     sck_vec o[2], int streams)
{
    const struct sck_vec_modulus q = sck_vec_modulus(tile->q, tile->inverse);
    sck_vec order = sck_vec_set(0);
    const uint32_t to = tile->turn != NULL ? turned(tile, k, &order) : k;

    for (uint32_t h = 0; h < 2; h++) {
        if (tile->add[h] != NULL) {
            const sck_vec x = sck_vec_load(tile->add[h] + k);
            const sck_vec factor = sck_vec_set(tile->factor);

            sck_vec_ask_near(tile->add[h], k + PIECE);
            e[h] = sck_vec_add64(e[h], sck_vec_mul(x, factor));
            o[h] = sck_vec_add64(o[h], sck_vec_mul(sck_vec_odd(x), factor));
        }
        /* Words of u may not be reduced. */
        sck_vec r = sck_vec_reduce(e[h], o[h], q, 4);

        if (tile->turn != NULL)
            r = sck_vec_permute(r, order);
        sck_vec_put(tile->out[h] + to, r, streams);
    }
}

TEMPLATE void ask(const struct group_rows *rows, uint32_t d, uint32_t k)
{
    sck_vec_ask_near(rows->u[d], k);
    sck_vec_ask_near(rows->key[0][d], k);
    sck_vec_ask_near(rows->key[1][d], k);
}

/* A group's terms of words at to at + count. next: NULL, its own words that
 * follow. Whether it is that, the first, the last and streams are constants
 * wherever this is inlined. */
TEMPLATE void sum_words(const struct sck_key_tile *tile,
                        const struct group_rows *rows,
                        const struct group_rows *next, uint32_t at,
                        uint32_t count, struct partial *partial, int first,
                        int last, int streams)
{
    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        uint32_t *const p =
            partial != NULL ? partial->word + (size_t)4 * k : NULL;
        sck_vec e[2], o[2];

        for (uint32_t h = 0; h < 2; h++) {
            e[h] = first ? sck_vec_set(0) : sck_vec_load(p + 2 * h * SCK_LANES);
            o[h] = first ? sck_vec_set(0)
                         : sck_vec_load(p + (2 * h + 1) * SCK_LANES);
        }
        for (uint32_t d = 0; d < rows->digits; d++) {
            const sck_vec u = sck_vec_load(rows->u[d] + k);
            const sck_vec u_odd = sck_vec_odd(u);

            /* Among the products: many at once would hold those up. */
            if (next != NULL)
                ask(next, d, k);
            else
                ask(rows, d, k + PIECE);
            for (uint32_t h = 0; h < 2; h++) {
                const sck_vec w = sck_vec_load(rows->key[h][d] + k);

                e[h] = sck_vec_add64(e[h], sck_vec_mul(u, w));
                o[h] = sck_vec_add64(o[h], sck_vec_mul(u_odd, sck_vec_odd(w)));
            }
        }
        for (uint32_t d = rows->digits; next != NULL && d < next->digits; d++)
            ask(next, d, k);
        if (last) {
            finish(tile, at + k, e, o, streams);
            continue;
        }
        for (uint32_t h = 0; h < 2; h++) {
            sck_vec_store(p + 2 * h * SCK_LANES, e[h]);
            sck_vec_store(p + (2 * h + 1) * SCK_LANES, o[h]);
        }
    }
}

/* Group g of the tile, from word at on; from word count on it is what the next
 * call reads. Places without a digit are asked for alike. */
static inline void look_at(struct group_rows *rows,
                           const struct sck_key_tile *tile, uint32_t g,
                           uint32_t groups, uint32_t at, uint32_t count)
{
    const int after = at >= count && tile->elsewhere;
    const uint32_t first = tile->digits * g / groups;
    const uint32_t word = after ? at - count : at;

    rows->digits = tile->digits * (g + 1) / groups - first;
    for (uint32_t i = 0; i < GROUP_DIGITS; i++) {
        const uint32_t d = i < rows->digits ? first + i : first;

        for (uint32_t h = 0; h < 2; h++)
            rows->key[h][i] =
                (after ? tile->next_key[h][d] : tile->key[h][d]) + word;
        rows->u[i] = (after ? tile->next_u[d] : tile->u[d]) + word;
    }
    if (after && tile->next_u[0] == NULL)
        memcpy(rows->u, rows->key[0], sizeof rows->u);
}

TEMPLATE void sum_groups(const struct sck_key_tile *tile, uint32_t groups,
                         uint32_t count, int streams)
{
    struct partial partial;

    for (uint32_t at = 0; at < count; at += PIECE) {
        const uint32_t words = count - at < PIECE ? count - at : PIECE;

        for (uint32_t g = 0; g < groups; g++) {
            const int last = g + 1 == groups;
            struct group_rows rows, next;

            look_at(&rows, tile, g, groups, at, count);
            look_at(&next, tile, last ? 0 : g + 1, groups,
                    last ? at + PIECE : at, count);
            if (g == 0)
                sum_words(tile, &rows, &next, at, words, &partial, 1, 0,
                          streams);
            else if (!last)
                sum_words(tile, &rows, &next, at, words, &partial, 0, 0,
                          streams);
            else
                sum_words(tile, &rows, &next, at, words, &partial, 0, 1,
                          streams);
        }
    }
}

/* Of few rows all that the next call reads fits the second cache. */
TEMPLATE void sum_tile(const struct sck_key_tile *tile, uint32_t count,
                       int streams)
{
    const uint32_t groups = (tile->digits + GROUP_DIGITS - 1) / GROUP_DIGITS;
    struct group_rows rows, next;

    if (groups > 1) {
        sum_groups(tile, groups, count, streams);
        return;
    }
    look_at(&rows, tile, 0, 1, 0, count);
    if (tile->elsewhere) {
        look_at(&next, tile, 0, 1, count, count);
        sum_words(tile, &rows, &next, 0, count, NULL, 1, 1, streams);
    } else {
        sum_words(tile, &rows, NULL, 0, count, NULL, 1, 1, streams);
    }
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

#undef TEMPLATE

#endif
