/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_encode_embed_ref() on LANES slots at once: the same butterflies with the
 * same roots in another order. Two stages go in one pass over a block, blocks
 * that fit the nearest cache are finished one by one, and the last LOG_LANES
 * stages are done in the tiles of the bit reversal, where lanes are blocks. The
 * including file gives the vectors: doubles_avx512.h, doubles_avx2.h. */
#include "encode.h"

#include <string.h>

/* Slots as re, im apart, and the roots of every stage (ring.h). */
struct slots {
    double *re, *im;
    const double *root_re, *root_im;
    const double *values; /* where the first pass finds them */
};

/* (a, b) <- (a + b, (a - b) w) */
static inline void butterfly(vec *ar, vec *ai, vec *br, vec *bi, vec wr, vec wi)
{
    const vec dr = minus(*ar, *br), di = minus(*ai, *bi);

    *ar = plus(*ar, *br);
    *ai = plus(*ai, *bi);
    *br = minus(times(dr, wr), times(di, wi));
    *bi = plus(times(dr, wi), times(di, wr));
}

#include "tile_lanes.h"

static inline void take(const struct slots *s, int first, size_t i, vec *re,
                        vec *im)
{
    if (first) {
        load_pairs(s->values + 2 * i, re, im);
    } else {
        *re = load(s->re + i);
        *im = load(s->im + i);
    }
}

/* One stage of the whole, blocks of len slots being one: the first pass. */
static void first_stage(const struct slots *s, uint32_t len)
{
    const uint32_t h = len / 2;

    for (uint32_t j = 0; j < h; j += LANES) {
        vec ar, ai, br, bi;

        take(s, 1, j, &ar, &ai);
        take(s, 1, j + h, &br, &bi);
        butterfly(&ar, &ai, &br, &bi, load(s->root_re + h + j),
                  load(s->root_im + h + j));
        store(s->re + j, ar);
        store(s->im + j, ai);
        store(s->re + h + j, br);
        store(s->im + h + j, bi);
    }
}

/* The stages len and len / 2 of the block of len slots from `at` on. */
static inline void two_stages(const struct slots *s, int first, uint32_t at,
                              uint32_t len)
{
    const uint32_t h = len / 2, quarter = len / 4;

    for (uint32_t j = 0; j < quarter; j += LANES) {
        const vec wr = load(s->root_re + quarter + j);
        const vec wi = load(s->root_im + quarter + j);
        vec re[4], im[4];

        for (uint32_t i = 0; i < 4; i++)
            take(s, first, at + i * quarter + j, &re[i], &im[i]);
        for (uint32_t i = 0; i < 2; i++)
            butterfly(&re[i], &im[i], &re[i + 2], &im[i + 2],
                      load(s->root_re + h + i * quarter + j),
                      load(s->root_im + h + i * quarter + j));
        for (uint32_t i = 0; i < 4; i += 2)
            butterfly(&re[i], &im[i], &re[i + 1], &im[i + 1], wr, wi);
        for (uint32_t i = 0; i < 4; i++) {
            store(s->re + at + i * quarter + j, re[i]);
            store(s->im + at + i * quarter + j, im[i]);
        }
    }
}

/* All stages from len on down to blocks of LANES, an even number of them, in
 * the block from `at` on. */
static void stages(const struct slots *s, uint32_t at, uint32_t len)
{
    if (len > NEAR) {
        two_stages(s, 0, at, len);
        for (uint32_t i = 0; i < 4; i++)
            stages(s, at + i * (len / 4), len / 4);
        return;
    }
    for (uint32_t block = len; block > LANES; block /= 4)
        for (uint32_t i = 0; i < len; i += block)
            two_stages(s, 0, at + i, block);
}

/* Slot i = row n / LANES + LANES tile + lane goes to its reversed bits:
 * rev(lane) n / LANES + LANES rev(tile) + rev(row). Rows are read in reversed
 * order, so that transposed lanes are in theirs, each vector one place of every
 * block: the blocks' last stages have one root a butterfly. */
static inline void tile(const struct slots *s, uint32_t n, uint32_t m, vec *re,
                        vec *im)
{
    for (uint32_t row = 0; row < LANES; row++) {
        const uint32_t from = reversed(row) * (n / LANES) + LANES * m;

        re[row] = load(s->re + from);
        im[row] = load(s->im + from);
    }
    transpose(re);
    transpose(im);
    if (LANES == 8)
        tile_stage(s, 4, re, im);
    tile_stage(s, 2, re, im);
    tile_stage(s, 1, re, im);
}

/* Coefficients of one tile to the places of tile m. */
static inline void finish(int64_t *re_out, int64_t *im_out, uint32_t n,
                          uint32_t m, double scale, const vec *re,
                          const vec *im)
{
    const vec inverse = set(1.0 / n), by = set(scale);

    for (uint32_t lane = 0; lane < LANES; lane++) {
        const uint32_t to = reversed(lane) * (n / LANES) + LANES * m;

        store_rounded(re_out + to, times(times(re[lane], inverse), by));
        store_rounded(im_out + to, times(times(im[lane], inverse), by));
    }
}

static void reverse(const struct slots *s, const struct sck_ring *ring,
                    uint32_t n, double scale, int64_t *out)
{
    const uint32_t tiles = n / (LANES * LANES);

    for (uint32_t m = 0; m < tiles; m++) {
        const uint32_t other =
            (uint32_t)((uint64_t)ring->brv[m] * tiles >> ring->logn);
        vec re[2][LANES], im[2][LANES];

        if (other < m)
            continue;
        tile(s, n, m, re[0], im[0]);
        if (other != m)
            tile(s, n, other, re[1], im[1]);
        finish(out, out + ring->n / 2, n, other, scale, re[0], im[0]);
        if (other != m)
            finish(out, out + ring->n / 2, n, m, scale, re[1], im[1]);
    }
}

/* From the far end, so that nothing is overwritten unread. */
static void spread(int64_t *x, uint32_t n, uint32_t gap)
{
    for (uint32_t i = n; gap > 1 && i-- > 0;) {
        const int64_t word = x[i];

        memset(x + i * gap, 0, gap * sizeof *x);
        x[i * gap] = word;
    }
}

static void embed(const struct sck_encode_args *args,
                  const struct sck_ring *ring, int64_t *out,
                  const double *values)
{
    const uint32_t n = args->slots, half = ring->n / 2;
    /* The slots are transformed inside out, whose words hold doubles till the
     * end: a kernel has no memory of its own. */
    const struct slots s = {(double *)(void *)out,
                            (double *)(void *)(out + half), ring->slot_roots,
                            ring->slot_roots + half, values};
    int odd = LOG_LANES & 1;

    if (n < LANES * LANES) {
        sck_encode_embed_ref(args, ring, out, values);
        return;
    }
    for (uint32_t len = n; len > 1; len /= 2)
        odd = !odd;
    if (odd)
        first_stage(&s, n);
    else
        two_stages(&s, 1, 0, n);

    const uint32_t block = odd ? n / 2 : n / 4;
    for (uint32_t at = 0; at < n; at += block)
        stages(&s, at, block);
    reverse(&s, ring, n, args->scale, out);
    spread(out, n, half / n);
    spread(out + half, n, half / n);
}
