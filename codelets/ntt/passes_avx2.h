/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the AVX2 transforms share: how the stages are split into passes over the
 * row, and the order of words in a pair of vectors.
 *
 * The last six stages of each run of 64 words take eight registers: three
 * between vectors, three between a vector's words. The others go up to three at
 * a time on columns, the first pass on the whole row, each later one on a block
 * of the pass before, which goes through all its passes before the next block
 * so that it stays near. The inverse goes the other way. */
#ifndef SCK_PASSES_AVX2_H
#define SCK_PASSES_AVX2_H

#include "modular_avx2.h"
#include "ring.h"

/* Loops of a constant number of rounds, at most eight, whose indices must
 * become constants so that the vectors they index stay in registers. A number
 * that depends on `stages` is written as a condition inside: gcc complains
 * where it finds a loop of one round. */
#ifdef __clang__
#define SCK_UNROLL _Pragma("unroll")
#else
#define SCK_UNROLL _Pragma("GCC unroll 8")
#endif
#define SCK_TEMPLATE static inline __attribute__((always_inline))

/** Words of a run, and the least n these transforms take: one column stage. */
#define SCK_RUN 64u
#define SCK_PASSES_MIN (2 * SCK_RUN)

struct sck_v8_modulus {
    __m256i q, q2; /**< q, 2 q */
};

/** Twiddles as sck_v8_shoup_split() takes them. */
struct sck_v8_twiddle {
    __m256i w, even, odd;
};

/** Passes on columns: stages of each, the blocks there are before it. */
struct sck_passes {
    uint32_t count, stages[4], blocks[4];
};

/** n in SCK_PASSES_MIN .. 2^16: one to ten stages, in as few passes as do. */
static inline struct sck_passes sck_passes_of(uint32_t n)
{
    uint32_t left = (uint32_t)__builtin_ctz(n) - 6;
    uint32_t blocks = 1;
    struct sck_passes p = {.count = (left + 2) / 3};

    for (uint32_t i = 0; i < p.count; i++) {
        const uint32_t passes = p.count - i;

        p.stages[i] = (left + passes - 1) / passes;
        p.blocks[i] = blocks;
        blocks <<= p.stages[i];
        left -= p.stages[i];
    }
    return p;
}

SCK_TEMPLATE struct sck_v8_twiddle
sck_v8_spread(const uint32_t *w, const uint32_t *companions, uint32_t i)
{
    const __m256i companion = sck_v8_set(companions[i]);

    return (struct sck_v8_twiddle){sck_v8_set(w[i]), companion, companion};
}

/** 2 or 4 words repeated. */
SCK_TEMPLATE __m256i sck_v8_repeat(const uint32_t *p, uint32_t words)
{
    if (words == 2)
        return _mm256_broadcastq_epi64(_mm_loadl_epi64((const void *)p));
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)p));
}

/** The twiddles of 2, 4 or 8 neighbouring blocks that lie in a pair as
 *  sck_v8_zip() leaves it. The odd companions are loaded from one word further
 *  on, which takes no shuffle; only the 8 could run past their table's end. */
SCK_TEMPLATE struct sck_v8_twiddle sck_v8_twiddles(const uint32_t *w,
                                                   const uint32_t *companions,
                                                   uint32_t i, uint32_t words)
{
    if (words == 8) {
        const __m256i companion = sck_v8_load(companions + i);

        return (struct sck_v8_twiddle){sck_v8_load(w + i), companion,
                                       sck_v8_odd(companion)};
    }
    return (struct sck_v8_twiddle){sck_v8_repeat(w + i, words),
                                   sck_v8_repeat(companions + i, words),
                                   sck_v8_repeat(companions + i + 1, words)};
}

/** Number the 16 words of a pair by bit p: x or y, and bits a b c: the place in
 *  it. Zipping puts word p abc at a bcp. From p = bit 3 of the word's place in
 *  the row, abc = bits 2 1 0, one zip brings words 4 apart into x and y at the
 *  same place, the next those 2 apart, then 1, and the fourth restores the
 *  row's order; the blocks of 2 h words, the low bits of the place, take the
 *  twiddles in their order, repeated. */
SCK_TEMPLATE void sck_v8_zip(__m256i *x, __m256i *y)
{
    const __m256i low = _mm256_unpacklo_epi32(*x, *y);
    const __m256i high = _mm256_unpackhi_epi32(*x, *y);

    *x = _mm256_permute2x128_si256(low, high, 0x20);
    *y = _mm256_permute2x128_si256(low, high, 0x31);
}

/** sck_v8_zip() undone. */
SCK_TEMPLATE void sck_v8_unzip(__m256i *x, __m256i *y)
{
    const __m256 low =
        _mm256_castsi256_ps(_mm256_permute2x128_si256(*x, *y, 0x20));
    const __m256 high =
        _mm256_castsi256_ps(_mm256_permute2x128_si256(*x, *y, 0x31));

    *x = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0x88));
    *y = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0xdd));
}

#endif
