/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Harvey's lazy butterflies (arXiv 1205.2926), sixteen at a time, in the passes
 * of passes_avx512.h: words stay in [0, 4 q) between stages, which q < 2^30
 * lets a word hold, and are reduced in the last. */
#include "ntt.h"
#include "passes_avx512.h"

/* Words given to `before` and to `after` at once; words ahead that the first
 * pass asks for. */
enum { BEFORE = 256, AFTER = 1024, AHEAD = 64 };

_Thread_local _Alignas(64) uint32_t sck_passes_row[1 << 16];

/* The first butterfly: x, y in [0, q), so that x needs no reduction before; the
 * results are below 3 q. */
SCK_TEMPLATE void first_butterfly(__m512i *x, __m512i *y,
                                  struct sck_v16_twiddle w,
                                  struct sck_v16_modulus m)
{
    const __m512i v = sck_v16_shoup_split(*y, w.w, w.even, w.odd, m.q);

    *y = _mm512_add_epi32(_mm512_sub_epi32(*x, v), m.q2);
    *x = _mm512_add_epi32(*x, v);
}

/* One stage of blocks of 2 half vectors, the first one's twiddle being word
 * `node` of psi. is_first, here and below, is a constant. */
SCK_TEMPLATE void stage(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, int is_first,
                        uint32_t vectors, uint32_t half, uint32_t node,
                        __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        const struct sck_v16_twiddle w =
            sck_v16_spread(t->psi, t->psi_shoup, node + block);
        __m512i *y = x + (i + half * block);

        if (is_first)
            first_butterfly(y, y + half, w, m);
        else
            sck_v16_butterfly(y, y + half, w.w, w.even, w.odd, m.q, m.q2);
    }
}

/* The stages of 2^stages vectors, from the block whose twiddle is word `node`
 * of psi: its halves' are 2 node and 2 node + 1. */
SCK_TEMPLATE void group(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, int is_first, uint32_t stages,
                        uint32_t node, __m512i *x)
{
    const uint32_t vectors = 1u << stages;

    stage(t, m, is_first, vectors, vectors / 2, node, x);
    if (stages > 1)
        stage(t, m, 0, vectors, vectors / 4, 2 * node, x);
    if (stages > 2)
        stage(t, m, 0, vectors, vectors / 8, 4 * node, x);
    if (stages > 3)
        stage(t, m, 0, vectors, vectors / 16, 8 * node, x);
}

/* count columns of 2^stages words, in_gap apart in `in`, out_gap in `out`. */
SCK_TEMPLATE void columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, int is_first,
                          uint32_t stages, uint32_t node, uint32_t count,
                          uint32_t *out, size_t out_gap, const uint32_t *in,
                          size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages) {
                if (is_first)
                    sck_v16_ask(in, j + e * in_gap + AHEAD);
                x[e] = sck_v16_load(in + j + e * in_gap);
            }
        group(t, m, is_first, stages, node, x);
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                sck_v16_store(out + j + e * out_gap, x[e]);
    }
}

SCK_TEMPLATE void any_columns(const struct sck_prime_table *t,
                              struct sck_v16_modulus m, int is_first,
                              uint32_t stages, uint32_t node, uint32_t count,
                              uint32_t *out, size_t out_gap, const uint32_t *in,
                              size_t in_gap)
{
    if (stages == 4)
        columns(t, m, is_first, 4, node, count, out, out_gap, in, in_gap);
    else if (stages == 3)
        columns(t, m, is_first, 3, node, count, out, out_gap, in, in_gap);
    else if (stages == 2)
        columns(t, m, is_first, 2, node, count, out, out_gap, in, in_gap);
    else if (stages == 1)
        columns(t, m, is_first, 1, node, count, out, out_gap, in, in_gap);
}

static void first_columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages,
                          uint32_t count, uint32_t *out, size_t out_gap,
                          const uint32_t *in, size_t in_gap)
{
    any_columns(t, m, 1, stages, 1, count, out, out_gap, in, in_gap);
}

/* The passes inside leave runs, so that a column's words are a run apart. */
static void inner_columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages,
                          uint32_t node, uint32_t *x)
{
    any_columns(t, m, 0, stages, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
}

/* The last butterfly: both results reduced. x, y in [0, 4 q); u, v in [0, q),
 * so u - v wraps to a greater word than u - v + q exactly when u < v. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y,
                                 struct sck_v16_twiddle w,
                                 struct sck_v16_modulus m)
{
    const __m512i u = sck_v16_once(sck_v16_once(*x, m.q2), m.q);
    const __m512i v =
        sck_v16_once(sck_v16_shoup_split(*y, w.w, w.even, w.odd, m.q), m.q);
    const __m512i difference = _mm512_sub_epi32(u, v);

    *x = sck_v16_once(_mm512_add_epi32(u, v), m.q);
    *y = _mm512_min_epu32(difference, _mm512_add_epi32(difference, m.q));
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair, word `node`
 * of psi being the first. Pair by pair would wait for each result. */
SCK_TEMPLATE void inside(const struct sck_prime_table *t,
                         struct sck_v16_modulus m, uint32_t words,
                         uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        const struct sck_v16_twiddle w =
            sck_v16_twiddles(t->psi, t->psi_shoup, node + words * i, words);
        __m512i *y = x + (size_t)2 * i;

        sck_v16_zip(y, y + 1);
        if (words == 16)
            last_butterfly(y, y + 1, w, m);
        else
            sck_v16_butterfly(y, y + 1, w.w, w.even, w.odd, m.q, m.q2);
    }
}

/* The last eight stages of SCK_RUN words. */
static void run(const struct sck_prime_table *t, struct sck_v16_modulus m,
                uint32_t node, uint32_t *out, const uint32_t *in)
{
    __m512i x[16];

    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        x[e] = sck_v16_load(in + (size_t)16 * e);
    group(t, m, 0, 4, node, x);
    inside(t, m, 2, 16 * node, x);
    inside(t, m, 4, 32 * node, x);
    inside(t, m, 8, 64 * node, x);
    inside(t, m, 16, 128 * node, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e += 2) {
        sck_v16_zip(&x[e], &x[e + 1]);
        sck_v16_store(out + (size_t)16 * e, x[e]);
        sck_v16_store(out + (size_t)16 * e + 16, x[e + 1]);
    }
}

/* The first pass, its input written by `before` into a tile that stays in L1.
 */
static void first_pass_after(const struct sck_ntt_around *around,
                             const struct sck_prime_table *t,
                             struct sck_v16_modulus m, uint32_t stages,
                             uint32_t gap, uint32_t *out)
{
    _Alignas(64) uint32_t tile[16 * BEFORE];

    for (uint32_t j = 0; j < gap; j += BEFORE) {
        for (uint32_t e = 0; e < 1u << stages; e++)
            around->before(around->context, e * gap + j, BEFORE,
                           tile + (size_t)e * BEFORE);
        first_columns(t, m, stages, BEFORE, out + j, gap, tile, BEFORE);
    }
}

void sck_ntt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                        uint32_t *out, const uint32_t *in,
                        const struct sck_ntt_around *around)
{
    const struct sck_v16_modulus m = {sck_v16_set(t->q), sck_v16_set(2 * t->q)};

    if (n < SCK_PASSES_MIN) {
        sck_ntt_row_avx2(t, n, out, in, around);
        return;
    }
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const int fused = around != NULL && around->before != NULL;
    uint32_t *const work = fused || out == in ? out : sck_passes_row;

    if (fused)
        first_pass_after(around, t, m, p.first, block, work);
    else
        first_columns(t, m, p.first, block, work, block, in, block);
    for (uint32_t at = 0; at < n; at += SCK_RUN) {
        const uint32_t node = (n + at) / SCK_RUN;
        const uint32_t count = n < AFTER ? n : AFTER;

        if (at % block == 0)
            inner_columns(t, m, p.second, (n + at) / block, work + at);
        sck_v16_ask_twiddles(t->psi, t->psi_shoup, node + SCK_RUNS_AHEAD);
        run(t, m, node, out + at, work + at);
        if (around != NULL && around->after != NULL &&
            (at + SCK_RUN) % count == 0)
            around->after(around->context, at + SCK_RUN - count, count,
                          out + at + SCK_RUN - count);
    }
}
