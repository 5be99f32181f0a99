/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Harvey's lazy butterflies (arXiv 1205.2926), eight at a time: words stay in
 * [0, 4 q) between stages, which q < 2^30 lets a word hold, and are reduced
 * once at the end. Stages whose butterflies span at least a vector go two at a
 * time; the last three work inside sixteen words, by permutations. */
#include "modular_avx2.h"
#include "ntt.h"

/* A twiddle in every word, or one for each word. */
struct twiddle {
    __m256i w, companion;
};

struct modulus {
    __m256i q, q2; /* q, 2 q */
};

/* x, y in [0, 4 q), gives x + w y and x - w y in [0, 4 q). */
static inline void butterfly(__m256i *x, __m256i *y, struct twiddle t,
                             struct modulus m)
{
    const __m256i u = sck_v8_once(*x, m.q2);
    const __m256i v = sck_v8_shoup(*y, t.w, t.companion, m.q);

    *x = _mm256_add_epi32(u, v);
    *y = _mm256_add_epi32(_mm256_sub_epi32(u, v), m.q2);
}

static inline struct twiddle spread(const struct sck_prime_table *t, uint32_t i)
{
    return (struct twiddle){sck_v8_set(t->psi[i]), sck_v8_set(t->psi_shoup[i])};
}

/* The first stage: one block. */
static void first_stage(const struct sck_prime_table *t, struct modulus m,
                        uint32_t n, uint32_t *out, const uint32_t *in)
{
    const struct twiddle w = spread(t, 1);

    for (uint32_t j = 0; j < n / 2; j += 8) {
        __m256i x = sck_v8_load(in + j);
        __m256i y = sck_v8_load(in + n / 2 + j);

        butterfly(&x, &y, w, m);
        sck_v8_store(out + j, x);
        sck_v8_store(out + n / 2 + j, y);
    }
}

/* Two stages: that of `blocks` blocks and the next; quarter >= 8 is a fourth
 * of a block. */
static void two_stages(const struct sck_prime_table *t, struct modulus m,
                       uint32_t blocks, uint32_t quarter, uint32_t *out,
                       const uint32_t *in)
{
    for (uint32_t i = 0; i < blocks; i++) {
        const size_t base = 4 * (size_t)quarter * i;
        const struct twiddle w = spread(t, blocks + i);
        const struct twiddle w0 = spread(t, 2 * (blocks + i));
        const struct twiddle w1 = spread(t, 2 * (blocks + i) + 1);

        for (size_t j = base; j < base + quarter; j += 8) {
            __m256i a = sck_v8_load(in + j);
            __m256i b = sck_v8_load(in + j + quarter);
            __m256i c = sck_v8_load(in + j + 2 * (size_t)quarter);
            __m256i d = sck_v8_load(in + j + 3 * (size_t)quarter);

            butterfly(&a, &c, w, m);
            butterfly(&b, &d, w, m);
            butterfly(&a, &b, w0, m);
            butterfly(&c, &d, w1, m);
            sck_v8_store(out + j, a);
            sck_v8_store(out + j + quarter, b);
            sck_v8_store(out + j + 2 * (size_t)quarter, c);
            sck_v8_store(out + j + 3 * (size_t)quarter, d);
        }
    }
}

/* Twiddles of a stage inside sixteen words: eight from `at` on, chosen by the
 * permutation `to` (the first two, four or all). at + 8 <= n holds. */
static inline struct twiddle pick(const struct sck_prime_table *t, uint32_t at,
                                  __m256i to)
{
    return (struct twiddle){
        _mm256_permutevar8x32_epi32(sck_v8_load(t->psi + at), to),
        _mm256_permutevar8x32_epi32(sck_v8_load(t->psi_shoup + at), to)};
}

static inline __m256i shuffle_words(__m256i a, __m256i b, int odd)
{
    const __m256 x = _mm256_castsi256_ps(a);
    const __m256 y = _mm256_castsi256_ps(b);

    return _mm256_castps_si256(odd ? _mm256_shuffle_ps(x, y, 0xdd)
                                   : _mm256_shuffle_ps(x, y, 0x88));
}

/* In the comments a vector is the list of the chunk's words it holds. */
static void last_stages(const struct sck_prime_table *t, struct modulus m,
                        uint32_t n, uint32_t *x)
{
    const __m256i fours = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    const __m256i pairs = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    const __m256i singles = _mm256_setr_epi32(0, 2, 1, 3, 4, 6, 5, 7);

    for (uint32_t c = 0; c < n / 16; c++, x += 16) {
        const __m256i low = sck_v8_load(x);
        const __m256i high = sck_v8_load(x + 8);
        /* 0 1 2 3 8 9 10 11, 4 5 6 7 12 13 14 15 */
        __m256i a = _mm256_permute2x128_si256(low, high, 0x20);
        __m256i b = _mm256_permute2x128_si256(low, high, 0x31);

        butterfly(&a, &b, pick(t, n / 8 + 2 * c, fours), m);
        /* 0 1 4 5 8 9 12 13, 2 3 6 7 10 11 14 15 */
        __m256i d = _mm256_unpacklo_epi64(a, b);
        __m256i e = _mm256_unpackhi_epi64(a, b);

        butterfly(&d, &e, pick(t, n / 4 + 4 * c, pairs), m);
        /* 0 4 2 6 8 12 10 14, 1 5 3 7 9 13 11 15 */
        a = shuffle_words(d, e, 0);
        b = shuffle_words(d, e, 1);
        butterfly(&a, &b, pick(t, n / 2 + 8 * c, singles), m);
        a = sck_v8_once(sck_v8_once(a, m.q2), m.q);
        b = sck_v8_once(sck_v8_once(b, m.q2), m.q);
        /* 0 1 4 5 8 9 12 13, 2 3 6 7 10 11 14 15 and back */
        d = _mm256_unpacklo_epi32(a, b);
        e = _mm256_unpackhi_epi32(a, b);
        a = _mm256_unpacklo_epi64(d, e);
        b = _mm256_unpackhi_epi64(d, e);
        sck_v8_store(x, _mm256_permute2x128_si256(a, b, 0x20));
        sck_v8_store(x + 8, _mm256_permute2x128_si256(a, b, 0x31));
    }
}

/* The stages before the last three number log2 n - 3. */
static void transform(const struct sck_prime_table *t, uint32_t n,
                      uint32_t *out, const uint32_t *in)
{
    const struct modulus m = {sck_v8_set(t->q), sck_v8_set(2 * t->q)};
    uint32_t blocks = 1;

    if (__builtin_ctz(n) % 2 == 0) {
        first_stage(t, m, n, out, in);
        blocks = 2;
        in = out;
    }
    for (; blocks < n / 8; blocks *= 4) {
        two_stages(t, m, blocks, n / (4 * blocks), out, in);
        in = out;
    }
    last_stages(t, m, n, out);
}

void sck_ntt_row_avx2(const struct sck_prime_table *t, uint32_t n,
                      uint32_t *out, const uint32_t *in,
                      const struct sck_ntt_around *around)
{
    if (n < 16) {
        sck_ntt_row_ref(t, n, out, in, around);
        return;
    }
    if (around != NULL && around->before != NULL) {
        around->before(around->context, 0, n, out);
        in = out;
    }
    transform(t, n, out, in);
    if (around != NULL && around->after != NULL)
        around->after(around->context, 0, n, out);
}
