/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The stages of ntt_avx2.c undone, eight butterflies at a time: words stay in
 * [0, 2 q) between stages, differences in [0, 4 q) within one (Harvey, arXiv
 * 1205.2926). 1/N is folded into the last stage's twiddles. */
#include "intt.h"
#include "modular.h"
#include "modular_avx2.h"

/* A twiddle in every word, or one for each word. */
struct twiddle {
    __m256i w, companion;
};

struct modulus {
    __m256i q, q2; /* q, 2 q */
};

/* x, y in [0, 2 q), gives x + y and (x - y) w in [0, 2 q). */
static inline void butterfly(__m256i *x, __m256i *y, struct twiddle t,
                             struct modulus m)
{
    const __m256i u = *x;
    const __m256i v = *y;
    const __m256i difference = _mm256_add_epi32(_mm256_sub_epi32(u, v), m.q2);

    *x = sck_v8_once(_mm256_add_epi32(u, v), m.q2);
    *y = sck_v8_shoup(difference, t.w, t.companion, m.q);
}

static inline struct twiddle spread(const struct sck_prime_table *t, uint32_t i)
{
    return (struct twiddle){sck_v8_set(t->ipsi[i]),
                            sck_v8_set(t->ipsi_shoup[i])};
}

/* Twiddles of a stage inside sixteen words: eight from `at` on, chosen by the
 * permutation `to` (the first two, four or all). at + 8 <= n holds. */
static inline struct twiddle pick(const struct sck_prime_table *t, uint32_t at,
                                  __m256i to)
{
    return (struct twiddle){
        _mm256_permutevar8x32_epi32(sck_v8_load(t->ipsi + at), to),
        _mm256_permutevar8x32_epi32(sck_v8_load(t->ipsi_shoup + at), to)};
}

static inline __m256i shuffle_words(__m256i a, __m256i b, int odd)
{
    const __m256 x = _mm256_castsi256_ps(a);
    const __m256 y = _mm256_castsi256_ps(b);

    return _mm256_castps_si256(odd ? _mm256_shuffle_ps(x, y, 0xdd)
                                   : _mm256_shuffle_ps(x, y, 0x88));
}

/* The three stages of spans 1, 2 and 4, inside sixteen words. In the comments
 * a vector is the list of the chunk's words it holds. */
static void first_stages(const struct sck_prime_table *t, struct modulus m,
                         uint32_t n, uint32_t *out, const uint32_t *in)
{
    const __m256i fours = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    const __m256i pairs = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    const __m256i singles = _mm256_setr_epi32(0, 2, 1, 3, 4, 6, 5, 7);

    for (uint32_t c = 0; c < n / 16; c++, in += 16, out += 16) {
        const __m256i low = sck_v8_load(in);
        const __m256i high = sck_v8_load(in + 8);
        /* 0 1 2 3 8 9 10 11, 4 5 6 7 12 13 14 15 */
        __m256i a = _mm256_permute2x128_si256(low, high, 0x20);
        __m256i b = _mm256_permute2x128_si256(low, high, 0x31);
        /* 0 1 4 5 8 9 12 13, 2 3 6 7 10 11 14 15 */
        __m256i d = _mm256_unpacklo_epi64(a, b);
        __m256i e = _mm256_unpackhi_epi64(a, b);

        /* 0 4 2 6 8 12 10 14, 1 5 3 7 9 13 11 15 */
        a = shuffle_words(d, e, 0);
        b = shuffle_words(d, e, 1);
        butterfly(&a, &b, pick(t, n / 2 + 8 * c, singles), m);
        d = _mm256_unpacklo_epi32(a, b);
        e = _mm256_unpackhi_epi32(a, b);
        butterfly(&d, &e, pick(t, n / 4 + 4 * c, pairs), m);
        a = _mm256_unpacklo_epi64(d, e);
        b = _mm256_unpackhi_epi64(d, e);
        butterfly(&a, &b, pick(t, n / 8 + 2 * c, fours), m);
        sck_v8_store(out, _mm256_permute2x128_si256(a, b, 0x20));
        sck_v8_store(out + 8, _mm256_permute2x128_si256(a, b, 0x31));
    }
}

/* Two stages: that of 2 `blocks` blocks, then that of `blocks`; quarter >= 8
 * is a fourth of one of the latter. */
static void two_stages(const struct sck_prime_table *t, struct modulus m,
                       uint32_t blocks, uint32_t quarter, uint32_t *x)
{
    for (uint32_t i = 0; i < blocks; i++) {
        const struct twiddle w = spread(t, blocks + i);
        const struct twiddle w0 = spread(t, 2 * (blocks + i));
        const struct twiddle w1 = spread(t, 2 * (blocks + i) + 1);
        uint32_t *base = x + 4 * (size_t)quarter * i;

        for (uint32_t *p = base; p < base + quarter; p += 8) {
            __m256i a = sck_v8_load(p);
            __m256i b = sck_v8_load(p + quarter);
            __m256i c = sck_v8_load(p + 2 * (size_t)quarter);
            __m256i d = sck_v8_load(p + 3 * (size_t)quarter);

            butterfly(&a, &b, w0, m);
            butterfly(&c, &d, w1, m);
            butterfly(&a, &c, w, m);
            butterfly(&b, &d, w, m);
            sck_v8_store(p, a);
            sck_v8_store(p + quarter, b);
            sck_v8_store(p + 2 * (size_t)quarter, c);
            sck_v8_store(p + 3 * (size_t)quarter, d);
        }
    }
}

/* The stage of one block, times 1/N, reduced to [0, q). */
static void last_stage(const struct sck_prime_table *t, struct modulus m,
                       uint32_t n, uint32_t *x)
{
    const uint32_t scaled = sck_mod_mul(t->ipsi[1], t->n_inverse, t);
    const struct twiddle sum = {sck_v8_set(t->n_inverse),
                                sck_v8_set(t->n_inverse_shoup)};
    const struct twiddle difference = {
        sck_v8_set(scaled), sck_v8_set(sck_shoup_companion(scaled, t->q))};

    for (uint32_t j = 0; j < n / 2; j += 8) {
        const __m256i u = sck_v8_load(x + j);
        const __m256i v = sck_v8_load(x + n / 2 + j);
        const __m256i a = _mm256_add_epi32(u, v);
        const __m256i b = _mm256_add_epi32(_mm256_sub_epi32(u, v), m.q2);

        sck_v8_store(
            x + j,
            sck_v8_once(sck_v8_shoup(a, sum.w, sum.companion, m.q), m.q));
        sck_v8_store(
            x + n / 2 + j,
            sck_v8_once(
                sck_v8_shoup(b, difference.w, difference.companion, m.q), m.q));
    }
}

/* One stage of two blocks, where the stages between do not pair up. */
static void stage_of_two(const struct sck_prime_table *t, struct modulus m,
                         uint32_t n, uint32_t *x)
{
    for (uint32_t i = 0; i < 2; i++, x += n / 2) {
        const struct twiddle w = spread(t, 2 + i);

        for (uint32_t *p = x; p < x + n / 4; p += 8) {
            __m256i a = sck_v8_load(p);
            __m256i b = sck_v8_load(p + n / 4);

            butterfly(&a, &b, w, m);
            sck_v8_store(p, a);
            sck_v8_store(p + n / 4, b);
        }
    }
}

/* Between the first three stages and the last, stages of n/16 ... 2 blocks
 * remain, log2 n - 4 of them. */
void sck_intt_row_avx2(const struct sck_prime_table *t, uint32_t n,
                       uint32_t *out, const uint32_t *in)
{
    const struct modulus m = {sck_v8_set(t->q), sck_v8_set(2 * t->q)};
    uint32_t blocks = n / 16;

    if (n < 16) {
        sck_intt_row_ref(t, n, out, in);
        return;
    }
    first_stages(t, m, n, out, in);
    for (; blocks >= 4; blocks /= 4)
        two_stages(t, m, blocks / 2, n / (2 * blocks), out);
    if (blocks == 2)
        stage_of_two(t, m, n, out);
    last_stage(t, m, n, out);
}
