/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Both transforms cut for a device: two passes over a limb, each a grid of
 * tiles, each tile a few steps between barriers. A step is groups of up to
 * eight elements that one thread holds in registers for up to three stages.
 *
 * With logn = s1 + s2 the limb is a matrix of 2^s1 rows of 2^s2 words. The
 * first s1 stages never leave a column, the others never leave a row: one pass
 * works on columns, four neighbouring ones a thread, so that an element is 16
 * bytes and a twiddle serves four butterflies; the other on rows, word by word.
 * The columns (rows) are the pass's lines. ntt runs columns, then rows; intt
 * rows, then columns.
 *
 * Words stay in [0, 4 q) between ntt's stages, in [0, 2 q) between intt's
 * (Harvey, arXiv 1205.2926). Plain C: the host tests it. */
#ifndef SCK_NTT_TILE_H
#define SCK_NTT_TILE_H

#include "modular.h"

#define SCK_NTT_TILE_LOGN_MIN 10
#define SCK_NTT_TILE_LOGN_MAX 16
#define SCK_NTT_GROUP 3 /**< stages of a group at most */
#define SCK_NTT_COLUMNS_LOG_TILE 12
#define SCK_NTT_ROWS_LOG_TILE 11
#define SCK_NTT_COLUMNS_WIDTH 4 /**< words of an element */
#define SCK_NTT_NARROW_LOG_COLUMNS 3

/** Threads of a block: eight elements each. */
#define SCK_NTT_COLUMNS_THREADS                                                \
    (1u << SCK_NTT_COLUMNS_LOG_TILE >> SCK_NTT_GROUP) / SCK_NTT_COLUMNS_WIDTH
#define SCK_NTT_ROWS_THREADS (1u << SCK_NTT_ROWS_LOG_TILE >> SCK_NTT_GROUP)
#define SCK_NTT_NARROW_THREADS 128u /**< at most */

/** Words of shared memory: a row's tile has one in nine for padding, and so has
 *  one of narrow columns. */
#define SCK_NTT_COLUMNS_WORDS (1u << SCK_NTT_COLUMNS_LOG_TILE)
#define SCK_NTT_ROWS_WORDS ((1u << SCK_NTT_ROWS_LOG_TILE) * 9 / 8)
#define SCK_NTT_NARROW_WORDS ((SCK_NTT_NARROW_THREADS << SCK_NTT_GROUP) * 9 / 8)

struct sck_ntt_pass {
    uint32_t logn;
    uint32_t log_tile;  /**< log2 of a tile's words               */
    uint32_t before;    /**< stages nearer to the root: 0 or s1   */
    uint32_t stages;    /**< log2 of a line's words, 4 at least   */
    uint32_t log_width; /**< log2 of an element's words          */
};

/** logn in SCK_NTT_TILE_LOGN_MIN..MAX. */
SCK_INLINE struct sck_ntt_pass sck_ntt_columns(uint32_t logn)
{
    const struct sck_ntt_pass pass = {
        logn, logn < SCK_NTT_COLUMNS_LOG_TILE ? logn : SCK_NTT_COLUMNS_LOG_TILE,
        0, logn / 2 - 1, 2};

    return pass;
}

SCK_INLINE struct sck_ntt_pass sck_ntt_rows(uint32_t logn)
{
    const uint32_t s1 = logn / 2 - 1;
    const struct sck_ntt_pass pass = {
        logn, logn < SCK_NTT_ROWS_LOG_TILE ? logn : SCK_NTT_ROWS_LOG_TILE, s1,
        logn - s1, 0};

    return pass;
}

/** The columns' pass in tiles of eight columns and elements of one word: the
 *  same results from fewer registers, for kernels that need them. */
SCK_INLINE struct sck_ntt_pass sck_ntt_narrow_columns(uint32_t logn)
{
    const uint32_t s1 = logn / 2 - 1;
    const struct sck_ntt_pass pass = {logn, s1 + SCK_NTT_NARROW_LOG_COLUMNS, 0,
                                      s1, 0};

    return pass;
}

/** Stages of a pass's first step on the way from the root. */
SCK_INLINE uint32_t sck_ntt_first_stages(const struct sck_ntt_pass *p)
{
    return p->stages % SCK_NTT_GROUP == 0 ? SCK_NTT_GROUP
                                          : p->stages % SCK_NTT_GROUP;
}

/** Threads of a tile's block: eight elements each. */
SCK_INLINE uint32_t sck_ntt_threads(const struct sck_ntt_pass *p)
{
    return 1u << p->log_tile >> SCK_NTT_GROUP >> p->log_width;
}

/** A group of a step: where its first element is in the limb and in the tile,
 *  how far apart its elements are there, and the twiddle its stages begin
 *  with: the halves' of node are 2 node and 2 node + 1. */
struct sck_ntt_place {
    uint32_t limb, limb_step, tile, tile_step, node;
};

/** Group g of a step of `stages` stages, `done` of the pass's stages lying
 *  before it on the way from the root. Groups of one step touch different
 *  words; neighbouring groups have neighbouring elements. */
SCK_INLINE struct sck_ntt_place sck_ntt_place_of(const struct sck_ntt_pass *p,
                                                 uint32_t tile, uint32_t done,
                                                 uint32_t stages, uint32_t g)
{
    const int columns = p->before == 0;
    const uint32_t log_lines = p->log_tile - p->stages;
    const uint32_t log_elements = log_lines - p->log_width; /* of a row */
    const uint32_t log_groups = p->stages - stages;         /* of a line */
    const uint32_t log_gap = p->stages - done - stages;
    const uint32_t line = columns
                              ? (g & ((1u << log_elements) - 1)) << p->log_width
                              : g >> log_groups;
    const uint32_t inside =
        columns ? g >> log_elements : g & ((1u << log_groups) - 1);
    const uint32_t block = inside >> log_gap;
    const uint32_t first =
        block << (log_gap + stages) | (inside & ((1u << log_gap) - 1));
    const uint32_t limb_line = tile << log_lines | line;
    const uint32_t log_row = p->logn - p->stages;
    struct sck_ntt_place place;

    place.node =
        ((columns ? 1 : (1u << p->before) + limb_line) << done) + block;
    if (columns) {
        place.limb = first << log_row | limb_line;
        place.limb_step = 1u << (log_row + log_gap);
        place.tile = first << log_lines | line;
        place.tile_step = 1u << (log_lines + log_gap);
    } else {
        place.limb = limb_line << p->stages | first;
        place.tile = line << p->stages | first;
        place.limb_step = place.tile_step = 1u << log_gap;
    }
    return place;
}

/** A row tile's place with padding: eight neighbours, or words eight apart,
 *  that threads take at once are then in different banks. A column tile needs
 *  none: eight threads' elements are one row of it, 128 bytes. */
SCK_INLINE uint32_t sck_ntt_padded(uint32_t place)
{
    return place + (place >> 3);
}

/** A narrow column tile's: groups of the last step are 64 words apart. */
SCK_INLINE uint32_t sck_ntt_padded_narrow(uint32_t place)
{
    return place + (place >> 6 << 3);
}

/** x, y in [0, 4 q), gives x + w y and x - w y in [0, 4 q). twice is 2 q, a
 * word of its own (sck_montgomery_sum_of()). */
SCK_INLINE void sck_ntt_butterfly(uint32_t *x, uint32_t *y, uint32_t w,
                                  uint32_t companion, uint32_t q,
                                  uint32_t twice)
{
    const uint32_t u = sck_mod_once(*x, twice);
    const uint32_t v = sck_shoup_lazy(*y, w, companion, q);

    *x = u + v;
    *y = u - v + twice;
}

/** x, y in [0, 2 q), gives x + y and (x - y) w in [0, 2 q). */
SCK_INLINE void sck_intt_butterfly(uint32_t *x, uint32_t *y, uint32_t w,
                                   uint32_t companion, uint32_t q,
                                   uint32_t twice)
{
    const uint32_t u = *x;
    const uint32_t v = *y;

    *x = sck_mod_once(u + v, twice);
    *y = sck_shoup_lazy(u - v + twice, w, companion, q);
}

/** sck_ntt_butterfly() with w in Montgomery form: one word instead of two. */
SCK_INLINE void sck_ntt_butterfly_montgomery(uint32_t *x, uint32_t *y,
                                             uint32_t w, uint32_t q,
                                             uint32_t twice,
                                             uint32_t minus_q_inverse)
{
    const uint32_t u = sck_mod_once(*x, twice);
    const uint32_t v =
        sck_montgomery_lazy((uint64_t)*y * w, q, minus_q_inverse);

    *x = u + v;
    *y = u - v + twice;
}

/** sck_intt_butterfly(), likewise. */
SCK_INLINE void sck_intt_butterfly_montgomery(uint32_t *x, uint32_t *y,
                                              uint32_t w, uint32_t q,
                                              uint32_t twice,
                                              uint32_t minus_q_inverse)
{
    const uint32_t u = *x;
    const uint32_t v = *y;

    *x = sck_mod_once(u + v, twice);
    *y = sck_montgomery_lazy((uint64_t)(u - v + twice) * w, q, minus_q_inverse);
}

/** x in [0, 4 q), gives x mod q, reduced. */
SCK_INLINE uint32_t sck_ntt_finish(uint32_t x, uint32_t q, uint32_t twice)
{
    return sck_mod_once(sck_mod_once(x, twice), q);
}

#endif
