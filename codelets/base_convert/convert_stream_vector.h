/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_convert_tile with results past the caches, on the vectors of the
 * vector_*.h included before it: a matrix product in registers. Up to SCK_GROUP
 * targets keep their sums there, even and odd words apart, while the sources
 * pass by once; the sums are reduced at the end. Of few targets two vectors
 * pass together. */
#ifndef SCK_CONVERT_STREAM_VECTOR_H
#define SCK_CONVERT_STREAM_VECTOR_H

#include "convert_stream_feed.h"
#include "vector_reduce.h"

/* Words that all targets meet while they are in L1; words ahead that rows to be
 * written are asked for, and rows that are read where they are. */
enum { PART = 256, WRITE_AHEAD = 256, READ_AHEAD = 512 };

/* A target's sums are variables of their own: compilers keep no array in
 * registers for certain. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* Sum j is one of target j's, or with two vectors together of target j modulo
 * half a group. */
#define HAS(j) (j % most < targets && j / most < vectors)
#define EVEN(j) (j < most ? even0 : even1)
#define ODD(j) (j < most ? odd0 : odd1)
#define LOAD                                                                   \
    even0 = sck_vec_load(row[i] + k);                                          \
    odd0 = sck_vec_odd(even0);                                                 \
    if (vectors == 2) {                                                        \
        even1 = sck_vec_load(row[i] + k + SCK_LANES);                          \
        odd1 = sck_vec_odd(even1);                                             \
    }
#define COPY                                                                   \
    if (feed == NULL)                                                          \
        sck_vec_ask_near(row[i], k + READ_AHEAD);                              \
    else                                                                       \
        stream_copy(&run, vectors *SCK_LANES *i);                              \
    if (vectors == 2 && feed == NULL)                                          \
        sck_vec_ask_near(row[i], k + READ_AHEAD + SCK_LANES);                  \
    else if (vectors == 2)                                                     \
        stream_copy(&run, 2 * SCK_LANES * i + SCK_LANES);
#define BEGIN(j)                                                               \
    sck_vec e##j = even0, o##j = even0;                                        \
                                                                               \
    if (HAS(j)) {                                                              \
        const sck_vec w = sck_vec_set(c->w[0][first + j % most]);              \
                                                                               \
        e##j = sck_vec_mul(EVEN(j), w);                                        \
        o##j = sck_vec_mul(ODD(j), w);                                         \
    }
#define PRODUCT(j)                                                             \
    sck_vec e_##j = even0, o_##j = even0;                                      \
                                                                               \
    if (HAS(j)) {                                                              \
        const sck_vec w = sck_vec_set(c->w[i][first + j % most]);              \
                                                                               \
        e_##j = sck_vec_mul(EVEN(j), w);                                       \
        o_##j = sck_vec_mul(ODD(j), w);                                        \
        sck_vec_in_order(e_##j);                                               \
        sck_vec_in_order(o_##j);                                               \
    }
#define SUM(j)                                                                 \
    if (HAS(j)) {                                                              \
        e##j = sck_vec_add64(e##j, e_##j);                                     \
        o##j = sck_vec_add64(o##j, o_##j);                                     \
        sck_vec_in_order(e##j);                                                \
        sck_vec_in_order(o##j);                                                \
    }
#define TOGETHER(a, b, c, d)                                                   \
    {                                                                          \
        PRODUCT(a)                                                             \
        PRODUCT(b) PRODUCT(c) PRODUCT(d) SUM(a) SUM(b) SUM(c) SUM(d)           \
    }
#define ALONE(j)                                                               \
    {                                                                          \
        PRODUCT(j) SUM(j)                                                      \
    }
/* Eight products, then their sums: 3 % faster than one after another, where
 * there are registers for them. */
#if SCK_VECTOR_GROUP == 8
#define ACCUMULATE TOGETHER(0, 1, 2, 3) TOGETHER(4, 5, 6, 7)
#else
#define ACCUMULATE EACH(ALONE)
#endif
#define REDUCE(j)                                                              \
    if (HAS(j)) {                                                              \
        const uint32_t target = first + j % most;                              \
        const struct sck_vec_modulus t = {sck_vec_set(c->t[target]),           \
                                          sck_vec_set(c->t2[target]),          \
                                          sck_vec_set(c->inverse[target])};    \
        const uint32_t below = c->below[target];                               \
        uint32_t *const to = out[target] + (at + k + j / most * SCK_LANES);    \
                                                                               \
        if (!c->streams)                                                       \
            sck_vec_ask_near(to, WRITE_AHEAD);                                 \
        sck_vec_put(to,                                                        \
                    lazy ? sck_vec_reduce_lazy3t(e##j, o##j, t, below)         \
                         : sck_vec_reduce(e##j, o##j, t, below),               \
                    c->streams != 0);                                          \
    }

/* count words of the rows, to the rows of out from word at on; meanwhile a run
 * is copied for each vector or two, of `fed` vectors for each. Without a feed
 * so many rows are asked for. Targets, how many vectors of a row pass together
 * and whether there is a feed are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void
stream_group(const struct sck_convert_constants *c, uint32_t first,
             uint32_t targets, uint32_t vectors, uint32_t at, uint32_t count,
             uint32_t *const *out, const uint32_t *const *row,
             struct stream_feed *feed, uint32_t fed)
{
    const uint32_t terms = c->sources + 1, most = SCK_GROUP / vectors;
    const int lazy = SCK_VECTOR_LAZY && c->lazy;

    for (uint32_t k = 0; k < count; k += vectors * SCK_LANES) {
        const uint32_t copied =
            feed == NULL || feed->row < feed->rows ? fed : 0;
        struct run run = {NULL, NULL, NULL};
        sck_vec even0, odd0, even1, odd1;
        uint32_t i = 0;

        LOAD if (copied != 0)
        {
            if (feed != NULL)
                run = stream_run(feed);
            COPY
        }
        EACH(BEGIN)
        for (i = 1; i < copied; i++) {
            COPY LOAD ACCUMULATE
        }
        for (; i < terms; i++) {
            LOAD ACCUMULATE
        }
        EACH(REDUCE)
    }
}

/* Targets that half a group's sums have room for, twice. */
static inline uint32_t vectors_together(const struct sck_convert_constants *c)
{
    return c->targets <= SCK_GROUP / 2 ? 2 : 1;
}

/* Rows' words for all targets, a group after another: without a feed the first
 * asks for what follows. */
static inline __attribute__((always_inline)) void
stream_targets(const struct sck_convert_constants *c, uint32_t at,
               uint32_t count, uint32_t *const *out, const uint32_t *const *row,
               struct stream_feed *feed, uint32_t fed)
{
    uint32_t j = 0;

    for (; c->targets - j > SCK_GROUP; j += SCK_GROUP) {
        stream_group(c, j, SCK_GROUP, 1, at, count, out, row, feed, fed);
        if (feed == NULL)
            fed = 0;
    }
#define REST(g, vectors)                                                       \
    case SCK_GROUP *(vectors - 1) + g:                                         \
        stream_group(c, j, g, vectors, at, count, out, row, feed, fed);        \
        break;
    switch (SCK_GROUP * (vectors_together(c) - 1) + c->targets - j) {
        REST(1, 1)
        REST(2, 1)
        REST(3, 1)
        REST(4, 1)
        REST(1, 2)
        REST(2, 2)
#if SCK_VECTOR_GROUP == 8
        REST(5, 1)
        REST(6, 1)
        REST(7, 1)
        REST(8, 1)
        REST(3, 2)
        REST(4, 2)
#endif
    default:
        break;
    }
#undef REST
}

/* Rows where they are, which are in different sets of the caches
 * (sck_rows_apart()). */
static void stream_rows(const struct sck_convert_constants *c, uint32_t at,
                        uint32_t count, uint32_t *const *out,
                        const uint32_t *const *in)
{
    const uint32_t *row[STREAM_TERMS];
    const uint32_t terms = c->sources + 1;

    for (uint32_t k = 0; k < count; k += PART) {
        const uint32_t left = count - k;

        for (uint32_t i = 0; i < terms; i++)
            row[i] = in[i] + at + k;
        stream_targets(c, at + k, left < PART ? left : PART, out, row, NULL,
                       terms);
    }
    if (c->streams)
        sck_vec_stream_end();
}

/* A tile after another while the next one is copied. What is less than a tile
 * at the end comes from where it is. */
static inline void stream_tile(const struct sck_convert_constants *c,
                               uint32_t at, uint32_t count,
                               uint32_t *const *out, const uint32_t *const *in)
{
    _Alignas(64) uint32_t tile[2][STREAM_TILE];
    const uint32_t *row[STREAM_TERMS];
    const uint32_t end = at + count, terms = c->sources + 1;
    const uint32_t groups = (c->targets + SCK_GROUP - 1) / SCK_GROUP;
    const uint32_t fed = (terms + groups - 1) / (groups + (groups == 0));
    struct stream_feed feed;

    stream_begin(&feed, in, terms, fed * vectors_together(c) * SCK_LANES);
    if (count >= 2 * feed.width) {
        stream_open(&feed, at, tile[0]);
        stream_all(&feed);
        for (uint32_t now = 0; end - at >= feed.width; now = 1 - now) {
            const uint32_t copied = end - at >= 2 * feed.width ? fed : 0;

            if (copied != 0)
                stream_open(&feed, at + feed.width, tile[1 - now]);
            for (uint32_t part = 0; part < feed.width; part += PART) {
                const uint32_t left = feed.width - part;

                for (uint32_t i = 0; i < terms; i++)
                    row[i] = tile[now] + (size_t)i * feed.pitch + part;
                stream_targets(c, at + part, left < PART ? left : PART, out,
                               row, &feed, copied);
            }
            at += feed.width;
        }
    }
    stream_rows(c, at, end - at, out, in);
}

#undef EACH
#undef HAS
#undef EVEN
#undef ODD
#undef LOAD
#undef COPY
#undef BEGIN
#undef PRODUCT
#undef SUM
#undef TOGETHER
#undef ALONE
#undef ACCUMULATE
#undef REDUCE

#endif
