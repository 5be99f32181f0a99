/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The forward transform cut for a device: two passes over a limb, each a grid
 * of tiles, each tile a few steps between barriers. A step is groups of up to
 * eight words that one thread holds in registers for up to three stages.
 *
 * With logn = s1 + s2 the limb is a matrix of 2^s1 rows of 2^s2 words. The
 * first s1 stages never leave a column, the others never leave a row: pass 0
 * works on columns, pass 1 on rows. The columns (rows) are the pass's lines.
 *
 * Words stay in [0, 4 q) between stages (Harvey, arXiv 1205.2926). Plain C, so
 * that the host's test runs the device's indices and arithmetic. */
#ifndef SCK_NTT_TILE_H
#define SCK_NTT_TILE_H

#include "modular.h"

#define SCK_NTT_TILE_LOGN_MIN 10
#define SCK_NTT_TILE_LOGN_MAX 16
#define SCK_NTT_LOG_TILE 11 /**< words of a tile, log2: 8 for each thread */
#define SCK_NTT_THREADS 256
#define SCK_NTT_GROUP 3 /**< stages of a group at most */

/** Words of shared memory for a tile: one in nine is padding. */
#define SCK_NTT_TILE_WORDS ((1u << SCK_NTT_LOG_TILE) * 9 / 8)

#ifdef __CUDA_ARCH__
#define SCK_NTT_UNROLL _Pragma("unroll")
#else
#define SCK_NTT_UNROLL
#endif

struct sck_ntt_pass {
    uint32_t logn;
    uint32_t log_tile; /**< log2 of a tile's words       */
    uint32_t before;   /**< stages done by the pass before */
    uint32_t stages;   /**< log2 of a line's words       */
};

/** Pass 0 or 1; logn in SCK_NTT_TILE_LOGN_MIN..MAX. A line is at most 2^9
 *  words, so that a tile holds several. */
SCK_INLINE struct sck_ntt_pass sck_ntt_pass_of(uint32_t logn, int which)
{
    const uint32_t s1 = logn / 2 - 1;
    const struct sck_ntt_pass pass = {
        logn, logn < SCK_NTT_LOG_TILE ? logn : SCK_NTT_LOG_TILE,
        which == 0 ? 0 : s1, which == 0 ? s1 : logn - s1};

    return pass;
}

/** Where word r of a line is among 2^log_words words: the limb (log_words =
 *  logn, the limb's line) or the tile (log_tile, the tile's line). */
SCK_INLINE uint32_t sck_ntt_place(const struct sck_ntt_pass *p,
                                  uint32_t log_words, uint32_t line, uint32_t r)
{
    return p->before == 0 ? r << (log_words - p->stages) | line
                          : line << p->stages | r;
}

/** The tile's place with padding: eight neighbours, or words eight apart, that
 *  threads take at once are then in different banks. */
SCK_INLINE uint32_t sck_ntt_padded(uint32_t place)
{
    return place + (place >> 3);
}

/** The limb's word that the tile's word `place` is. */
SCK_INLINE uint32_t sck_ntt_word_of(const struct sck_ntt_pass *p, uint32_t tile,
                                    uint32_t place)
{
    const uint32_t log_lines = p->log_tile - p->stages;

    if (p->before != 0)
        return tile << p->log_tile | place;
    return sck_ntt_place(p, p->logn,
                         tile << log_lines | (place & ((1u << log_lines) - 1)),
                         place >> log_lines);
}

/** x, y in [0, 4 q), gives x + w y and x - w y in [0, 4 q). */
SCK_INLINE void sck_ntt_butterfly(uint32_t *x, uint32_t *y, uint32_t w,
                                  uint32_t companion, uint32_t q)
{
    const uint32_t u = sck_mod_once(*x, 2 * q);
    const uint32_t v = sck_shoup_lazy(*y, w, companion, q);

    *x = u + v;
    *y = u - v + 2 * q;
}

/** x in [0, 4 q), gives x mod q, reduced. */
SCK_INLINE uint32_t sck_ntt_finish(uint32_t x, uint32_t q)
{
    return sck_mod_once(sck_mod_once(x, 2 * q), q);
}

/** The stages of a group of 2^stages words, from the block whose twiddle is
 *  word `node` of psi: its halves' are 2 node and 2 node + 1. */
SCK_INLINE void sck_ntt_group(uint32_t *x, uint32_t stages, uint32_t node,
                              const struct sck_prime_table *t)
{
    SCK_NTT_UNROLL
    for (uint32_t s = 0; s < stages; s++) {
        const uint32_t half = 1u << (stages - s - 1);

        SCK_NTT_UNROLL
        for (uint32_t i = 0; i < 1u << s; i++) {
            const uint32_t w = t->psi[(node << s) + i];
            const uint32_t companion = t->psi_shoup[(node << s) + i];

            SCK_NTT_UNROLL
            for (uint32_t e = 0; e < half; e++)
                sck_ntt_butterfly(&x[2 * half * i + e],
                                  &x[2 * half * i + half + e], w, companion,
                                  t->q);
        }
    }
}

/** Group g < 2^(log_tile - stages) of a step, `done` of the pass's stages being
 *  done: from `in`, the limb, in the first step, else from the tile; to the
 *  tile. Groups of one step touch different words. `stages` is constant where
 *  called, so that the group stays in registers. */
SCK_INLINE void sck_ntt_step(const struct sck_ntt_pass *p, uint32_t tile,
                             uint32_t done, uint32_t stages, uint32_t g,
                             const struct sck_prime_table *t,
                             const uint32_t *in, uint32_t *shared)
{
    const uint32_t log_lines = p->log_tile - p->stages;
    const uint32_t log_groups = p->stages - stages; /* of a line */
    const uint32_t log_gap = p->stages - done - stages;
    /* Neighbouring threads take neighbouring words: those of a row are in
     * neighbouring columns, that is lines of pass 0. */
    const int columns = p->before == 0;
    const uint32_t line =
        columns ? g & ((1u << log_lines) - 1) : g >> log_groups;
    const uint32_t inside =
        columns ? g >> log_lines : g & ((1u << log_groups) - 1);
    const uint32_t block = inside >> log_gap;
    const uint32_t first =
        block << (p->stages - done) | (inside & ((1u << log_gap) - 1));
    const uint32_t limb_line = tile << log_lines | line;
    const uint32_t root = columns ? 1 : (1u << p->before) + limb_line;
    uint32_t x[1 << SCK_NTT_GROUP];

    SCK_NTT_UNROLL
    for (uint32_t e = 0; e < 1u << stages; e++) {
        const uint32_t r = first + (e << log_gap);

        x[e] = done == 0 ? in[sck_ntt_place(p, p->logn, limb_line, r)]
                         : shared[sck_ntt_padded(
                               sck_ntt_place(p, p->log_tile, line, r))];
    }
    sck_ntt_group(x, stages, (root << done) + block, t);
    SCK_NTT_UNROLL
    for (uint32_t e = 0; e < 1u << stages; e++)
        shared[sck_ntt_padded(sck_ntt_place(p, p->log_tile, line,
                                            first + (e << log_gap)))] = x[e];
}

#endif
