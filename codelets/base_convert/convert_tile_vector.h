/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_convert_tile on the vectors of the vector_*.h included before it: a
 * matrix product in registers. Up to SCK_GROUP targets keep their sums there,
 * even and odd words apart, while the sources pass by once; the sums are
 * reduced at the end.
 *
 * Rows of a polynomial lie a power of two apart, in the same sets of every
 * cache, which hold eight lines: fewer than there are sources, so that of lines
 * asked for together the first are gone when they are used. The sources of a
 * tile are therefore copied side by side while the tile before is computed, a
 * row after another, and asked for a few rows before. */
#ifndef SCK_CONVERT_TILE_VECTOR_H
#define SCK_CONVERT_TILE_VECTOR_H

#include "base_convert.h"
#include "vector_reduce.h"

#include <stddef.h>

/* Words of a tile; rows that the requests are ahead of the copies. */
enum { TILE = 128, ROWS_AHEAD = 10, TERMS = SCK_MAX_SOURCES + 1 };

/* A tile being copied: words of every row, to rows of TILE words. */
struct feed {
    const uint32_t *row_from[TERMS], *row_ask[TERMS];
    uint32_t rows, width;
};

/* What is copied next; a local variable, so that it stays in registers. */
struct cursor {
    const struct feed *feed;
    const uint32_t *from;
    uintptr_t ask;
    uint32_t *to;
    uint32_t row, left;
};

static inline void begin_row(struct cursor *c)
{
    c->from = c->feed->row_from[c->row];
    c->ask = (uintptr_t)c->feed->row_ask[c->row];
    c->left = c->feed->width;
}

/* Words at to at + width. Requests past the last row are for the next tile. */
static inline struct cursor feed_open(struct feed *f, const uint32_t *const *in,
                                      uint32_t rows, uint32_t at,
                                      uint32_t width, uint32_t *to)
{
    struct cursor c = {.feed = f};

    c.to = to;
    f->rows = rows;
    f->width = width;
    for (uint32_t i = 0; i < rows; i++) {
        const uint32_t ahead = i + ROWS_AHEAD;

        f->row_from[i] = in[i] + at;
        f->row_ask[i] =
            ahead < rows ? in[ahead] + at : in[ahead % rows] + (at + width);
    }
    if (rows != 0)
        begin_row(&c);
    return c;
}

/* The copies of some steps: a row's next vectors. */
struct piece {
    const uint32_t *from;
    uintptr_t ask;
    uint32_t *to;
};

/* Takes as many as are left of the row's vectors, `steps` at most, or nothing
 * without rows. @return how many */
static inline uint32_t take(struct cursor *c, uint32_t steps, struct piece *p)
{
    if (c->row == c->feed->rows)
        return 0;
    const uint32_t left = c->left / SCK_LANES;
    const uint32_t taken = steps < left ? steps : left;

    *p = (struct piece){c->from, c->ask, c->to};
    c->from += taken * SCK_LANES;
    c->ask += taken * SCK_LANES * sizeof *c->from;
    c->to += taken * SCK_LANES;
    c->left -= taken * SCK_LANES;
    if (c->left == 0) {
        c->to += TILE - c->feed->width;
        if (++c->row < c->feed->rows)
            begin_row(c);
    }
    return taken;
}

static inline void copy(const struct piece *p, uint32_t step)
{
    sck_vec_ask_near((const uint32_t *)p->ask, step * SCK_LANES);
    sck_vec_store(p->to + step * SCK_LANES,
                  sck_vec_load(p->from + step * SCK_LANES));
}

/* A target's sums are variables of their own: compilers keep no array in
 * registers for certain. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* Words 0 to count of a tile, to the rows of out from word at on. Targets and
 * whether there is a tile to feed are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void
group(const struct sck_convert_constants *c, uint32_t first, uint32_t targets,
      uint32_t at, uint32_t count, uint32_t *const *out, const uint32_t *tile,
      struct cursor *feed)
{
    const uint32_t terms = c->sources + 1;
    const int lazy = SCK_VECTOR_LAZY && c->lazy;
    struct cursor now = {.row = 0};

    if (feed != NULL)
        now = *feed;

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
#define DECLARE(j) sck_vec e##j = sck_vec_set(0), o##j = e##j;
        EACH(DECLARE)
#undef DECLARE
#define ACCUMULATE(j)                                                          \
    if (j < targets) {                                                         \
        const sck_vec w = sck_vec_set(row[j]);                                 \
                                                                               \
        e##j = sck_vec_add64(e##j, sck_vec_mul(even, w));                      \
        o##j = sck_vec_add64(o##j, sck_vec_mul(odd, w));                       \
    }
#define SOURCE                                                                 \
    const uint32_t *const row = c->w[i] + first;                               \
    const sck_vec even = sck_vec_load(tile + (size_t)TILE * i + k);            \
    const sck_vec odd = sck_vec_odd(even);                                     \
                                                                               \
    EACH(ACCUMULATE)
        uint32_t i = 0;

        while (feed != NULL && i < terms) {
            struct piece piece;
            const uint32_t steps = take(&now, terms - i, &piece);

            if (steps == 0)
                break;
            for (uint32_t step = 0; step < steps; step++, i++) {
                copy(&piece, step);
                SOURCE
            }
        }
        for (; i < terms; i++) {
            SOURCE
        }
#undef SOURCE
#undef ACCUMULATE
#define REDUCE(j)                                                              \
    if (j < targets) {                                                         \
        const uint32_t below = c->below[first + j];                            \
        const struct sck_vec_modulus t = {sck_vec_set(c->t[first + j]),        \
                                          sck_vec_set(c->t2[first + j]),       \
                                          sck_vec_set(c->inverse[first + j])}; \
                                                                               \
        sck_vec_ask_near(out[first + j], at + k + TILE);                       \
        sck_vec_store(out[first + j] + at + k,                                 \
                      lazy ? sck_vec_reduce_lazy3t(e##j, o##j, t, below)       \
                           : sck_vec_reduce(e##j, o##j, t, below));            \
    }
        EACH(REDUCE)
#undef REDUCE
    }
}

/* One tile for all targets; the first group of them feeds the next. */
static inline void convert(const struct sck_convert_constants *c, uint32_t at,
                           uint32_t count, uint32_t *const *out,
                           const uint32_t *tile, struct cursor *feed)
{
    uint32_t j = 0;

    if (c->targets > SCK_GROUP) {
        group(c, 0, SCK_GROUP, at, count, out, tile, feed);
        for (j = SCK_GROUP; c->targets - j > SCK_GROUP; j += SCK_GROUP)
            group(c, j, SCK_GROUP, at, count, out, tile, NULL);
    }
#define REST(g)                                                                \
    case g:                                                                    \
        group(c, j, g, at, count, out, tile, feed);                            \
        break;
    switch (c->targets - j) {
        REST(1)
        REST(2)
        REST(3)
        REST(4)
#if SCK_VECTOR_GROUP == 8
        REST(5)
        REST(6)
        REST(7)
        REST(8)
#endif
    default:
        break;
    }
#undef REST
}

static inline void convert_tile(const struct sck_convert_constants *c,
                                uint32_t at, uint32_t count,
                                uint32_t *const *out, const uint32_t *const *in)
{
    _Alignas(64) uint32_t tile[2][TERMS * TILE];
    const uint32_t end = at + count, terms = c->sources + 1;
    uint32_t width = count < TILE ? count : TILE;
    struct feed feed;
    struct cursor next_of = feed_open(&feed, in, terms, at, width, tile[0]);

    struct piece piece;

    for (uint32_t steps; (steps = take(&next_of, TILE, &piece)) != 0;)
        for (uint32_t step = 0; step < steps; step++)
            copy(&piece, step);
    for (uint32_t now = 0; at < end; now = 1 - now) {
        const uint32_t next = at + width;
        const uint32_t left = end - next;
        const uint32_t next_width = left < TILE ? left : TILE;

        next_of = feed_open(&feed, in, left != 0 ? terms : 0, next, next_width,
                            tile[1 - now]);
        convert(c, at, width, out, tile[now], &next_of);
        at = next;
        width = next_width;
    }
}

#undef EACH

#endif
