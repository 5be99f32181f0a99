/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of ntt_row_avx512.c undone, sixteen butterflies at a time, in the
 * passes of passes_avx512.h from the last to the first: words stay in [0, 2 q)
 * between stages, sums and differences in [0, 4 q) within one (Harvey, arXiv
 * 1205.2926). 1/N is folded into the last stage's twiddles. */
#include "intt.h"
#include "modular.h"
#include "passes_avx512.h"

/* Words ahead that the input is asked for. */
enum { AHEAD = 2048 };

/* 1/N, and the last twiddle times it. */
struct scale {
    struct sck_v16_twiddle sum, difference;
};

/* x, y in [0, 2 q), gives x + y and (x - y) w in [0, 2 q): 12 instructions. */
SCK_TEMPLATE void butterfly(__m512i *x, __m512i *y, struct sck_v16_twiddle w,
                            struct sck_v16_modulus m)
{
    const __m512i u = *x;
    const __m512i v = *y;
    const __m512i difference = _mm512_add_epi32(_mm512_sub_epi32(u, v), m.q2);

    *x = sck_v16_once(_mm512_add_epi32(u, v), m.q2);
    *y = sck_v16_shoup_split(difference, w.w, w.even, w.odd, m.q);
}

/* x, y in [0, q): the sum needs no reduction. */
SCK_TEMPLATE void first_butterfly(__m512i *x, __m512i *y,
                                  struct sck_v16_twiddle w,
                                  struct sck_v16_modulus m)
{
    const __m512i difference = _mm512_add_epi32(_mm512_sub_epi32(*x, *y), m.q);

    *x = _mm512_add_epi32(*x, *y);
    *y = sck_v16_shoup_split(difference, w.w, w.even, w.odd, m.q);
}

/* x, y in [0, 2 q), gives (x + y) / N and (x - y) w / N, reduced. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y, const struct scale *s,
                                 struct sck_v16_modulus m)
{
    const __m512i sum = _mm512_add_epi32(*x, *y);
    const __m512i difference = _mm512_add_epi32(_mm512_sub_epi32(*x, *y), m.q2);

    *x = sck_v16_once(
        sck_v16_shoup_split(sum, s->sum.w, s->sum.even, s->sum.odd, m.q), m.q);
    *y = sck_v16_once(sck_v16_shoup_split(difference, s->difference.w,
                                          s->difference.even, s->difference.odd,
                                          m.q),
                      m.q);
}

/* One stage of blocks of 2 half vectors, the first one's twiddle being word
 * `node` of ipsi. */
SCK_TEMPLATE void stage(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, uint32_t vectors,
                        uint32_t half, uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        __m512i *y = x + (i + half * block);

        butterfly(y, y + half,
                  sck_v16_spread(t->ipsi, t->ipsi_shoup, node + block), m);
    }
}

/* The stages of 2^stages vectors, up to the block whose twiddle is word `node`
 * of ipsi.
 * @param scale  given if the last of them is the transform's, else NULL */
SCK_TEMPLATE void group(const struct sck_prime_table *t,
                        struct sck_v16_modulus m, uint32_t stages,
                        uint32_t node, const struct scale *scale, __m512i *x)
{
    const uint32_t vectors = 1u << stages;

    if (stages > 3)
        stage(t, m, vectors, vectors / 16, 8 * node, x);
    if (stages > 2)
        stage(t, m, vectors, vectors / 8, 4 * node, x);
    if (stages > 1)
        stage(t, m, vectors, vectors / 4, 2 * node, x);
    if (scale == NULL) {
        stage(t, m, vectors, vectors / 2, node, x);
        return;
    }
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++)
        if (i < vectors / 2)
            last_butterfly(x + i, x + i + vectors / 2, scale, m);
}

/* gap columns of 2^stages words, gap apart in both rows. */
SCK_TEMPLATE void columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages,
                          uint32_t node, const struct scale *scale, size_t gap,
                          uint32_t *out, const uint32_t *in)
{
    for (uint32_t j = 0; j < gap; j += 16) {
        __m512i x[16];

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                x[e] = sck_v16_load(in + j + e * gap);
        group(t, m, stages, node, scale, x);
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                sck_v16_store(out + j + e * gap, x[e]);
    }
}

/* The stages before leave runs: a column's words are a run apart. */
static void inner_columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages,
                          uint32_t node, uint32_t *x)
{
    if (stages == 4)
        columns(t, m, 4, node, NULL, SCK_RUN, x, x);
    else if (stages == 3)
        columns(t, m, 3, node, NULL, SCK_RUN, x, x);
    else if (stages == 2)
        columns(t, m, 2, node, NULL, SCK_RUN, x, x);
}

static void outer_columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages, size_t gap,
                          uint32_t *out, const uint32_t *in)
{
    const uint32_t scaled = sck_mod_mul(t->ipsi[1], t->n_inverse, t);
    const uint32_t companion = sck_shoup_companion(scaled, t->q);
    const struct scale scale = {
        sck_v16_spread(&t->n_inverse, &t->n_inverse_shoup, 0),
        sck_v16_spread(&scaled, &companion, 0)};

    if (stages == 4)
        columns(t, m, 4, 1, &scale, gap, out, in);
    else if (stages == 3)
        columns(t, m, 3, 1, &scale, gap, out, in);
    else if (stages == 2)
        columns(t, m, 2, 1, &scale, gap, out, in);
    else
        columns(t, m, 1, 1, &scale, gap, out, in);
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair, word `node`
 * of ipsi being the first. Pair by pair would wait for each result. */
SCK_TEMPLATE void inside(const struct sck_prime_table *t,
                         struct sck_v16_modulus m, uint32_t words,
                         uint32_t node, __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        const struct sck_v16_twiddle w =
            sck_v16_twiddles(t->ipsi, t->ipsi_shoup, node + words * i, words);
        __m512i *y = x + (size_t)2 * i;

        sck_v16_unzip(y, y + 1);
        if (words == 16)
            first_butterfly(y, y + 1, w, m);
        else
            butterfly(y, y + 1, w, m);
    }
}

/* The first eight stages of SCK_RUN words. */
static void run(const struct sck_prime_table *t, struct sck_v16_modulus m,
                uint32_t node, uint32_t *out, const uint32_t *in)
{
    __m512i x[16];

    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        x[e] = sck_v16_load(in + (size_t)16 * e);
    inside(t, m, 16, 128 * node, x);
    inside(t, m, 8, 64 * node, x);
    inside(t, m, 4, 32 * node, x);
    inside(t, m, 2, 16 * node, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e += 2)
        sck_v16_unzip(&x[e], &x[e + 1]);
    group(t, m, 4, node, NULL, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        sck_v16_store(out + (size_t)16 * e, x[e]);
}

void sck_intt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in)
{
    const struct sck_v16_modulus m = {sck_v16_set(t->q), sck_v16_set(2 * t->q)};

    if (n < SCK_PASSES_MIN) {
        sck_intt_row_avx2(t, n, out, in);
        return;
    }
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    uint32_t *const work = out == in ? out : sck_passes_row;

    for (uint32_t at = 0; at < n; at += SCK_RUN) {
        const uint32_t end = at + SCK_RUN;

        const uint32_t node = (n + at) / SCK_RUN;

        for (uint32_t i = 0; i < SCK_RUN; i += 16)
            sck_v16_ask(in, at + AHEAD + i);
        sck_v16_ask_twiddles(t->ipsi, t->ipsi_shoup, node + SCK_RUNS_AHEAD);
        run(t, m, node, work + at, in + at);
        if (end % block == 0)
            inner_columns(t, m, p.second, (n + end) / block - 1,
                          work + end - block);
    }
    outer_columns(t, m, p.first, block, out, work);
}
