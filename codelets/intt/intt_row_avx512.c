/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of ntt_row_avx512.c undone, in the passes of passes_avx512.h from
 * the last to the first, with the butterflies of inverse_columns_avx512.h.
 * Passes on columns are signed, the last from the pass before it on. */
#if defined(__GNUC__) && !defined(__clang__)
/* The order that gcc gives the instructions for this processor takes 1.5 % less
 * time on a Zen 4 core than its default order or those for the Zens. */
#pragma GCC target("tune=skylake-avx512")
#endif

#include "intt.h"
#include "inverse_columns_avx512.h"
#include "modular.h"

/* Words ahead that the input is asked for; nodes of the stages on columns, and
 * of the last pass. */
enum { AHEAD = 1024, NODES = 256, OUTER_NODES = 16 };

/* Twiddles of columns, the odd nodes' but the root's negative. */
struct nodes {
    _Alignas(64) uint32_t w[NODES], companions[NODES];
};

/* No w is 0, so that w 2^32 / q is no integer, and -w has the companion
 * 2^32 - 1 - w's. */
static void sign(const struct sck_prime_table *t, uint32_t count,
                 struct nodes *to)
{
    const __mmask16 odd = 0xaaaa;
    const __m512i q = sck_v16_set(t->q);

    for (uint32_t i = 0; i < count; i += 16) {
        const __m512i w = sck_v16_load(t->ipsi + i);
        const __m512i c = sck_v16_load(t->ipsi_shoup + i);

        sck_v16_store(to->w + i, _mm512_mask_sub_epi32(w, odd, q, w));
        sck_v16_store(
            to->companions + i,
            _mm512_mask_sub_epi32(c, odd, sck_v16_set(UINT32_MAX), c));
    }
    to->w[1] = t->ipsi[1];
    to->companions[1] = t->ipsi_shoup[1];
}

/* The last pass' nodes times 1/N. */
struct scaled {
    uint32_t w[OUTER_NODES], companions[OUTER_NODES];
};

static void scale(const struct sck_prime_table *t, uint32_t count,
                  struct scaled *to)
{
    to->w[0] = t->n_inverse;
    to->companions[0] = t->n_inverse_shoup;
    for (uint32_t i = 1; i < count; i++) {
        const uint32_t w = sck_mod_mul(t->ipsi[i], t->n_inverse, t);

        to->w[i] = i % 2 == 1 && i > 1 ? t->q - w : w;
        to->companions[i] = sck_shoup_companion(to->w[i], t->q);
    }
}

/* x, y in [0, 2 q) with the twiddles of 8 or 16 neighbouring blocks in
 * Montgomery form; where they are 16, x, y in [0, q), and the sum needs no
 * reduction. */
SCK_TEMPLATE void butterfly_montgomery(__m512i *x, __m512i *y,
                                       const uint32_t *w, uint32_t words,
                                       struct sck_v16_modulus m)
{
    const __m512i plus = _mm512_add_epi32(*x, *y);
    const __m512i less = _mm512_sub_epi32(*x, *y);

    *x = words == 16 ? plus : sck_v16_once(plus, m.q2);
    *y = _mm512_add_epi32(sck_v16_times(less, 1, w, words, m), m.q);
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
            butterfly(y, y + 1, (struct sign){0, 0},
                      sck_v16_twiddles(t, words * (8 + i), words), m);
    }
}

/* The first eight stages of SCK_RUN words. */
SCK_TEMPLATE void run(const uint32_t *twiddles, struct sck_v16_modulus m,
                      uint32_t *out, const uint32_t *in)
{
    const struct trees t = {sck_v16_run_tree(twiddles), NULL};
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
    group(t, m, (struct signs){0, 0, 0}, 4, 1, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        sck_v16_store(out + (size_t)16 * e, x[e]);
}

/* All but the last pass; fills nodes when they have come from memory. */
static void blocks(const struct sck_prime_table *t, struct sck_v16_modulus m,
                   struct nodes *nodes, struct sck_passes p, uint32_t n,
                   struct sck_passes_row work, const uint32_t *in)
{
    const struct trees signed_trees = {{nodes->w, nodes->companions}, NULL};
    const uint32_t block = n >> p.first;
    const uint32_t *twiddles = t->iruns;
    uint32_t *to = work.words;

    for (uint32_t i = 0; i < n / SCK_RUN; i += 16) {
        sck_v16_ask(t->ipsi, i);
        sck_v16_ask(t->ipsi_shoup, i);
    }
    for (uint32_t at = 0; at < n; at += block, to += work.gap) {
        const uint32_t node = (n + at) / block;

        for (uint32_t i = 0; i < block; i += SCK_RUN) {
            run(twiddles, m, to + i, in + at + i);
            twiddles += SCK_RUN_TWIDDLES;
        }
        if (at == 0)
            sign(t, n / SCK_RUN, nodes);
        if (node % 2 == 1)
            inner_columns(signed_trees, m, (struct signs){1, 0, 1}, p.second,
                          node, to);
        else
            inner_columns(signed_trees, m, (struct signs){1, 0, 0}, p.second,
                          node, to);
    }
}

void sck_intt_row_avx512(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in)
{
    const struct sck_v16_modulus m = sck_v16_modulus_of(t);
    struct nodes nodes;
    struct scaled words;
    const struct sck_v16_tree scaled = {words.w, words.companions};
    const struct trees last = {{nodes.w, nodes.companions}, &scaled};

    if (n < SCK_PASSES_MIN) {
        sck_intt_row_avx2(t, n, out, in);
        return;
    }
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const struct sck_passes_row work = sck_passes_row(n, block, out);

    blocks(t, m, &nodes, p, n, work, in);
    scale(t, 1u << p.first, &words);
    if (p.second > 0)
        outer_columns(last, m, (struct signs){1, 1, 0}, p.first, block, out,
                      work);
    else
        outer_columns(last, m, (struct signs){1, 0, 0}, p.first, block, out,
                      work);
}
