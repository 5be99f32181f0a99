/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How sources come to convert_stream_vector.h. Rows of a polynomial lie a power
 * of two apart, in the same sets of every cache, which hold eight lines: fewer
 * than there are sources, so that of lines asked for together the first are
 * gone when they are used. The sources of a tile are therefore copied side by
 * side while the tile before is computed, a page or two of a row after another,
 * as memory is read fastest. Each line is asked for twice: a request that finds
 * the core's queue full is forgotten. */
#ifndef SCK_CONVERT_STREAM_FEED_H
#define SCK_CONVERT_STREAM_FEED_H

#include "base_convert.h"

#include <stddef.h>

/* Words of a tile's row at most, of a tile and of a line; words that the first
 * and the second request are ahead of the copy. */
enum {
    WIDE = 2048,
    STREAM_TILE = 28 << 10,
    LINE = 16,
    FAR_AHEAD = 4096,
    NEAR_AHEAD = 1024,
    STREAM_TERMS = SCK_MAX_SOURCES + 1
};

/* The tile to come, copied in runs: words of a row, then as many after them, a
 * row after the other. */
struct stream_feed {
    const uint32_t *const *in;
    uint32_t rows, run, width; /* words of a run and of a row's runs */
    uint32_t at, pitch;        /* words between the tile's rows, odd in lines */
    uint32_t *tile;
    uint32_t row, k, far_row, far_k; /* the next run, the next to ask for */
};

/* A run, and the one asked for meanwhile. */
struct run {
    const uint32_t *from, *ask;
    uint32_t *to;
};

/* Runs of so many words, which a tile has room for. */
static inline void stream_begin(struct stream_feed *f,
                                const uint32_t *const *in, uint32_t rows,
                                uint32_t run)
{
    *f = (struct stream_feed){.in = in, .rows = rows, .run = run};
    f->width = STREAM_TILE / rows - 2 * LINE < WIDE
                   ? STREAM_TILE / rows - 2 * LINE
                   : WIDE;
    if (run != 0)
        f->width = f->width / run * run;
    f->pitch = ((f->width + LINE - 1) / LINE | 1) * LINE;
    f->row = rows;
}

/* The tile from word at on. */
static inline void stream_open(struct stream_feed *f, uint32_t at,
                               uint32_t *tile)
{
    const uint32_t runs = f->width / f->run;
    const uint32_t ahead = (FAR_AHEAD + f->run - 1) / f->run;

    f->at = at;
    f->tile = tile;
    f->row = f->k = 0;
    f->far_row = ahead / runs;
    f->far_k = ahead % runs * f->run;
}

static inline void stream_advance(const struct stream_feed *f, uint32_t *row,
                                  uint32_t *k)
{
    *k += f->run;
    if (*k == f->width) {
        *k = 0;
        ++*row;
    }
}

/* Requests past the last row are for tiles after this one. */
static inline struct run stream_run(struct stream_feed *f)
{
    const uint32_t next = f->far_row / f->rows;
    const struct run run = {f->in[f->row] + (f->at + f->k),
                            f->in[f->far_row % f->rows] +
                                (f->at + next * f->width + f->far_k),
                            f->tile + (size_t)f->row * f->pitch + f->k};

    stream_advance(f, &f->row, &f->k);
    stream_advance(f, &f->far_row, &f->far_k);
    return run;
}

/* A run's vector. */
static inline __attribute__((always_inline)) void
stream_copy(const struct run *run, uint32_t k)
{
    sck_vec_ask_near(run->ask, k);
    sck_vec_ask_near(run->from, k + NEAR_AHEAD);
    sck_vec_store(run->to + k, sck_vec_load(run->from + k));
}

/* All that is left, with nothing else to do. */
static inline void stream_all(struct stream_feed *f)
{
    while (f->row < f->rows) {
        const struct run run = stream_run(f);

        for (uint32_t k = 0; k < f->run; k += SCK_LANES)
            stream_copy(&run, k);
    }
}

#endif
