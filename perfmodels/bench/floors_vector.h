/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The floors' loops, once for vectors of any length: included by floors_avx2.c
 * and floors_avx512.c, which define words and doubles, vectors of LANES words
 * and LANES / 2 doubles; V(add_epi32) and SI(xor), their intrinsics by the
 * names' middle; odd_words(), the odd words in the even places by one
 * instruction; high_words(), the high halves of even and odd places' products
 * together; TURN(), which turns every word left. */
#ifndef LANES
#error "included by floors_avx2.c and floors_avx512.c alone"
#endif

#define OPAQUE(x) __asm__ volatile("" : "+v"(x))
#define USE(x) __asm__ volatile("" : : "v"(x))

enum { UNROLL = 8 };

static void butterfly(uint64_t rounds)
{
    words q = V(set1_epi32)(1073479681), q2 = V(slli_epi32)(q, 1);
    words w = V(set1_epi32)(123456789);
    words companion = V(set1_epi32)(493945321);
    words x = V(set1_epi32)(17), y = V(set1_epi32)(1000000007);

    OPAQUE(q);
    OPAQUE(q2);
    OPAQUE(w);
    OPAQUE(companion);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(x);
            OPAQUE(y);
            const words u = V(min_epu32)(x, V(sub_epi32)(x, q2));
            const words even = V(mul_epu32)(y, companion);
            const words odd = V(mul_epu32)(odd_words(y), companion);
            const words quotient = high_words(even, odd);
            /* Opaque: else the compiler spreads the difference over both sums
             * with one instruction more. */
            words v =
                V(sub_epi32)(V(mullo_epi32)(y, w), V(mullo_epi32)(quotient, q));

            OPAQUE(v);
            const words a = V(add_epi32)(u, v);
            const words b = V(add_epi32)(V(sub_epi32)(u, v), q2);

            USE(a);
            USE(b);
        }
}

/* Four products, then their sums: 20 % faster than one after another. Named
 * variables, since an array of them would go through memory. */
#define PRODUCT(p)                                                             \
    do {                                                                       \
        OPAQUE(y);                                                             \
        p = V(mul_epu32)(y, w);                                                \
        OPAQUE(p);                                                             \
    } while (0)
#define ADD(sum, p)                                                            \
    do {                                                                       \
        sum = V(add_epi64)(sum, p);                                            \
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
    words y = V(set1_epi32)(1000000007), w = V(set1_epi32)(123456789);
    words s0 = y, s1 = y, s2 = y, s3 = y, s4 = y, s5 = y, s6 = y, s7 = y;
    words p0, p1, p2, p3;

    OPAQUE(w);
    for (uint64_t i = 0; i < rounds; i++) {
        FOUR(s0, s1, s2, s3);
        FOUR(s4, s5, s6, s7);
    }
}

static void complex_butterfly(uint64_t rounds)
{
    doubles ar = V(set1_pd)(1), ai = V(set1_pd)(2);
    doubles br = V(set1_pd)(3), bi = V(set1_pd)(4);
    doubles wr = V(set1_pd)(.6), wi = V(set1_pd)(.8);

    OPAQUE(wr);
    OPAQUE(wi);
    for (uint64_t i = 0; i < rounds; i++)
#pragma GCC unroll 8
        for (int k = 0; k < UNROLL; k++) {
            OPAQUE(ar);
            OPAQUE(ai);
            OPAQUE(br);
            OPAQUE(bi);
            const doubles dr = V(sub_pd)(ar, br), di = V(sub_pd)(ai, bi);
            const doubles sr = V(add_pd)(ar, br), si = V(add_pd)(ai, bi);
            const doubles pr = V(sub_pd)(V(mul_pd)(dr, wr), V(mul_pd)(di, wi));
            const doubles pi = V(add_pd)(V(mul_pd)(dr, wi), V(mul_pd)(di, wr));

            USE(sr);
            USE(si);
            USE(pr);
            USE(pi);
        }
}

#define QUARTER(a, b, c, d)                                                    \
    do {                                                                       \
        a = V(add_epi32)(a, b);                                                \
        d = TURN(SI(xor)(d, a), 16);                                           \
        c = V(add_epi32)(c, d);                                                \
        b = TURN(SI(xor)(b, c), 12);                                           \
        a = V(add_epi32)(a, b);                                                \
        d = TURN(SI(xor)(d, a), 8);                                            \
        c = V(add_epi32)(c, d);                                                \
        b = TURN(SI(xor)(b, c), 7);                                            \
    } while (0)

static void chacha(uint64_t rounds)
{
    words x[16];

    for (int i = 0; i < 16; i++)
        x[i] = V(set1_epi32)(i * 1234567);
    for (uint64_t i = 0; i < rounds; i++) {
        CHACHA_ROUNDS(x);
        /* The state that is added at the end: another register in truth. */
#pragma GCC unroll 16
        for (int k = 0; k < 16; k++)
            x[k] = V(add_epi32)(x[k], x[k]);
    }
    USE(x[0]);
}

static uint32_t read_words(const uint32_t *x, size_t n)
{
    words sum[4];
    uint32_t out[LANES];

    for (int k = 0; k < 4; k++)
        sum[k] = SI(setzero)();
    for (size_t i = 0; i < n; i += 4 * LANES)
        for (int k = 0; k < 4; k++)
            sum[k] = V(add_epi32)(sum[k],
                                  SI(loadu)((const void *)(x + i + LANES * k)));
    sum[0] = V(add_epi32)(V(add_epi32)(sum[0], sum[1]),
                          V(add_epi32)(sum[2], sum[3]));
    SI(storeu)((void *)out, sum[0]);
    return out[0];
}

static void copy_words(uint32_t *to, const uint32_t *from, size_t n,
                       int streaming)
{
    if (streaming) {
        for (size_t i = 0; i < n; i += LANES)
            SI(stream)((void *)(to + i), SI(loadu)((const void *)(from + i)));
        _mm_sfence();
    } else
        for (size_t i = 0; i < n; i += LANES)
            SI(storeu)((void *)(to + i), SI(loadu)((const void *)(from + i)));
}

static void update_words(uint32_t *x, size_t n)
{
    const words ones = V(set1_epi32)(-1);

    for (size_t i = 0; i < n; i += LANES)
        SI(storeu)
    ((void *)(x + i), SI(xor)(SI(loadu)((const void *)(x + i)), ones));
}

/* Work of one round of each loop. */
#define FLOOR_LOOPS                                                            \
    {                                                                          \
        .butterfly = butterfly, .mac = mac, .complex = complex_butterfly,      \
        .chacha = chacha, .butterflies = LANES * UNROLL,                       \
        .macs = 0.5 * LANES * UNROLL, .complexes = 0.5 * LANES * UNROLL,       \
        .blocks = LANES, .read = read_words, .copy = copy_words,               \
        .update = update_words                                                 \
    }
