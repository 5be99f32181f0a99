/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* AVX2, eight words a vector. Instructions: a modular butterfly of 8 lanes 13
 * (sub, min; movshdup, two vpmuludq, movshdup, blend; two vpmulld, sub; add,
 * sub, add), a multiply-accumulate of 4 lanes 2 (vpmuludq, add), a complex
 * butterfly of 4 lanes 10, eight ChaCha20 blocks 1280 + 16 and what sixteen
 * registers spill. */
#include "floors.h"

#include <immintrin.h>

#define OPAQUE(x) __asm__ volatile("" : "+x"(x))
#define USE(x) __asm__ volatile("" : : "x"(x))

enum { UNROLL = 8 };

/* The odd words in the even places; one instruction. */
static inline __m256i odd_words(__m256i x)
{
    return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(x)));
}

static void butterfly(uint64_t rounds)
{
    __m256i q = _mm256_set1_epi32(1073479681), q2 = _mm256_slli_epi32(q, 1);
    __m256i w = _mm256_set1_epi32(123456789);
    __m256i companion = _mm256_set1_epi32(493945321);
    __m256i x = _mm256_set1_epi32(17), y = _mm256_set1_epi32(1000000007);

    OPAQUE(q);
    OPAQUE(q2);
    OPAQUE(w);
    OPAQUE(companion);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(x);
            OPAQUE(y);
            const __m256i u = _mm256_min_epu32(x, _mm256_sub_epi32(x, q2));
            const __m256i even = _mm256_mul_epu32(y, companion);
            const __m256i odd = _mm256_mul_epu32(odd_words(y), companion);
            const __m256i quotient =
                _mm256_blend_epi32(odd_words(even), odd, 0xaa);
            /* Opaque: else the compiler spreads the difference over both sums
             * with one instruction more. */
            __m256i v = _mm256_sub_epi32(_mm256_mullo_epi32(y, w),
                                         _mm256_mullo_epi32(quotient, q));

            OPAQUE(v);
            const __m256i a = _mm256_add_epi32(u, v);
            const __m256i b = _mm256_add_epi32(_mm256_sub_epi32(u, v), q2);

            USE(a);
            USE(b);
        }
}

/* Four products, then their sums: 20 % faster than one after another. Named
 * variables, since an array of them would go through memory. */
#define PRODUCT(p)                                                             \
    do {                                                                       \
        OPAQUE(y);                                                             \
        p = _mm256_mul_epu32(y, w);                                            \
        OPAQUE(p);                                                             \
    } while (0)
#define ADD(sum, p)                                                            \
    do {                                                                       \
        sum = _mm256_add_epi64(sum, p);                                        \
        OPAQUE(sum);                                                           \
    } while (0)
#define FOUR(a, b, c, d)                                                       \
    do {                                                                       \
        PRODUCT(p0);                                                           \
        PRODUCT(p1);                                                           \
        PRODUCT(p2);                                                           \
        PRODUCT(p3);                                                           \
        ADD(a, p0);                                                            \
        ADD(b, p1);                                                            \
        ADD(c, p2);                                                            \
        ADD(d, p3);                                                            \
    } while (0)

static void mac(uint64_t rounds)
{
    __m256i y = _mm256_set1_epi32(1000000007), w = _mm256_set1_epi32(123456789);
    __m256i s0 = y, s1 = y, s2 = y, s3 = y, s4 = y, s5 = y, s6 = y, s7 = y;
    __m256i p0, p1, p2, p3;

    OPAQUE(w);
    for (uint64_t i = 0; i < rounds; i++) {
        FOUR(s0, s1, s2, s3);
        FOUR(s4, s5, s6, s7);
    }
}

static void complex_butterfly(uint64_t rounds)
{
    __m256d ar = _mm256_set1_pd(1), ai = _mm256_set1_pd(2);
    __m256d br = _mm256_set1_pd(3), bi = _mm256_set1_pd(4);
    __m256d wr = _mm256_set1_pd(.6), wi = _mm256_set1_pd(.8);

    OPAQUE(wr);
    OPAQUE(wi);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(ar);
            OPAQUE(ai);
            OPAQUE(br);
            OPAQUE(bi);
            const __m256d dr = _mm256_sub_pd(ar, br),
                          di = _mm256_sub_pd(ai, bi);
            const __m256d sr = _mm256_add_pd(ar, br),
                          si = _mm256_add_pd(ai, bi);
            const __m256d pr =
                _mm256_sub_pd(_mm256_mul_pd(dr, wr), _mm256_mul_pd(di, wi));
            const __m256d pi =
                _mm256_add_pd(_mm256_mul_pd(dr, wi), _mm256_mul_pd(di, wr));

            USE(sr);
            USE(si);
            USE(pr);
            USE(pi);
        }
}

/* By 16 and 8 a byte shuffle, else two shifts. */
#define TURN(x, by)                                                            \
    ((by) == 16  ? _mm256_shuffle_epi8(x, by16)                                \
     : (by) == 8 ? _mm256_shuffle_epi8(x, by8)                                 \
                 : _mm256_or_si256(_mm256_slli_epi32(x, by),                   \
                                   _mm256_srli_epi32(x, 32 - (by))))
#define QUARTER(a, b, c, d)                                                    \
    do {                                                                       \
        a = _mm256_add_epi32(a, b);                                            \
        d = TURN(_mm256_xor_si256(d, a), 16);                                  \
        c = _mm256_add_epi32(c, d);                                            \
        b = TURN(_mm256_xor_si256(b, c), 12);                                  \
        a = _mm256_add_epi32(a, b);                                            \
        d = TURN(_mm256_xor_si256(d, a), 8);                                   \
        c = _mm256_add_epi32(c, d);                                            \
        b = TURN(_mm256_xor_si256(b, c), 7);                                   \
    } while (0)

static void chacha(uint64_t rounds)
{
    __m256i x[16];
    const __m256i by16 = _mm256_set1_epi64x(0x0504070601000302);
    const __m256i by8 = _mm256_set1_epi64x(0x0605040702010003);

    for (int i = 0; i < 16; i++)
        x[i] = _mm256_set1_epi32(i * 1234567);
    for (uint64_t i = 0; i < rounds; i++) {
        for (int r = 0; r < 10; r++) {
            QUARTER(x[0], x[4], x[8], x[12]);
            QUARTER(x[1], x[5], x[9], x[13]);
            QUARTER(x[2], x[6], x[10], x[14]);
            QUARTER(x[3], x[7], x[11], x[15]);
            QUARTER(x[0], x[5], x[10], x[15]);
            QUARTER(x[1], x[6], x[11], x[12]);
            QUARTER(x[2], x[7], x[8], x[13]);
            QUARTER(x[3], x[4], x[9], x[14]);
        }
        /* The state that is added at the end: another register in truth. */
#pragma GCC unroll 16
        for (int k = 0; k < 16; k++)
            x[k] = _mm256_add_epi32(x[k], x[k]);
    }
    USE(x[0]);
}

static uint32_t read_words(const uint32_t *x, size_t n)
{
    __m256i sum[4];
    uint32_t out[8];

    for (int k = 0; k < 4; k++)
        sum[k] = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += 4 * 8)
        for (int k = 0; k < 4; k++)
            sum[k] = _mm256_add_epi32(
                sum[k], _mm256_loadu_si256((const void *)(x + i + 8 * k)));
    sum[0] = _mm256_add_epi32(_mm256_add_epi32(sum[0], sum[1]),
                              _mm256_add_epi32(sum[2], sum[3]));
    _mm256_storeu_si256((void *)out, sum[0]);
    return out[0];
}

static void copy_words(uint32_t *to, const uint32_t *from, size_t n,
                       int streaming)
{
    if (streaming) {
        for (size_t i = 0; i < n; i += 8)
            _mm256_stream_si256((void *)(to + i),
                                _mm256_loadu_si256((const void *)(from + i)));
        _mm_sfence();
    } else
        for (size_t i = 0; i < n; i += 8)
            _mm256_storeu_si256((void *)(to + i),
                                _mm256_loadu_si256((const void *)(from + i)));
}

static void update_words(uint32_t *x, size_t n)
{
    const __m256i ones = _mm256_set1_epi32(-1);

    for (size_t i = 0; i < n; i += 8)
        _mm256_storeu_si256(
            (void *)(x + i),
            _mm256_xor_si256(_mm256_loadu_si256((const void *)(x + i)), ones));
}

const struct floor_loops floor_loops_avx2 = {
    .butterfly = butterfly,
    .mac = mac,
    .complex = complex_butterfly,
    .chacha = chacha,
    .butterflies = 8 * UNROLL,
    .macs = 4 * UNROLL,
    .complexes = 4 * UNROLL,
    .blocks = 8,
    .read = read_words,
    .copy = copy_words,
    .update = update_words,
};
