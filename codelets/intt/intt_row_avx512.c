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
enum { AHEAD = 1024 };

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

/* The same with the twiddles of 8 or 16 neighbouring blocks in Montgomery form;
 * where they are 16, x, y in [0, q), and the sum needs no reduction. */
SCK_TEMPLATE void butterfly_montgomery(__m512i *x, __m512i *y,
                                       const uint32_t *w, uint32_t words,
                                       struct sck_v16_modulus m)
{
    const __m512i sum = _mm512_add_epi32(*x, *y);
    const __m512i difference = _mm512_sub_epi32(*x, *y);

    *x = words == 16 ? sum : sck_v16_once(sum, m.q2);
    *y = _mm512_add_epi32(sck_v16_times(difference, 1, w, words, m), m.q);
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

/* One stage of blocks of 2 half vectors, the first one's twiddle being `node`.
 */
SCK_TEMPLATE void stage(struct sck_v16_tree t, struct sck_v16_modulus m,
                        uint32_t vectors, uint32_t half, uint32_t node,
                        __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        __m512i *y = x + (i + half * block);

        butterfly(y, y + half, sck_v16_spread(t, node + block), m);
    }
}

/* The stages of 2^stages vectors, up to the block whose twiddle is `node`.
 * @param scale  given if the last of them is the transform's, else NULL */
SCK_TEMPLATE void group(struct sck_v16_tree t, struct sck_v16_modulus m,
                        uint32_t stages, uint32_t node,
                        const struct scale *scale, __m512i *x)
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

/* count columns of 2^stages words, in_gap apart in `in`, out_gap in `out`. */
SCK_TEMPLATE void columns(struct sck_v16_tree t, struct sck_v16_modulus m,
                          uint32_t stages, uint32_t node,
                          const struct scale *scale, uint32_t count,
                          uint32_t *out, size_t out_gap, const uint32_t *in,
                          size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                x[e] = sck_v16_load(in + j + e * in_gap);
        group(t, m, stages, node, scale, x);
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                sck_v16_store(out + j + e * out_gap, x[e]);
    }
}

/* The stages before leave runs: a column's words are a run apart. */
static void inner_columns(struct sck_v16_tree t, struct sck_v16_modulus m,
                          uint32_t stages, uint32_t node, uint32_t *x)
{
    if (stages == 4)
        columns(t, m, 4, node, NULL, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 3)
        columns(t, m, 3, node, NULL, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 2)
        columns(t, m, 2, node, NULL, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
}

/* From where the passes before worked, into `out`. */
static void outer_columns(const struct sck_prime_table *t,
                          struct sck_v16_modulus m, uint32_t stages,
                          uint32_t gap, uint32_t *out,
                          struct sck_passes_row work)
{
    const uint32_t scaled = sck_mod_mul(t->ipsi[1], t->n_inverse, t);
    const uint32_t companion = sck_shoup_companion(scaled, t->q);
    const struct scale scale = {
        sck_v16_spread(
            (struct sck_v16_tree){&t->n_inverse, &t->n_inverse_shoup}, 0),
        sck_v16_spread((struct sck_v16_tree){&scaled, &companion}, 0)};
    const struct sck_v16_tree ipsi = {t->ipsi, t->ipsi_shoup};

    if (stages == 4)
        columns(ipsi, m, 4, 1, &scale, gap, out, gap, work.words, work.gap);
    else if (stages == 3)
        columns(ipsi, m, 3, 1, &scale, gap, out, gap, work.words, work.gap);
    else if (stages == 2)
        columns(ipsi, m, 2, 1, &scale, gap, out, gap, work.words, work.gap);
    else
        columns(ipsi, m, 1, 1, &scale, gap, out, gap, work.words, work.gap);
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair: a level of
 * the run's tree. Pair by pair would wait for each result. The run's input is
 * at in. */
SCK_TEMPLATE void inside(const uint32_t *twiddles, struct sck_v16_modulus m,
                         uint32_t words, uint32_t spot, const uint32_t *in,
                         __m512i *x)
{
    const struct sck_v16_tree t = sck_v16_run_tree(twiddles);
    const uint32_t *const montgomery =
        twiddles + SCK_RUN_SHOUP + (size_t)8 * words;

    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        __m512i *y = x + (size_t)2 * i;

        sck_v16_ask_share(y, in, AHEAD, SCK_RUN, spot + i);
        sck_v16_ask_twiddles(y, twiddles, spot + i);
        if (words == 16)
            sck_v16_pack(y, y + 1);
        else if (words == 8)
            sck_v16_unpair(y, y + 1);
        else
            sck_v16_unzip(y, y + 1);
        if (words >= 8)
            butterfly_montgomery(y, y + 1, montgomery + (size_t)words * i,
                                 words, m);
        else
            butterfly(y, y + 1, sck_v16_twiddles(t, words * (8 + i), words), m);
    }
}

/* The first eight stages of SCK_RUN words. */
static void run(const uint32_t *twiddles, struct sck_v16_modulus m,
                uint32_t *out, const uint32_t *in)
{
    __m512i x[16];

    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        x[e] = sck_v16_load(in + (size_t)16 * e);
    inside(twiddles, m, 16, 0, in, x);
    inside(twiddles, m, 8, 8, in, x);
    inside(twiddles, m, 4, 16, in, x);
    inside(twiddles, m, 2, 24, in, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e += 2)
        sck_v16_unzip(&x[e], &x[e + 1]);
    group(sck_v16_run_tree(twiddles), m, 4, 1, NULL, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        sck_v16_store(out + (size_t)16 * e, x[e]);
}

void sck_intt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in)
{
    const struct sck_v16_modulus m = sck_v16_modulus_of(t);
    const struct sck_v16_tree ipsi = {t->ipsi, t->ipsi_shoup};

    if (n < SCK_PASSES_MIN) {
        sck_intt_row_avx2(t, n, out, in);
        return;
    }
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const struct sck_passes_row work = sck_passes_row(n, block, out);
    const uint32_t *twiddles = t->iruns;
    uint32_t *to = work.words;

    /* The columns' twiddles, few of a line each time. */
    for (uint32_t i = 0; i < n / SCK_RUN; i += 16) {
        sck_v16_ask(t->ipsi, i);
        sck_v16_ask(t->ipsi_shoup, i);
    }

    for (uint32_t at = 0; at < n; at += block, to += work.gap) {
        for (uint32_t i = 0; i < block; i += SCK_RUN) {
            run(twiddles, m, to + i, in + at + i);
            twiddles += SCK_RUN_TWIDDLES;
        }
        inner_columns(ipsi, m, p.second, (n + at) / block, to);
    }
    outer_columns(t, m, p.first, block, out, work);
}
