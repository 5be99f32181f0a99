/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of ntt_row_avx512.c undone, sixteen butterflies at a time, in the
 * passes of passes_avx512.h from the last to the first: words are in [0, 2 q)
 * between passes, sums and differences in [0, 4 q) within a stage (Harvey,
 * arXiv 1205.2926).
 *
 * Only sums grow: a product is below 2 q whatever it is of. Of a small prime,
 * whose 8 q a word holds, a sum may therefore wait: words are below 4 q between
 * a pass' stages, and only a sum of sums needs reducing there, twelve of a
 * pass' thirty-two reductions less.
 *
 * 1/N is folded into the last pass' twiddles: of a block's words each is
 * multiplied where it first is a difference, and only the one that never is
 * takes a product more. */
#include "intt.h"
#include "modular.h"
#include "passes_avx512.h"

/* Words ahead that the input is asked for; twiddles of the last pass. */
enum { AHEAD = 1024, OUTER = 16 };

/* The last pass' twiddles times 1/N; 1/N is node 0. */
struct scaled {
    uint32_t w[OUTER], companions[OUTER];
};

/* Reduces x below 4 q, where is_wide 8 q, below 2 q. */
SCK_TEMPLATE __m512i narrow(__m512i x, int is_wide, struct sck_v16_modulus m)
{
    const __m512i q4 = _mm512_add_epi32(m.q2, m.q2);

    return sck_v16_once(is_wide ? sck_v16_once(x, q4) : x, m.q2);
}

/* (x - y) w in [0, 2 q); x, y below 2 q, where is_wide 4 q. */
SCK_TEMPLATE __m512i difference(__m512i x, __m512i y, int is_wide,
                                struct sck_v16_twiddle w,
                                struct sck_v16_modulus m)
{
    const __m512i most = is_wide ? _mm512_add_epi32(m.q2, m.q2) : m.q2;
    const __m512i d = _mm512_add_epi32(_mm512_sub_epi32(x, y), most);

    return sck_v16_shoup_split(d, w.w, w.even, w.odd, m.q);
}

/* x, y below 2 q, where is_wide 4 q, gives (x - y) w in [0, 2 q) and x + y,
 * there as well, or, if it waits, below 4 q: at most 12 instructions. */
SCK_TEMPLATE void butterfly(__m512i *x, __m512i *y, int is_wide, int waits,
                            struct sck_v16_twiddle w, struct sck_v16_modulus m)
{
    const __m512i q4 = _mm512_add_epi32(m.q2, m.q2);
    const __m512i sum = _mm512_add_epi32(*x, *y);

    *y = difference(*x, *y, is_wide, w, m);
    if (!waits)
        *x = narrow(sum, is_wide, m);
    else
        *x = is_wide ? sck_v16_once(sum, q4) : sum;
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

/* The transform's last: as butterfly(), reduced; the sum times `scale` if that
 * is given. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y, int is_wide,
                                 const struct sck_v16_twiddle *scale,
                                 struct sck_v16_twiddle w,
                                 struct sck_v16_modulus m)
{
    const __m512i sum = _mm512_add_epi32(*x, *y);

    *y = sck_v16_once(difference(*x, *y, is_wide, w, m), m.q);
    *x = sck_v16_once(
        scale != NULL
            ? sck_v16_shoup_split(sum, scale->w, scale->even, scale->odd, m.q)
            : narrow(sum, is_wide, m),
        m.q);
}

/* One stage of blocks of 2 half vectors, the first one's twiddle being `node`,
 * the pass' last or not. A word that was a sum in the stage before is below 4 q
 * if the prime is small. scaled: NULL but in the last pass. */
SCK_TEMPLATE void stage(struct sck_v16_tree t,
                        const struct sck_v16_tree *scaled,
                        struct sck_v16_modulus m, int is_small,
                        uint32_t vectors, uint32_t half, uint32_t node,
                        __m512i *x)
{
    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        if (i >= vectors / 2)
            break;
        const uint32_t block = i / half;
        const int is_last = half == vectors / 2;
        const int is_wide = is_small && i % half < half / 2;
        const int is_due = scaled != NULL && i % half == 0;
        const struct sck_v16_twiddle w =
            sck_v16_spread(is_due ? *scaled : t, node + block);
        __m512i *y = x + (i + half * block);

        if (scaled == NULL || !is_last) {
            butterfly(y, y + half, is_wide, is_small && !is_last, w, m);
        } else if (is_due) {
            const struct sck_v16_twiddle scale = sck_v16_spread(*scaled, 0);

            last_butterfly(y, y + half, is_wide, &scale, w, m);
        } else {
            last_butterfly(y, y + half, is_wide, NULL, w, m);
        }
    }
}

/* The stages of 2^stages vectors, up to the block whose twiddle is `node`.
 * @param scaled  given if the last of them is the transform's, else NULL */
SCK_TEMPLATE void group(struct sck_v16_tree t,
                        const struct sck_v16_tree *scaled,
                        struct sck_v16_modulus m, int is_small, uint32_t stages,
                        uint32_t node, __m512i *x)
{
    const uint32_t vectors = 1u << stages;

    if (stages > 3)
        stage(t, scaled, m, is_small, vectors, vectors / 16, 8 * node, x);
    if (stages > 2)
        stage(t, scaled, m, is_small, vectors, vectors / 8, 4 * node, x);
    if (stages > 1)
        stage(t, scaled, m, is_small, vectors, vectors / 4, 2 * node, x);
    stage(t, scaled, m, is_small, vectors, vectors / 2, node, x);
}

/* count columns of 2^stages words, in_gap apart in `in`, out_gap in `out`. */
SCK_TEMPLATE void columns(struct sck_v16_tree t,
                          const struct sck_v16_tree *scaled,
                          struct sck_v16_modulus m, int is_small,
                          uint32_t stages, uint32_t node, uint32_t count,
                          uint32_t *out, size_t out_gap, const uint32_t *in,
                          size_t in_gap)
{
    for (uint32_t j = 0; j < count; j += 16) {
        __m512i x[16];

        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                x[e] = sck_v16_load(in + j + e * in_gap);
        group(t, scaled, m, is_small, stages, node, x);
        SCK_UNROLL
        for (uint32_t e = 0; e < 16; e++)
            if (e < 1u << stages)
                sck_v16_store(out + j + e * out_gap, x[e]);
    }
}

/* The stages before leave runs: a column's words are a run apart. */
SCK_TEMPLATE void inner_columns(struct sck_v16_tree t, struct sck_v16_modulus m,
                                int is_small, uint32_t stages, uint32_t node,
                                uint32_t *x)
{
    if (stages == 4)
        columns(t, NULL, m, is_small, 4, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 3)
        columns(t, NULL, m, is_small, 3, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
    else if (stages == 2)
        columns(t, NULL, m, is_small, 2, node, SCK_RUN, x, SCK_RUN, x, SCK_RUN);
}

/* Fills the twiddles of `stages` stages. */
static void scale(const struct sck_prime_table *t, uint32_t stages,
                  struct scaled *s)
{
    s->w[0] = t->n_inverse;
    s->companions[0] = t->n_inverse_shoup;
    for (uint32_t i = 1; i < 1u << stages; i++) {
        s->w[i] = sck_mod_mul(t->ipsi[i], t->n_inverse, t);
        s->companions[i] = sck_shoup_companion(s->w[i], t->q);
    }
}

/* From where the passes before worked, into `out`. */
SCK_TEMPLATE void outer_columns(const struct sck_prime_table *t,
                                struct sck_v16_modulus m, int is_small,
                                uint32_t stages, uint32_t gap, uint32_t *out,
                                struct sck_passes_row work)
{
    struct scaled words;
    const struct sck_v16_tree ipsi = {t->ipsi, t->ipsi_shoup};
    const struct sck_v16_tree scaled = {words.w, words.companions};

    scale(t, stages, &words);
    if (stages == 4)
        columns(ipsi, &scaled, m, is_small, 4, 1, gap, out, gap, work.words,
                work.gap);
    else if (stages == 3)
        columns(ipsi, &scaled, m, is_small, 3, 1, gap, out, gap, work.words,
                work.gap);
    else if (stages == 2)
        columns(ipsi, &scaled, m, is_small, 2, 1, gap, out, gap, work.words,
                work.gap);
    else
        columns(ipsi, &scaled, m, is_small, 1, 1, gap, out, gap, work.words,
                work.gap);
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair: a level of
 * the run's tree. Pair by pair would wait for each result. The run's input is
 * at in. */
SCK_TEMPLATE void inside(const uint32_t *twiddles, struct sck_v16_modulus m,
                         uint32_t words, uint32_t spot, const uint32_t *in,
                         __m512i *x)
{
    const struct sck_v16_tree t = sck_v16_run_tree(twiddles);
    const uint32_t *const montgomery = twiddles + (size_t)8 * words;

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
            butterfly(y, y + 1, 0, 0,
                      sck_v16_twiddles(t, words * (8 + i), words), m);
    }
}

/* The first eight stages of SCK_RUN words. */
SCK_TEMPLATE void run(const uint32_t *twiddles, struct sck_v16_modulus m,
                      int is_small, uint32_t *out, const uint32_t *in)
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
    group(sck_v16_run_tree(twiddles), NULL, m, is_small, 4, 1, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        sck_v16_store(out + (size_t)16 * e, x[e]);
}

/* n of SCK_PASSES_MIN or more; is_small is a constant. */
SCK_TEMPLATE void row(const struct sck_prime_table *t, int is_small, uint32_t n,
                      uint32_t *out, const uint32_t *in)
{
    const struct sck_v16_modulus m = sck_v16_modulus_of(t);
    const struct sck_v16_tree ipsi = {t->ipsi, t->ipsi_shoup};
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
            run(twiddles, m, is_small, to + i, in + at + i);
            twiddles += SCK_RUN_TWIDDLES;
        }
        inner_columns(ipsi, m, is_small, p.second, (n + at) / block, to);
    }
    outer_columns(t, m, is_small, p.first, block, out, work);
}

static void row_of_small(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in)
{
    row(t, 1, n, out, in);
}

static void row_of_any(const struct sck_prime_table *t, uint32_t n,
                       uint32_t *out, const uint32_t *in)
{
    row(t, 0, n, out, in);
}

void sck_intt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in)
{
    if (n < SCK_PASSES_MIN)
        sck_intt_row_avx2(t, n, out, in);
    else if (t->q <= UINT32_MAX / 8)
        row_of_small(t, n, out, in);
    else
        row_of_any(t, n, out, in);
}
