/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Plain C. A modular butterfly is 12 operations: compare and subtract, a wide
 * product, its high half, two products, two differences, sum, difference, sum
 * (the compiler's choice of instructions). */
#include "floors.h"
#include "floors_chacha.h"
#include "modular.h"

#include <string.h>

#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
#define OPAQUE_DOUBLE(x) __asm__ volatile("" : "+x"(x))
#define USE(x) __asm__ volatile("" : : "r"(x))
#define USE_DOUBLE(x) __asm__ volatile("" : : "x"(x))

#if !defined(__x86_64__)
#undef OPAQUE_DOUBLE
#undef USE_DOUBLE
#define OPAQUE_DOUBLE(x) __asm__ volatile("" : "+m"(x))
#define USE_DOUBLE(x) __asm__ volatile("" : : "m"(x))
#endif

static void butterfly(uint64_t rounds)
{
    uint32_t q = 1073479681, w = 123456789, x = 17, y = 1000000007;
    uint32_t companion = sck_shoup_companion(w, q);

    OPAQUE(q);
    OPAQUE(w);
    OPAQUE(companion);
    for (uint64_t i = 0; i < rounds; i++) {
        OPAQUE(x);
        OPAQUE(y);
        const uint32_t u = sck_mod_once(x, 2 * q);
        uint32_t v = sck_shoup_lazy(y, w, companion, q);

        OPAQUE(v);
        const uint32_t a = u + v, b = u - v + 2 * q;

        USE(a);
        USE(b);
    }
}

static void mac(uint64_t rounds)
{
    uint64_t sum[4] = {0, 1, 2, 3};
    uint64_t y = 1000000007, w = 123456789;

    OPAQUE(w);
    for (uint64_t i = 0; i < rounds; i++)
        for (int k = 0; k < 4; k++) {
            OPAQUE(y);
            sum[k] += (uint64_t)(uint32_t)y * w;
            OPAQUE(sum[k]);
        }
}

static void complex_butterfly(uint64_t rounds)
{
    double ar = 1, ai = 2, br = 3, bi = 4, wr = .6, wi = .8;

    OPAQUE_DOUBLE(wr);
    OPAQUE_DOUBLE(wi);
    for (uint64_t i = 0; i < rounds; i++) {
        OPAQUE_DOUBLE(ar);
        OPAQUE_DOUBLE(ai);
        OPAQUE_DOUBLE(br);
        OPAQUE_DOUBLE(bi);
        const double dr = ar - br, di = ai - bi;
        const double sr = ar + br, si = ai + bi;
        const double pr = dr * wr - di * wi, pi = dr * wi + di * wr;

        USE_DOUBLE(sr);
        USE_DOUBLE(si);
        USE_DOUBLE(pr);
        USE_DOUBLE(pi);
    }
}

static inline uint32_t turn(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

#define QUARTER(a, b, c, d)                                                    \
    do {                                                                       \
        a += b;                                                                \
        d = turn(d ^ a, 16);                                                   \
        c += d;                                                                \
        b = turn(b ^ c, 12);                                                   \
        a += b;                                                                \
        d = turn(d ^ a, 8);                                                    \
        c += d;                                                                \
        b = turn(b ^ c, 7);                                                    \
    } while (0)

/* Sixteen words do not fit sixteen registers: the compiler spills some. */
static void chacha(uint64_t rounds)
{
    uint32_t x[16];

    for (uint32_t i = 0; i < 16; i++)
        x[i] = i * 0x9e3779b9u;
    for (uint64_t i = 0; i < rounds; i++) {
        CHACHA_ROUNDS(x);
    }
    USE(x[0]);
}

static uint32_t read_words(const uint32_t *x, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static void copy_words(uint32_t *to, const uint32_t *from, size_t n,
                       int streaming)
{
    (void)streaming;
    memcpy(to, from, n * sizeof *to);
}

static void update_words(uint32_t *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = ~x[i];
}

const struct floor_loops floor_loops_ref = {
    .butterfly = butterfly,
    .mac = mac,
    .complex = complex_butterfly,
    .chacha = chacha,
    .butterflies = 1,
    .macs = 4,
    .complexes = 1,
    .blocks = 1,
    .read = read_words,
    .copy = copy_words,
    .update = update_words,
};
