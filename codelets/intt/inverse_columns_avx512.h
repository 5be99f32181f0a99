/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of intt_row_avx512.c between vectors, sixteen butterflies at a
 * time: words stay in [0, 2 q) between stages (Harvey, arXiv 1205.2926).
 *
 * Where a pass is signed, a stage leaves -y for y where the next one subtracts:
 * of its blocks those whose node is odd, whose twiddles are negative therefore.
 * x - y is x + (-y) then, without 2 q to keep it positive, and x + y is
 * x - (-y), one instruction less a butterfly. Such a word may be 2 q.
 *
 * 1/N is folded into the last pass' twiddles: of a block's words each is
 * multiplied where it first is a difference, and only the one that never is
 * takes a product more. */
#ifndef SCK_INVERSE_COLUMNS_AVX512_H
#define SCK_INVERSE_COLUMNS_AVX512_H

#include "passes_avx512.h"

/* A pass' twiddles; those of the transform's last also times 1/N, which is node
 * 0, else NULL. */
struct trees {
    struct sck_v16_tree plain;
    const struct sck_v16_tree *scaled;
};

/* Whether stages leave -y to one another, the first one's y is -y and the last
 * one leaves -x, -y. */
struct signs {
    int within, first, last;
};

/* What a butterfly takes and gives: -y for y; -x, -y for x, y. */
struct sign {
    int y_minus, minus;
};

/* (x - y) w, or minus that if w is -w, in [0, 2 q). */
SCK_TEMPLATE __m512i difference(__m512i x, __m512i y, struct sign s,
                                struct sck_v16_twiddle w,
                                struct sck_v16_modulus m)
{
    const __m512i d = s.y_minus
                          ? _mm512_add_epi32(x, y)
                          : _mm512_add_epi32(_mm512_sub_epi32(x, y), m.q2);

    return sck_v16_shoup_split(d, w.w, w.even, w.odd, m.q);
}

/* x + y in [0, 2 q), or minus that, in [0, 2 q]: a word of [-2 q, 2 q] wraps to
 * a greater one than it is with 2 q exactly if it is negative. */
SCK_TEMPLATE __m512i sum(__m512i x, __m512i y, struct sign s,
                         struct sck_v16_modulus m)
{
    __m512i less;

    if (s.y_minus)
        less = s.minus ? _mm512_sub_epi32(y, x) : _mm512_sub_epi32(x, y);
    else if (s.minus)
        less = _mm512_sub_epi32(m.q2, _mm512_add_epi32(x, y));
    else
        return sck_v16_once(_mm512_add_epi32(x, y), m.q2);
    return _mm512_min_epu32(less, _mm512_add_epi32(less, m.q2));
}

/* Eleven instructions; without signs twelve, thirteen to give -x, -y. */
SCK_TEMPLATE void butterfly(__m512i *x, __m512i *y, struct sign s,
                            struct sck_v16_twiddle w, struct sck_v16_modulus m)
{
    const __m512i u = *x;

    *x = sum(u, *y, s, m);
    *y = difference(u, *y, s, w, m);
}

/* The transform's last: x + y, times `scale` if that is given, and (x - y) w,
 * reduced. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y, int y_minus,
                                 const struct sck_v16_twiddle *scale,
                                 struct sck_v16_twiddle w,
                                 struct sck_v16_modulus m)
{
    const struct sign s = {y_minus, 0};
    const __m512i u = *x;

    *x = sum(u, *y, s, m);
    *y = sck_v16_once(difference(u, *y, s, w, m), m.q);
    if (scale != NULL)
        *x = sck_v16_shoup_split(*x, scale->w, scale->even, scale->odd, m.q);
    *x = sck_v16_once(*x, m.q);
}

/* One stage of blocks of 2 half vectors, the first one's twiddle being `node`.
 */
SCK_TEMPLATE void stage(struct trees t, struct sck_v16_modulus m,
                        struct signs s, uint32_t vectors, uint32_t half,
                        uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        const int is_last = half == vectors / 2;
        const int is_due = t.scaled != NULL && i % half == 0;
        const struct sck_v16_twiddle w =
            sck_v16_spread(is_due ? *t.scaled : t.plain, node + block);
        const struct sign here = {half > 1 ? s.within : s.first,
                                  is_last ? s.last
                                          : s.within && block % 2 == 1};
        __m512i *y = x + (i + half * block);

        if (t.scaled == NULL || !is_last) {
            butterfly(y, y + half, here, w, m);
        } else if (is_due) {
            const struct sck_v16_twiddle scale = sck_v16_spread(*t.scaled, 0);

            last_butterfly(y, y + half, here.y_minus, &scale, w, m);
        } else {
            last_butterfly(y, y + half, here.y_minus, NULL, w, m);
        }
    }
}

/* The stages of 2^stages vectors, up to the block whose twiddle is `node`. If t
 * has scaled ones, the last of them is the transform's. */
SCK_TEMPLATE void group(struct trees t, struct sck_v16_modulus m,
                        struct signs s, uint32_t stages, uint32_t node,
                        __m512i *x)
{
    const uint32_t vectors = 1u << stages;

    if (stages > 3)
        stage(t, m, s, vectors, vectors / 16, 8 * node, x);
    if (stages > 2)
        stage(t, m, s, vectors, vectors / 8, 4 * node, x);
    if (stages > 1)
        stage(t, m, s, vectors, vectors / 4, 2 * node, x);
    stage(t, m, s, vectors, vectors / 2, node, x);
}

/* count columns of 2^stages words, in_gap apart in `in`, out_gap in `out`. */
SCK_TEMPLATE void columns(struct trees t, struct sck_v16_modulus m,
                          struct signs s, uint32_t stages, uint32_t node,
                          uint32_t count, uint32_t *out, size_t out_gap,
                          const uint32_t *in, size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                x[e] = sck_v16_load(in + j + e * in_gap);
        group(t, m, s, stages, node, x);
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                sck_v16_store(out + j + e * out_gap, x[e]);
    }
}

/* The stages before leave runs: a column's words are a run apart. */
SCK_TEMPLATE void inner_columns(struct trees t, struct sck_v16_modulus m,
                                struct signs s, uint32_t stages, uint32_t node,
                                uint32_t *x)
{
    if (stages == 4)
        columns(t, m, s, 4, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 3)
        columns(t, m, s, 3, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 2)
        columns(t, m, s, 2, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
}

/* From where the passes before worked, into `out`. */
SCK_TEMPLATE void outer_columns(struct trees t, struct sck_v16_modulus m,
                                struct signs s, uint32_t stages, uint32_t gap,
                                uint32_t *out, struct sck_passes_row work)
{
    if (stages == 4)
        columns(t, m, s, 4, 1, gap, out, gap, work.words, work.gap);
    else if (stages == 3)
        columns(t, m, s, 3, 1, gap, out, gap, work.words, work.gap);
    else if (stages == 2)
        columns(t, m, s, 2, 1, gap, out, gap, work.words, work.gap);
    else
        columns(t, m, s, 1, 1, gap, out, gap, work.words, work.gap);
}

#endif
