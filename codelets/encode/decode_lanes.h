/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_decode_embed_ref() on LANES slots at once, the same butterflies with the
 * same roots: embed_lanes.h backwards. Until the last pass LANES real parts and
 * their imaginary parts lie one vector after the other, which it interleaves in
 * place. The including file gives the vectors. */
#include "encode.h"

struct slots {
    double *x;
    const double *root_re, *root_im; /* of every stage (ring.h) */
    double scale;
};

/* (a, b) <- (a + b / w, a - b / w), 1 / w being w's conjugate. */
static inline void butterfly(vec *ar, vec *ai, vec *br, vec *bi, vec wr, vec wi)
{
    const vec tr = plus(times(*br, wr), times(*bi, wi));
    const vec ti = minus(times(*bi, wr), times(*br, wi));

    *br = minus(*ar, tr);
    *bi = minus(*ai, ti);
    *ar = plus(*ar, tr);
    *ai = plus(*ai, ti);
}

#include "tile_lanes.h"

static inline void take(const struct slots *s, size_t i, vec *re, vec *im)
{
    *re = load(s->x + 2 * i);
    *im = load(s->x + 2 * i + LANES);
}

static inline void put(const struct slots *s, int last, size_t i, vec re,
                       vec im)
{
    if (last) {
        store_pairs(s->x + 2 * i, over(re, set(s->scale)),
                    over(im, set(s->scale)));
    } else {
        store(s->x + 2 * i, re);
        store(s->x + 2 * i + LANES, im);
    }
}

/* The last stage of all. */
static void last_stage(const struct slots *s, uint32_t len)
{
    const uint32_t h = len / 2;

    for (uint32_t j = 0; j < h; j += LANES) {
        vec ar, ai, br, bi;

        take(s, j, &ar, &ai);
        take(s, j + h, &br, &bi);
        butterfly(&ar, &ai, &br, &bi, load(s->root_re + h + j),
                  load(s->root_im + h + j));
        put(s, 1, j, ar, ai);
        put(s, 1, j + h, br, bi);
    }
}

/* The stages len / 2 and len of the block of len slots from `at` on. */
static inline void two_stages(const struct slots *s, int last, uint32_t at,
                              uint32_t len)
{
    const uint32_t h = len / 2, quarter = len / 4;

    for (uint32_t j = 0; j < quarter; j += LANES) {
        const vec wr = load(s->root_re + quarter + j);
        const vec wi = load(s->root_im + quarter + j);
        vec re[4], im[4];

        for (uint32_t i = 0; i < 4; i++)
            take(s, at + i * quarter + j, &re[i], &im[i]);
        for (uint32_t i = 0; i < 4; i += 2)
            butterfly(&re[i], &im[i], &re[i + 1], &im[i + 1], wr, wi);
        for (uint32_t i = 0; i < 2; i++)
            butterfly(&re[i], &im[i], &re[i + 2], &im[i + 2],
                      load(s->root_re + h + i * quarter + j),
                      load(s->root_im + h + i * quarter + j));
        for (uint32_t i = 0; i < 4; i++)
            put(s, last, at + i * quarter + j, re[i], im[i]);
    }
}

/* All stages from blocks of LANES up to len, an even number of them, in the
 * block from `at` on. */
static void stages(const struct slots *s, uint32_t at, uint32_t len)
{
    if (len > NEAR) {
        for (uint32_t i = 0; i < 4; i++)
            stages(s, at + i * (len / 4), len / 4);
        two_stages(s, 0, at, len);
        return;
    }
    for (uint32_t block = 4 * LANES; block <= len; block *= 4)
        for (uint32_t i = 0; i < len; i += block)
            two_stages(s, 0, at + i, block);
}

/* Slots LANES m to LANES (m + 1) of every LANES-th of the slots, from the
 * coefficients at the reversed bits, through the first LOG_LANES stages. */
static inline void tile(const struct slots *s, uint32_t n, uint32_t m,
                        const double *re_in, const double *im_in)
{
    vec re[LANES], im[LANES];

    for (uint32_t lane = 0; lane < LANES; lane++) {
        re[lane] = load(re_in + reversed(lane) * (n / LANES));
        im[lane] = load(im_in + reversed(lane) * (n / LANES));
    }
    tile_stage(s, 1, re, im);
    tile_stage(s, 2, re, im);
    if (LANES == 8)
        tile_stage(s, 4, re, im);
    transpose(re);
    transpose(im);
    for (uint32_t row = 0; row < LANES; row++)
        put(s, 0, reversed(row) * (n / LANES) + LANES * m, re[row], im[row]);
}

static void decode(const struct sck_encode_args *args,
                   const struct sck_ring *ring, double *values,
                   const double *coefficients)
{
    const uint32_t n = args->slots, half = ring->n / 2;
    const uint32_t tiles = n / (LANES * LANES);
    const struct slots s = {values, ring->slot_roots, ring->slot_roots + half,
                            args->scale};
    int odd = LOG_LANES & 1;

    if (n != half || tiles == 0) {
        sck_decode_embed_ref(args, ring, values, coefficients);
        return;
    }
    for (uint32_t m = 0; m < tiles; m++) {
        const double *from =
            coefficients +
            LANES * (size_t)((uint64_t)ring->brv[m] * tiles >> ring->logn);

        tile(&s, n, m, from, from + half);
    }
    for (uint32_t len = n; len > 1; len /= 2)
        odd = !odd;

    const uint32_t block = odd ? n / 2 : n / 4;

    for (uint32_t at = 0; at < n; at += block)
        stages(&s, at, block);
    if (odd)
        last_stage(&s, n);
    else
        two_stages(&s, 1, 0, n);
}
