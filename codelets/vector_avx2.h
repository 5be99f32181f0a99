/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The vector vocabulary of the *_vector.h kernels on eight words; only for
 * files built with AVX2's flags. vector_avx512.h has the same names. */
#ifndef SCK_VECTOR_H
#define SCK_VECTOR_H

#include <immintrin.h>
#include <stdint.h>

/** Sixteen registers: eight sums leave room for their operands. */
#define SCK_VECTOR_GROUP 4
#define SCK_VECTOR_LAZY 0
enum { SCK_LANES = 8, SCK_GROUP = SCK_VECTOR_GROUP };

typedef __m256i sck_vec;

static inline sck_vec sck_vec_load(const uint32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline void sck_vec_store(uint32_t *p, sck_vec v)
{
    _mm256_storeu_si256((__m256i *)(void *)p, v);
}

/** A store past the caches, to words aligned as a vector is, for lines that are
 *  written whole and not read soon: they need not be fetched. Ended by
 *  sck_vec_stream_end(). */
static inline void sck_vec_stream(uint32_t *p, sck_vec v)
{
    _mm256_stream_si256((void *)p, v);
}

static inline void sck_vec_stream_end(void)
{
    _mm_sfence();
}

static inline sck_vec sck_vec_set(uint32_t w)
{
    return _mm256_set1_epi32((int)w);
}

static inline sck_vec sck_vec_set64(uint64_t w)
{
    return _mm256_set1_epi64x((long long)w);
}

static inline sck_vec sck_vec_add(sck_vec a, sck_vec b)
{
    return _mm256_add_epi32(a, b);
}

static inline sck_vec sck_vec_sub(sck_vec a, sck_vec b)
{
    return _mm256_sub_epi32(a, b);
}

static inline sck_vec sck_vec_mul_low(sck_vec a, sck_vec b)
{
    return _mm256_mullo_epi32(a, b);
}

/** Words p[lane >> repeat] of SCK_LANES >> repeat, 1 to 2, or of one. */
static inline sck_vec sck_vec_spread(const uint32_t *p, uint32_t repeat)
{
    const sck_vec lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const sck_vec words =
        _mm256_cmpgt_epi32(sck_vec_set(SCK_LANES >> repeat), lane);

    return _mm256_permutevar8x32_epi32(
        _mm256_maskload_epi32((const int *)(const void *)p, words),
        _mm256_srl_epi32(lane, _mm_cvtsi32_si128((int)repeat)));
}

/** Words x[order]. */
static inline sck_vec sck_vec_permute(sck_vec x, sck_vec order)
{
    return _mm256_permutevar8x32_epi32(x, order);
}

/** The lesser word, unsigned. */
static inline sck_vec sck_vec_min(sck_vec a, sck_vec b)
{
    return _mm256_min_epu32(a, b);
}

/** Odd words where the even ones were. */
static inline sck_vec sck_vec_odd(sck_vec v)
{
    return _mm256_srli_epi64(v, 32);
}

/** Every word shifted right by 24. */
static inline sck_vec sck_vec_shift24(sck_vec v)
{
    return _mm256_srli_epi32(v, 24);
}

/** 64-bit products of the even words. */
static inline sck_vec sck_vec_mul(sck_vec a, sck_vec b)
{
    return _mm256_mul_epu32(a, b);
}

/** 64-bit sums. */
static inline sck_vec sck_vec_add64(sck_vec a, sck_vec b)
{
    return _mm256_add_epi64(a, b);
}

/** High words of 64-bit values that stand for even and for odd words. */
static inline sck_vec sck_vec_high(sck_vec even, sck_vec odd)
{
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}

/** Keeps what makes v in its place among the others so marked: processors care
 *  for the order, compilers do not. */
#define sck_vec_in_order(v) __asm__ volatile("" : "+x"(v))

/** Asks for word k of a row, which may lie past its end: a request never
 *  faults. Always inline: GCC 12 drops a call of a function that only asks, as
 *  one without effect, from a caller that is always inlined. */
static inline __attribute__((always_inline)) void
sck_vec_ask(const uint32_t *row, uint32_t k)
{
    _mm_prefetch((const char *)((uintptr_t)row + k * sizeof *row), _MM_HINT_T0);
}

/** The same, into the second cache only. */
static inline __attribute__((always_inline)) void
sck_vec_ask_near(const uint32_t *row, uint32_t k)
{
    _mm_prefetch((const char *)((uintptr_t)row + k * sizeof *row), _MM_HINT_T1);
}

#endif
