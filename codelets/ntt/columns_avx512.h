/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of ntt_row_avx512.c between vectors: Harvey's lazy butterflies
 * (arXiv 1205.2926), sixteen at a time. Words stay in [0, 4 q) between stages,
 * which q < 2^30 lets a word hold.
 *
 * A stage adds up to 2 q to what its x was. Of a small prime, whose 15 q a word
 * holds, x therefore needs reducing at the first of four stages only: the first
 * pass ends below 9 q, the second starts from 6 q and ends below 14 q, a run
 * starts from 7 q, is below 15 q between its vectors' stages and those inside,
 * and starts these from 8 q. */
#ifndef SCK_COLUMNS_AVX512_H
#define SCK_COLUMNS_AVX512_H

#include "passes_avx512.h"

/* Words ahead that the first pass asks for; and asks for again, since a request
 * may be forgotten, and costs nothing if its line has come. */
enum { AHEAD = 128, AGAIN = 64 };

/* What x is reduced below at the first stage of the second pass' columns, of a
 * run's vectors and inside them; 2 q everywhere if the prime is not small. */
struct bounds {
    struct sck_v16_modulus m;
    __m512i columns, run, inside;
};

/* Reduces x below 2 bound to below bound, or leaves it; gives x + w y and
 * x - w y + 2 q, at most 2 q more. Twelve instructions, ten if x is left. */
SCK_TEMPLATE void butterfly(__m512i *x, __m512i *y, struct sck_v16_twiddle w,
                            struct sck_v16_modulus m, int reduces,
                            __m512i bound)
{
    const __m512i u = reduces ? sck_v16_once(*x, bound) : *x;
    const __m512i v = sck_v16_shoup_split(*y, w.w, w.even, w.odd, m.q);

    *x = _mm512_add_epi32(u, v);
    *y = _mm512_add_epi32(_mm512_sub_epi32(u, v), m.q2);
}

/* One stage of blocks of 2 half vectors, the first one's twiddle being `node`.
 */
SCK_TEMPLATE void stage(struct sck_v16_tree t, struct sck_v16_modulus m,
                        int reduces, __m512i bound, uint32_t vectors,
                        uint32_t half, uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        __m512i *y = x + (i + half * block);

        butterfly(y, y + half, sck_v16_spread(t, node + block), m, reduces,
                  bound);
    }
}

/* The stages of 2^stages vectors, from the block whose twiddle is `node`. The
 * transform's first stage takes words in [0, q), or, is_first being 2, in
 * [0, 3 q): of a small prime the first pass then ends below 11 q. */
SCK_TEMPLATE void group(struct sck_v16_tree t, struct sck_v16_modulus m,
                        int is_first, int is_small, __m512i bound,
                        uint32_t stages, uint32_t node, __m512i *x)
{
    const uint32_t vectors = 1u << stages;

    stage(t, m, is_first == 0 || (is_first == 2 && !is_small), bound, vectors,
          vectors / 2, node, x);
    if (stages > 1)
        stage(t, m, !is_small, bound, vectors, vectors / 4, 2 * node, x);
    if (stages > 2)
        stage(t, m, !is_small, bound, vectors, vectors / 8, 4 * node, x);
    if (stages > 3)
        stage(t, m, !is_small, bound, vectors, vectors / 16, 8 * node, x);
}

/* count columns of 2^stages words, in_gap apart in `in`, out_gap in `out`. */
SCK_TEMPLATE void columns(struct sck_v16_tree t, const struct bounds *b,
                          int is_first, int is_small, uint32_t stages,
                          uint32_t node, uint32_t count, uint32_t *out,
                          size_t out_gap, const uint32_t *in, size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];
        size_t at = j;

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages) {
                if (is_first) {
                    sck_v16_ask(in, at + AHEAD);
                    sck_v16_ask(in, at + AGAIN);
                }
                x[e] = sck_v16_load(in + at);
                at = is_first ? sck_passes_step(at, in_gap) : at + in_gap;
            }
        group(t, b->m, is_first, is_small, b->columns, stages, node, x);
        at = j;
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages) {
                sck_v16_store(out + at, x[e]);
                at = is_first ? sck_passes_step(at, out_gap) : at + out_gap;
            }
    }
}

SCK_TEMPLATE void any_columns(struct sck_v16_tree t, const struct bounds *b,
                              int is_first, int is_small, uint32_t stages,
                              uint32_t node, uint32_t count, uint32_t *out,
                              size_t out_gap, const uint32_t *in, size_t in_gap)
{
    if (stages == 4)
        columns(t, b, is_first, is_small, 4, node, count, out, out_gap, in,
                in_gap);
    else if (stages == 3)
        columns(t, b, is_first, is_small, 3, node, count, out, out_gap, in,
                in_gap);
    else if (stages == 2)
        columns(t, b, is_first, is_small, 2, node, count, out, out_gap, in,
                in_gap);
    else if (stages == 1)
        columns(t, b, is_first, is_small, 1, node, count, out, out_gap, in,
                in_gap);
}

SCK_TEMPLATE void first_columns(struct sck_v16_tree t, const struct bounds *b,
                                int is_lazy, int is_small, uint32_t stages,
                                uint32_t gap, struct sck_passes_row work,
                                const uint32_t *in)
{
    if (is_lazy)
        any_columns(t, b, 2, is_small, stages, 1, gap, work.words, work.gap, in,
                    gap);
    else
        any_columns(t, b, 1, is_small, stages, 1, gap, work.words, work.gap, in,
                    gap);
}

/* The passes inside leave runs, so that a column's words are a run apart. */
SCK_TEMPLATE void inner_columns(struct sck_v16_tree t, const struct bounds *b,
                                int is_small, uint32_t stages, uint32_t node,
                                uint32_t *x)
{
    any_columns(t, b, 0, is_small, stages, node, SCK_RUN, x, SCK_RUN, x,
                SCK_RUN);
}

#endif
