/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The passes of passes_avx512.h with the butterflies of columns_avx512.h: words
 * are reduced in the last stage, unless those who take them do that. */
#include "columns_avx512.h"
#include "ntt.h"

/* Words given to `before` and to `after` at once. */
enum { BEFORE = 256, AFTER = 1024 };

/* butterfly() with twiddles in Montgomery form; `bound` and results as there.
 */
SCK_TEMPLATE void butterfly_montgomery(__m512i *x, __m512i *y,
                                       const uint32_t *w,
                                       struct sck_v16_modulus m, int reduces,
                                       __m512i bound)
{
    const __m512i u =
        _mm512_add_epi32(reduces ? sck_v16_once(*x, bound) : *x, m.q);
    const __m512i v = sck_v16_times(*y, 0, w, 8, m);

    *x = _mm512_add_epi32(u, v);
    *y = _mm512_sub_epi32(u, v);
}

/* The last butterfly: results below `results` q, 1 to 4. x below 4 q, of a
 * small prime below 16 q; where u, v are in [0, q), u - v wraps to a greater
 * word than u - v + q exactly when u < v. */
SCK_TEMPLATE void last_butterfly(__m512i *x, __m512i *y, const uint32_t *w,
                                 const struct bounds *b, int is_small,
                                 uint32_t results)
{
    const struct sck_v16_modulus m = b->m;
    const __m512i q4 = _mm512_add_epi32(m.q2, m.q2);
    const __m512i rest =
        is_small ? sck_v16_once(sck_v16_once(*x, b->inside), q4) : *x;
    const __m512i below2 = sck_v16_once(rest, m.q2);
    const __m512i product = sck_v16_times(*y, 0, w, 16, m);

    if (results > 2) {
        const __m512i u = _mm512_add_epi32(
            results == 4 ? below2 : sck_v16_once(below2, m.q), m.q);

        *x = _mm512_add_epi32(u, product);
        *y = _mm512_sub_epi32(u, product);
        return;
    }
    const __m512i u = sck_v16_once(below2, m.q);
    const __m512i v = _mm512_min_epu32(product, _mm512_add_epi32(product, m.q));
    const __m512i sum = _mm512_add_epi32(u, v);
    const __m512i difference = _mm512_sub_epi32(u, v);
    const __m512i more = _mm512_add_epi32(difference, m.q);

    *x = results == 2 ? sum : sck_v16_once(sum, m.q);
    *y = results == 2 ? more : _mm512_min_epu32(difference, more);
}

/* Asks for the spot's share of a run's words of the rows that `after` reads. */
SCK_TEMPLATE void ask_reads(const struct sck_ntt_around *around, size_t at,
                            uint32_t spot)
{
    if (around == NULL)
        return;
    for (uint32_t r = spot % 2; r < around->reads_rows; r += 2)
        sck_v16_ask(around->reads[r], at + spot / 2 * 16);
}

/* A stage inside pairs of sixteen vectors, `words` twiddles a pair: a level of
 * the run's tree. Pair by pair would wait for each result. `after` will read
 * words ahead. */
SCK_TEMPLATE void inside(const uint32_t *twiddles, const struct bounds *b,
                         int is_small, uint32_t results, uint32_t words,
                         uint32_t spot, const struct sck_ntt_around *around,
                         size_t ahead, __m512i *x)
{
    const struct sck_v16_tree t = sck_v16_run_tree(twiddles);
    const uint32_t *const montgomery =
        twiddles + SCK_RUN_SHOUP + (size_t)8 * words;

    SCK_UNROLL
    for (uint32_t i = 0; i < 8; i++) {
        __m512i *y = x + (size_t)2 * i;

        sck_v16_ask_twiddles(y, twiddles, spot + i);
        ask_reads(around, ahead, spot + i);
        if (words == 16)
            sck_v16_pair(y, y + 1);
        else
            sck_v16_zip(y, y + 1);
        if (words == 16)
            last_butterfly(y, y + 1, montgomery + (size_t)16 * i, b, is_small,
                           results);
        else if (words == 8)
            butterfly_montgomery(y, y + 1, montgomery + (size_t)8 * i, b->m,
                                 !is_small, b->inside);
        else
            butterfly(y, y + 1, sck_v16_twiddles(t, words * (8 + i), words),
                      b->m, words == 2 || !is_small, b->inside);
    }
}

/* The last eight stages of SCK_RUN words. `after` will read words ahead. */
SCK_TEMPLATE void run(const uint32_t *twiddles, const struct bounds *b,
                      int is_small, uint32_t results, uint32_t *out,
                      const uint32_t *in, const struct sck_ntt_around *around,
                      size_t ahead)
{
    __m512i x[16];

    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e++)
        x[e] = sck_v16_load(in + (size_t)16 * e);
    group(sck_v16_run_tree(twiddles), b->m, 0, is_small, b->run, 4, 1, x);
    inside(twiddles, b, is_small, results, 2, 0, around, ahead, x);
    inside(twiddles, b, is_small, results, 4, 8, around, ahead, x);
    inside(twiddles, b, is_small, results, 8, 16, around, ahead, x);
    inside(twiddles, b, is_small, results, 16, 24, around, ahead, x);
    SCK_UNROLL
    for (uint32_t e = 0; e < 16; e += 2) {
        sck_v16_unpack(&x[e], &x[e + 1]);
        sck_v16_store(out + (size_t)16 * e, x[e]);
        sck_v16_store(out + (size_t)16 * e + 16, x[e + 1]);
    }
}

/* The first pass, its input written by `before` into a tile that stays in L1;
 * columns of `gap` words. */
SCK_TEMPLATE void first_pass_after(const struct sck_ntt_around *around,
                                   struct sck_v16_tree t,
                                   const struct bounds *b, int is_small,
                                   uint32_t stages, uint32_t gap,
                                   struct sck_passes_row work)
{
    _Alignas(64) uint32_t tile[16 * BEFORE];

    for (uint32_t j = 0; j < gap; j += BEFORE) {
        for (uint32_t e = 0; e < 1u << stages; e++)
            around->before(around->context, e * gap + j, BEFORE,
                           tile + (size_t)e * BEFORE);
        any_columns(t, b, 1, is_small, stages, 1, BEFORE, work.words + j,
                    work.gap, tile, BEFORE);
    }
}

/* The passes after the first; is_small and results are constants. */
SCK_TEMPLATE void blocks(const struct sck_prime_table *t,
                         const struct bounds *b, int is_small, uint32_t results,
                         uint32_t n, uint32_t *out, struct sck_passes_row work,
                         const struct sck_ntt_around *around)
{
    const struct sck_v16_tree psi = {t->psi, t->psi_shoup};
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const uint32_t count = n < AFTER ? n : AFTER;
    const uint32_t *twiddles = t->runs;

    for (uint32_t at = 0; at < n; at += SCK_RUN) {
        if (at > 0 && at % block == 0)
            work.words += work.gap;
        if (at % block == 0)
            inner_columns(psi, b, is_small, p.second, (n + at) / block,
                          work.words);
        run(twiddles, b, is_small, results, out + at, work.words + at % block,
            around, at + count);
        twiddles += SCK_RUN_TWIDDLES;
        if (around != NULL && around->after != NULL &&
            (at + SCK_RUN) % count == 0)
            around->after(around->context, at + SCK_RUN - count, count,
                          out + at + SCK_RUN - count);
    }
}

/* n of SCK_PASSES_MIN or more; is_small is a constant. */
SCK_TEMPLATE void row(const struct sck_prime_table *t, const struct bounds *b,
                      int is_small, uint32_t n, uint32_t *out,
                      const uint32_t *in, const struct sck_ntt_around *around)
{
    const struct sck_v16_tree psi = {t->psi, t->psi_shoup};
    const struct sck_passes p = sck_passes_of(n);
    const uint32_t block = n >> p.first;
    const struct sck_passes_row work = sck_passes_row(n, block, out);
    const uint32_t results = around != NULL ? around->results : 1;

    if (around != NULL && around->before != NULL)
        first_pass_after(around, psi, b, is_small, p.first, block, work);
    else
        first_columns(psi, b, around != NULL && around->lazy, is_small, p.first,
                      block, work, in);
    if (results == 4)
        blocks(t, b, is_small, 4, n, out, work, around);
    else if (results == 3 && !is_small)
        blocks(t, b, is_small, 3, n, out, work, around);
    else if (results >= 2)
        blocks(t, b, is_small, 2, n, out, work, around);
    else
        blocks(t, b, is_small, 1, n, out, work, around);
}

SCK_TEMPLATE struct bounds bounds_of(const struct sck_prime_table *t,
                                     uint32_t columns, uint32_t run,
                                     uint32_t inside)
{
    return (struct bounds){sck_v16_modulus_of(t), sck_v16_set(columns * t->q),
                           sck_v16_set(run * t->q), sck_v16_set(inside * t->q)};
}

static void row_of_small(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *out, const uint32_t *in,
                         const struct sck_ntt_around *around)
{
    const struct bounds b = bounds_of(t, 6, 7, 8);

    row(t, &b, 1, n, out, in, around);
}

static void row_of_any(const struct sck_prime_table *t, uint32_t n,
                       uint32_t *out, const uint32_t *in,
                       const struct sck_ntt_around *around)
{
    const struct bounds b = bounds_of(t, 2, 2, 2);

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
