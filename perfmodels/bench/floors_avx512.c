/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* AVX-512, sixteen words a vector. Instructions: a modular butterfly of 16
 * lanes 12 (sub, min; movshdup, two vpmuludq, masked shuffle; two vpmulld, sub;
 * add, sub, add), a multiply-accumulate of 8 lanes 2 (vpmuludq, add), a complex
 * butterfly of 8 lanes 10, sixteen ChaCha20 blocks 960 + 16. */
#include "floors.h"

#include <immintrin.h>

#define OPAQUE(x) __asm__ volatile("" : "+v"(x))
#define USE(x) __asm__ volatile("" : : "v"(x))

enum { UNROLL = 8 };

/* The odd words in the even places; one instruction. */
static inline __m512i odd_words(__m512i x)
{
    return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(x)));
}

static void butterfly(uint64_t rounds)
{
    __m512i q = _mm512_set1_epi32(1073479681), q2 = _mm512_slli_epi32(q, 1);
    __m512i w = _mm512_set1_epi32(123456789);
    __m512i companion = _mm512_set1_epi32(493945321);
    __m512i x = _mm512_set1_epi32(17), y = _mm512_set1_epi32(1000000007);

    OPAQUE(q);
    OPAQUE(q2);
    OPAQUE(w);
    OPAQUE(companion);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(x);
            OPAQUE(y);
            const __m512i u = _mm512_min_epu32(x, _mm512_sub_epi32(x, q2));
            const __m512i even = _mm512_mul_epu32(y, companion);
            const __m512i odd = _mm512_mul_epu32(odd_words(y), companion);
            /* In even places the even product's high half. */
            const __m512i quotient =
                _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_DDBB);
            /* Opaque: else the compiler spreads the difference over both sums
             * with one instruction more. */
            __m512i v = _mm512_sub_epi32(_mm512_mullo_epi32(y, w),
                                         _mm512_mullo_epi32(quotient, q));

            OPAQUE(v);
            const __m512i a = _mm512_add_epi32(u, v);
            const __m512i b = _mm512_add_epi32(_mm512_sub_epi32(u, v), q2);

            USE(a);
            USE(b);
        }
}

/* Four products, then their sums: 20 % faster than one after another. Named
 * variables, since an array of them would go through memory. */
#define PRODUCT(p)                                                             \
    do {                                                                       \
        OPAQUE(y);                                                             \
        p = _mm512_mul_epu32(y, w);                                            \
        OPAQUE(p);                                                             \
    } while (0)
#define ADD(sum, p)                                                            \
    do {                                                                       \
        sum = _mm512_add_epi64(sum, p);                                        \
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
    __m512i y = _mm512_set1_epi32(1000000007), w = _mm512_set1_epi32(123456789);
    __m512i s0 = y, s1 = y, s2 = y, s3 = y, s4 = y, s5 = y, s6 = y, s7 = y;
    __m512i p0, p1, p2, p3;

    OPAQUE(w);
    for (uint64_t i = 0; i < rounds; i++) {
        FOUR(s0, s1, s2, s3);
        FOUR(s4, s5, s6, s7);
    }
}

static void complex_butterfly(uint64_t rounds)
{
    __m512d ar = _mm512_set1_pd(1), ai = _mm512_set1_pd(2);
    __m512d br = _mm512_set1_pd(3), bi = _mm512_set1_pd(4);
    __m512d wr = _mm512_set1_pd(.6), wi = _mm512_set1_pd(.8);

    OPAQUE(wr);
    OPAQUE(wi);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(ar);
            OPAQUE(ai);
            OPAQUE(br);
            OPAQUE(bi);
            const __m512d dr = _mm512_sub_pd(ar, br),
                          di = _mm512_sub_pd(ai, bi);
            const __m512d sr = _mm512_add_pd(ar, br),
                          si = _mm512_add_pd(ai, bi);
            const __m512d pr =
                _mm512_sub_pd(_mm512_mul_pd(dr, wr), _mm512_mul_pd(di, wi));
            const __m512d pi =
                _mm512_add_pd(_mm512_mul_pd(dr, wi), _mm512_mul_pd(di, wr));

            USE(sr);
            USE(si);
            USE(pr);
            USE(pi);
        }
}

#define TURN(x, by) _mm512_rol_epi32(x, by)
#define QUARTER(a, b, c, d)                                                    \
    do {                                                                       \
        a = _mm512_add_epi32(a, b);                                            \
        d = TURN(_mm512_xor_si512(d, a), 16);                                  \
        c = _mm512_add_epi32(c, d);                                            \
        b = TURN(_mm512_xor_si512(b, c), 12);                                  \
        a = _mm512_add_epi32(a, b);                                            \
        d = TURN(_mm512_xor_si512(d, a), 8);                                   \
        c = _mm512_add_epi32(c, d);                                            \
        b = TURN(_mm512_xor_si512(b, c), 7);                                   \
    } while (0)

static void chacha(uint64_t rounds)
{
    __m512i x[16];

    for (int i = 0; i < 16; i++)
        x[i] = _mm512_set1_epi32(i * 1234567);
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
            x[k] = _mm512_add_epi32(x[k], x[k]);
    }
    USE(x[0]);
}

static uint32_t read_words(const uint32_t *x, size_t n)
{
    __m512i sum[4];
    uint32_t out[16];

    for (int k = 0; k < 4; k++)
        sum[k] = _mm512_setzero_si512();
    for (size_t i = 0; i < n; i += 4 * 16)
        for (int k = 0; k < 4; k++)
            sum[k] = _mm512_add_epi32(
                sum[k], _mm512_loadu_si512((const void *)(x + i + 16 * k)));
    sum[0] = _mm512_add_epi32(_mm512_add_epi32(sum[0], sum[1]),
                              _mm512_add_epi32(sum[2], sum[3]));
    _mm512_storeu_si512((void *)out, sum[0]);
    return out[0];
}

static void copy_words(uint32_t *to, const uint32_t *from, size_t n,
                       int streaming)
{
    if (streaming) {
        for (size_t i = 0; i < n; i += 16)
            _mm512_stream_si512((void *)(to + i),
                                _mm512_loadu_si512((const void *)(from + i)));
        _mm_sfence();
    } else
        for (size_t i = 0; i < n; i += 16)
            _mm512_storeu_si512((void *)(to + i),
                                _mm512_loadu_si512((const void *)(from + i)));
}

static void update_words(uint32_t *x, size_t n)
{
    const __m512i ones = _mm512_set1_epi32(-1);

    for (size_t i = 0; i < n; i += 16)
        _mm512_storeu_si512(
            (void *)(x + i),
            _mm512_xor_si512(_mm512_loadu_si512((const void *)(x + i)), ones));
}

const struct floor_loops floor_loops_avx512 = {
    .butterfly = butterfly,
    .mac = mac,
    .complex = complex_butterfly,
    .chacha = chacha,
    .butterflies = 16 * UNROLL,
    .macs = 8 * UNROLL,
    .complexes = 8 * UNROLL,
    .blocks = 16,
    .read = read_words,
    .copy = copy_words,
    .update = update_words,
};
