/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Harvey's lazy butterflies (arXiv 1205.2926), sixteen at a time, in the passes
 * of passes_avx512.h: words stay in [0, 4 q) between stages, which q < 2^30
 * lets a word hold, and are reduced in the last.
 *
 * A stage adds up to 2 q to what its x was. Of a small prime, whose 15 q a word
 * holds, x therefore needs reducing at the first of four stages only: the first
 * pass ends below 9 q, the second starts from 6 q and ends below 14 q, a run
 * starts from 7 q, is below 15 q between its vectors' stages and those inside,
 * and starts these from 8 q. */
#include "ntt.h"
#include "passes_avx512.h"

/* Words given to `before` and to `after` at once; words ahead that the first
 * pass asks for. */
enum { BEFORE = 256, AFTER = 1024, AHEAD = 64 };

/* What x is reduced below at the first stage of the second pass' columns, of a
 * run's vectors and inside them; 2 q everywhere if the prime is not small. */
struct bounds {
    struct sck_v16_modulus m;
    __m512i columns, run, inside;
};

_Thread_local _Alignas(64) uint32_t sck_passes_row[1 << 16];

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

/* One stage of blocks of 2 half vectors, the first one's twiddle being word
 * `node` of psi. */
SCK_TEMPLATE void stage(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, int reduces, __m512i bound,
                        uint32_t vectors, uint32_t half, uint32_t node,
                        __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        __m512i *y = x + (i + half * block);

        butterfly(y, y + half,
                  sck_v16_spread(t->psi, t->psi_shoup, node + block), m,
                  reduces, bound);
    }
}

/* The stages of 2^stages vectors, from the block whose twiddle is word `node`
 * of psi: its halves' are 2 node and 2 node + 1. The transform's first stage
 * takes words in [0, q), or, is_first being 2, in [0, 3 q): of a small prime
 * the first pass then ends below 11 q. */
SCK_TEMPLATE void group(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, int is_first, int is_small,
                        __m512i bound, uint32_t stages, uint32_t node,
                        __m512i *x)
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
SCK_TEMPLATE void columns(const struct sck_prime_table *t,
                          const struct bounds *b, int is_first, int is_small,
                          uint32_t stages, uint32_t node, uint32_t count,
                          uint32_t *out, size_t out_gap, const uint32_t *in,
                          size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];
        size_t at = j;

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages) {
                if (is_first)
                    sck_v16_ask(in, at + AHEAD);
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

SCK_TEMPLATE void any_columns(const struct sck_prime_table *t,
                              const struct bounds *b, int is_first,
                              int is_small, uint32_t stages, uint32_t node,
                              uint32_t count, uint32_t *out, size_t out_gap,
                              const uint32_t *in, size_t in_gap)
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

SCK_TEMPLATE void first_columns(const struct sck_prime_table *t,
                                const struct bounds *b, int is_small,
                                uint32_t stages, uint32_t count, uint32_t *out,
                                size_t out_gap, const uint32_t *in,
                                size_t in_gap)
{
    any_columns(t, b, 1, is_small, stages, 1, count, out, out_gap, in, in_gap);
}

/* The passes inside leave runs, so that a column's words are a run apart. */
SCK_TEMPLATE void inner_columns(const struct sck_prime_table *t,
                                const struct bounds *b, int is_small,
                                uint32_t stages, uint32_t node, uint32_t *x)
{
    any_columns(t, b, 0, is_small, stages, node, SCK_RUN, x, SCK_RUN, x,
                SCK_RUN);
}

/* The last butterfly: both results reduced. x below 4 q, of a small prime below
 * 16 q; u, v in [0, q), so u - v wraps to a greater word than u - v + q exactly
 * when u < v. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y,
                                 struct sck_v16_twiddle w,
                                 const struct bounds *b, int is_small)
{
    const struct sck_v16_modulus m = b->m;
    const __m512i q4 = _mm512_add_epi32(m.q2, m.q2);
    const __m512i rest =
        is_small ? sck_v16_once(sck_v16_once(*x, b->inside), q4) : *x;
    const __m512i u = sck_v16_once(sck_v16_once(rest, m.q2), m.q);
    const __m512i v =
        sck_v16_once(sck_v16_shoup_split(*y, w.w, w.even, w.odd, m.q), m.q);
    const __m512i difference = _mm512_sub_epi32(u, v);

    *x = sck_v16_once(_mm512_add_epi32(u, v), m.q);
    *y = _mm512_min_epu32(difference, _mm512_add_epi32(difference, m.q));
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair, word `node`
 * of psi being the first. Pair by pair would wait for each result. */
SCK_TEMPLATE void inside(const struct sck_prime_table *t,
                         const struct bounds *b, int is_small, uint32_t words,
                         uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        const struct sck_v16_twiddle w =
            sck_v16_twiddles(t->psi, t->psi_shoup, node + words * i, words);
        __m512i *y = x + (size_t)2 * i;

        sck_v16_zip(y, y + 1);
        if (words == 16)
            last_butterfly(y, y + 1, w, b, is_small);
        else
            butterfly(y, y + 1, w, b->m, words == 2 || !is_small, b->inside);
    }
}

/* Asks for a quarter of a run's words of the rows that `after` reads: few at a
 * time, since the processor waits for no more than two dozen lines at once. */
static inline void ask_reads(const struct sck_ntt_around *around, size_t at,
                             uint32_t quarter)
{
    for (uint32_t r = 0; around != NULL && r < around->reads_rows; r++)
        for (size_t i = 0; i < SCK_RUN / 4; i += 16)
            sck_v16_ask(around->reads[r], at + SCK_RUN / 4 * quarter + i);
}

/* The last eight stages of SCK_RUN words. `after` will read words ahead. */
SCK_TEMPLATE void run(const struct sck_prime_table *t, const struct bounds *b,
                      int is_small, uint32_t node, uint32_t *out,
                      const uint32_t *in, const struct sck_ntt_around *around,
                      size_t ahead)
{
    __m512i x[16];

    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        x[e] = sck_v16_load(in + (size_t)16 * e);
    group(t, b->m, 0, is_small, b->run, 4, node, x);
    ask_reads(around, ahead, 0);
    inside(t, b, is_small, 2, 16 * node, x);
    ask_reads(around, ahead, 1);
    inside(t, b, is_small, 4, 32 * node, x);
    ask_reads(around, ahead, 2);
    inside(t, b, is_small, 8, 64 * node, x);
    ask_reads(around, ahead, 3);
    inside(t, b, is_small, 16, 128 * node, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e += 2) {
        sck_v16_zip(&x[e], &x[e + 1]);
        sck_v16_store(out + (size_t)16 * e, x[e]);
        sck_v16_store(out + (size_t)16 * e + 16, x[e + 1]);
    }
}

/* The first pass, its input written by `before` into a tile that stays in L1.
 */
SCK_TEMPLATE void first_pass_after(const struct sck_ntt_around *around,
                                   const struct sck_prime_table *t,
                                   const struct bounds *b, int is_small,
                                   uint32_t stages, uint32_t gap, uint32_t *out)
{
    _Alignas(64) uint32_t tile[16 * BEFORE];

    for (uint32_t j = 0; j < gap; j += BEFORE) {
        for (uint32_t e = 0; e < 1u << stages; e++)
            around->before(around->context, e * gap + j, BEFORE,
                           tile + (size_t)e * BEFORE);
        first_columns(t, b, is_small, stages, BEFORE, out + j, gap, tile,
                      BEFORE);
    }
}

/* n of SCK_PASSES_MIN or more; is_small is a constant. */
SCK_TEMPLATE void row(const struct sck_prime_table *t, const struct bounds *b,
                      int is_small, uint32_t n, uint32_t *out,
                      const uint32_t *in, const struct sck_ntt_around *around)
{
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const int fused = around != NULL && around->before != NULL;
    uint32_t *const work = fused || out == in ? out : sck_passes_row;

    if (fused)
        first_pass_after(around, t, b, is_small, p.first, block, work);
    else if (around != NULL && around->lazy)
        any_columns(t, b, 2, is_small, p.first, 1, block, work, block, in,
                    block);
    else
        first_columns(t, b, is_small, p.first, block, work, block, in, block);
    for (uint32_t at = 0; at < n; at += SCK_RUN) {
        const uint32_t node = (n + at) / SCK_RUN;
        const uint32_t count = n < AFTER ? n : AFTER;

        if (at % block == 0)
            inner_columns(t, b, is_small, p.second, (n + at) / block,
                          work + at);
        sck_v16_ask_twiddles(t->psi, t->psi_shoup, node + SCK_RUNS_AHEAD);
        run(t, b, is_small, node, out + at, work + at, around, at + count);
        if (around != NULL && around->after != NULL &&
            (at + SCK_RUN) % count == 0)
            around->after(around->context, at + SCK_RUN - count, count,
                          out + at + SCK_RUN - count);
    }
}

SCK_TEMPLATE struct bounds bounds_of(uint32_t q, uint32_t columns, uint32_t run,
                                     uint32_t inside)
{
    return (struct bounds){{sck_v16_set(q), sck_v16_set(2 * q)},
                           sck_v16_set(columns * q),
                           sck_v16_set(run * q),
                           sck_v16_set(inside * q)};
}

static void row_of_small(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in,
                         const struct sck_ntt_around *around)
{
    const struct bounds b = bounds_of(t->q, 6, 7, 8);

    row(t, &b, 1, n, out, in, around);
}

static void row_of_any(const struct sck_prime_table *t, uint32_t n,
                       uint32_t *out, const uint32_t *in,
                       const struct sck_ntt_around *around)
{
    const struct bounds b = bounds_of(t->q, 2, 2, 2);

    row(t, &b, 0, n, out, in, around);
}

void sck_ntt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                        uint32_t *out, const uint32_t *in,
                        const struct sck_ntt_around *around)
{
    if (n < SCK_PASSES_MIN)
        sck_ntt_row_avx2(t, n, out, in, around);
    else if (t->q <= UINT32_MAX / 15)
        row_of_small(t, n, out, in, around);
    else
        row_of_any(t, n, out, in, around);
}
