/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the AVX-512 transforms share: how the stages are split into passes over
 * the row, and the order of words in a pair of vectors.
 *
 * log2 n = first + second + 8. The first pass does `first` stages on columns
 * of the whole row, n >> first words apart. Each block of n >> first words (at
 * most 2^12, so that it stays in L1) then does its `second` stages on columns,
 * and each run of 256 words its last eight in sixteen registers: four between
 * vectors, four between a vector's words. The inverse goes the other way. */
#ifndef SCK_PASSES_AVX512_H
#define SCK_PASSES_AVX512_H

#include "modular_avx512.h"
#include "ring.h"
#include "scratch.h"

#include <stddef.h>

/* Loops of a constant number of rounds, at most sixteen, whose indices must
 * become constants so that the vectors they index stay in registers. A number
 * that depends on `stages` is written as a condition inside: gcc complains
 * where it finds a loop of one round. */
#ifdef __clang__
#define SCK_UNROLL _Pragma("unroll")
#else
#define SCK_UNROLL _Pragma("GCC unroll 16")
#endif
#define SCK_TEMPLATE static inline __attribute__((always_inline))

/** Runs ahead that twiddles are asked for. */
#define SCK_RUNS_AHEAD 3

/** Words of a run, and the least n these transforms take: one column stage. */
#define SCK_RUN ((uint32_t)SCK_RUN_WORDS)
#define SCK_PASSES_MIN (2 * SCK_RUN)

struct sck_v16_modulus {
    __m512i q, q2, inverse; /**< q, 2 q, q^-1 mod 2^32 */
};

SCK_TEMPLATE struct sck_v16_modulus
sck_v16_modulus_of(const struct sck_prime_table *t)
{
    return (struct sck_v16_modulus){sck_v16_set(t->q), sck_v16_set(2 * t->q),
                                    sck_v16_set(0u - t->minus_q_inverse)};
}

/** Twiddles with companions as a tree: node i's children are 2 i, 2 i + 1. */
struct sck_v16_tree {
    const uint32_t *w, *companions;
};

/** Where a transform works between its passes, so that the output's lines are
 *  fetched, to be written, in another pass than the input's: this thread's own
 *  row, which stays in the second cache, or `out` without memory for one.
 *  Columns are `gap` words apart there, a line more than in the output: sixteen
 *  lines a power of two apart would share one set of the nearest cache, which
 *  holds eight. */
struct sck_passes_row {
    uint32_t *words;
    uint32_t gap;
};

static inline struct sck_passes_row sck_passes_row(uint32_t n, uint32_t gap,
                                                   uint32_t *out)
{
    uint32_t *const own = sck_scratch_row(n);

    return own != NULL ? (struct sck_passes_row){own, gap + 16}
                       : (struct sck_passes_row){out, gap};
}

/** at + gap, each from the one before: of sixteen words a variable gap apart
 * the compiler would keep the addresses, in vector registers for want of
 * others, and moving them takes the places of butterflies' instructions. */
SCK_TEMPLATE size_t sck_passes_step(size_t at, size_t gap)
{
    at += gap;
    __asm__("" : "+r"(at));
    return at;
}

/** Asks for a line into the second cache; p may lie past a row's end, since a
 *  request never faults. */
SCK_TEMPLATE void sck_v16_ask(const uint32_t *p, size_t words)
{
    _mm_prefetch((const char *)((uintptr_t)p + words * sizeof *p), _MM_HINT_T1);
}

/** The same where x is computed. The compiler would gather requests, which
 *  depend on nothing, in one place; but what is asked for faster than memory
 *  answers is forgotten. */
SCK_TEMPLATE void sck_v16_ask_at(__m512i *x, const uint32_t *p, size_t words)
{
    __asm__ volatile("prefetcht1 %1"
                     : "+v"(*x)
                     : "m"(*(const char *)((uintptr_t)p + words * sizeof *p)));
}

/** A run's twiddles, as struct sck_prime_table has them. */
SCK_TEMPLATE struct sck_v16_tree sck_v16_run_tree(const uint32_t *twiddles)
{
    return (struct sck_v16_tree){twiddles, twiddles + SCK_RUN_SHOUP};
}

/** Butterflies between a vector's words ask SCK_SPOTS times in a run. */
enum { SCK_SPOTS = 32 };

/** Asks for the spot's share of `words` words of p from word `from` on. */
SCK_TEMPLATE void sck_v16_ask_share(__m512i *x, const uint32_t *p, size_t from,
                                    uint32_t words, uint32_t spot)
{
    const uint32_t lines = words / 16;
    const uint32_t end = (spot + 1) * lines / SCK_SPOTS;

    for (uint32_t i = spot * lines / SCK_SPOTS; i < end; i++)
        sck_v16_ask_at(x, p, from + (size_t)16 * i);
}

/** Asks for the spot's share of the twiddles of the run SCK_RUNS_AHEAD of this
 *  one, and again of the next: what has come costs nothing. */
SCK_TEMPLATE void sck_v16_ask_twiddles(__m512i *x, const uint32_t *twiddles,
                                       uint32_t spot)
{
    sck_v16_ask_share(x, twiddles, (size_t)SCK_RUN_TWIDDLES * SCK_RUNS_AHEAD,
                      SCK_RUN_TWIDDLES, spot);
    sck_v16_ask_share(x, twiddles, SCK_RUN_TWIDDLES, SCK_RUN_TWIDDLES, spot);
}

/** Twiddles as sck_v16_shoup_split() takes them. */
struct sck_v16_twiddle {
    __m512i w, even, odd;
};

struct sck_passes {
    uint32_t first, second; /**< stages on columns: 1..4, 0..4 */
};

/** n in SCK_PASSES_MIN .. 2^16. */
static inline struct sck_passes sck_passes_of(uint32_t n)
{
    const uint32_t columns = (uint32_t)__builtin_ctz(n) - 8;
    const uint32_t second = columns <= 4 ? 0 : columns / 2;

    return (struct sck_passes){columns - second, second};
}

SCK_TEMPLATE struct sck_v16_twiddle sck_v16_spread(struct sck_v16_tree t,
                                                   uint32_t i)
{
    const __m512i companion = sck_v16_set(t.companions[i]);

    return (struct sck_v16_twiddle){sck_v16_set(t.w[i]), companion, companion};
}

/** 2, 4 or 8 words repeated. */
SCK_TEMPLATE __m512i sck_v16_repeat(const uint32_t *p, uint32_t words)
{
    if (words == 2)
        return _mm512_broadcastq_epi64(_mm_loadl_epi64((const void *)p));
    if (words == 4)
        return _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)p));
    return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)p));
}

/** The twiddles of 2 or 4 neighbouring blocks, the first one's being node i,
 *  that lie in a pair as sck_v16_zip() leaves it. The odd companions are loaded
 *  from one word further on, which takes no shuffle. */
SCK_TEMPLATE struct sck_v16_twiddle sck_v16_twiddles(struct sck_v16_tree t,
                                                     uint32_t i, uint32_t words)
{
    return (struct sck_v16_twiddle){
        sck_v16_repeat(t.w + i, words), sck_v16_repeat(t.companions + i, words),
        sck_v16_repeat(t.companions + i + 1, words)};
}

/** x times the twiddles of 8 or 16 neighbouring blocks, at w, in Montgomery
 *  form: a signed word in (-q, q); x as sck_v16_montgomery_lazy() takes it. */
SCK_TEMPLATE __m512i sck_v16_times(__m512i x, int is_signed, const uint32_t *w,
                                   uint32_t words, struct sck_v16_modulus m)
{
    const __m512i even = words == 16 ? sck_v16_load(w) : sck_v16_repeat(w, 8);
    const __m512i odd =
        words == 16 ? sck_v16_odd(even) : sck_v16_repeat(w + 1, 8);

    return sck_v16_montgomery_lazy(x, is_signed, even, odd, m.q, m.inverse);
}

/** Number the 32 words of a pair by bit p: x or y, and bits a b c d: the place
 *  in it. Zipping puts word p abcd at a bcdp. From p = bit 4 of the word's
 *  place in the row, abcd = bits 3 2 1 0, one zip brings words 8 apart into x
 *  and y at the same place, the next those 4 apart, then 2; the blocks of 2 h
 *  words, the low bits of the place, take the twiddles in their order,
 *  repeated. */
SCK_TEMPLATE void sck_v16_zip(__m512i *x, __m512i *y)
{
    const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                          21, 6, 22, 7, 23);
    const __m512i high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                           13, 29, 14, 30, 15, 31);
    const __m512i u = *x;

    *x = _mm512_permutex2var_epi32(u, low, *y);
    *y = _mm512_permutex2var_epi32(u, high, *y);
}

/** sck_v16_zip() undone. */
SCK_TEMPLATE void sck_v16_unzip(__m512i *x, __m512i *y)
{
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
                                           20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21,
                                          23, 25, 27, 29, 31);
    const __m512i u = *x;

    *x = _mm512_permutex2var_epi32(u, even, *y);
    *y = _mm512_permutex2var_epi32(u, odd, *y);
}

/** After three zips (p = bit 1, abcd = bits 0 4 3 2) brings neighbours into x
 *  and y, abcd = bits 3 2 4 1: an order that sck_v16_unpack() leads back from,
 *  which has a pipe that no product needs. */
SCK_TEMPLATE void sck_v16_pair(__m512i *x, __m512i *y)
{
    const __m512i even = _mm512_setr_epi32(0, 16, 4, 20, 1, 17, 5, 21, 2, 18, 6,
                                           22, 3, 19, 7, 23);
    const __m512i odd = _mm512_setr_epi32(8, 24, 12, 28, 9, 25, 13, 29, 10, 26,
                                          14, 30, 11, 27, 15, 31);
    const __m512i u = *x;

    *x = _mm512_permutex2var_epi32(u, even, *y);
    *y = _mm512_permutex2var_epi32(u, odd, *y);
}

/** sck_v16_pair() undone. */
SCK_TEMPLATE void sck_v16_unpair(__m512i *x, __m512i *y)
{
    const __m512i low = _mm512_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14, 16, 20, 24,
                                          28, 18, 22, 26, 30);
    const __m512i high = _mm512_setr_epi32(1, 5, 9, 13, 3, 7, 11, 15, 17, 21,
                                           25, 29, 19, 23, 27, 31);
    const __m512i u = *x;

    *x = _mm512_permutex2var_epi32(u, low, *y);
    *y = _mm512_permutex2var_epi32(u, high, *y);
}

/** From sck_v16_pair()'s order to the row's. */
SCK_TEMPLATE void sck_v16_unpack(__m512i *x, __m512i *y)
{
    const __m512i u = *x;

    *x = _mm512_unpacklo_epi32(u, *y);
    *y = _mm512_unpackhi_epi32(u, *y);
}

/** sck_v16_unpack() undone. */
SCK_TEMPLATE void sck_v16_pack(__m512i *x, __m512i *y)
{
    const __m512 u = _mm512_castsi512_ps(*x);
    const __m512 v = _mm512_castsi512_ps(*y);

    *x = _mm512_castps_si512(_mm512_shuffle_ps(u, v, 0x88));
    *y = _mm512_castps_si512(_mm512_shuffle_ps(u, v, 0xdd));
}

#endif
