/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The vector vocabulary of the *_vector.h kernels on sixteen words; only for
 * files built with AVX-512's flags. vector_avx2.h has the same names. */
#ifndef SCK_VECTOR_H
#define SCK_VECTOR_H

#include <immintrin.h>
#include <stdint.h>

/** Thirty-two registers: sixteen sums leave room for their operands. */
#define SCK_VECTOR_GROUP 8
/** Whether this set's transform takes lazy rows (ntt.h). */
#define SCK_VECTOR_LAZY 1
enum { SCK_LANES = 16, SCK_GROUP = SCK_VECTOR_GROUP };

typedef __m512i sck_vec;

static inline sck_vec sck_vec_load(const uint32_t *p)
{
    return _mm512_loadu_si512(p);
}

static inline void sck_vec_store(uint32_t *p, sck_vec v)
{
    _mm512_storeu_si512(p, v);
}

/** A store past the caches, to words aligned as a vector is, for lines that are
 *  written whole and not read soon: they need not be fetched. Ended by
 *  sck_vec_stream_end(). */
static inline void sck_vec_stream(uint32_t *p, sck_vec v)
{
    _mm512_stream_si512((void *)p, v);
}

static inline void sck_vec_stream_end(void)
{
    _mm_sfence();
}

static inline sck_vec sck_vec_set(uint32_t w)
{
    return _mm512_set1_epi32((int)w);
}

static inline sck_vec sck_vec_set64(uint64_t w)
{
    return _mm512_set1_epi64((long long)w);
}

static inline sck_vec sck_vec_add(sck_vec a, sck_vec b)
{
    return _mm512_add_epi32(a, b);
}

static inline sck_vec sck_vec_sub(sck_vec a, sck_vec b)
{
    return _mm512_sub_epi32(a, b);
}

static inline sck_vec sck_vec_mul_low(sck_vec a, sck_vec b)
{
    return _mm512_mullo_epi32(a, b);
}

/** Words p[lane >> repeat] of SCK_LANES >> repeat, 1 to 3, or of one. */
static inline sck_vec sck_vec_spread(const uint32_t *p, uint32_t repeat)
{
    const sck_vec lane =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __mmask16 words = (__mmask16)((1u << (SCK_LANES >> repeat)) - 1);

    return _mm512_permutexvar_epi32(
        _mm512_srl_epi32(lane, _mm_cvtsi32_si128((int)repeat)),
        _mm512_maskz_loadu_epi32(words, p));
}

/** Words x[order]. */
static inline sck_vec sck_vec_permute(sck_vec x, sck_vec order)
{
    return _mm512_permutexvar_epi32(order, x);
}

/** The lesser word, unsigned. */
static inline sck_vec sck_vec_min(sck_vec a, sck_vec b)
{
    return _mm512_min_epu32(a, b);
}

/** Odd words where the even ones were. */
static inline sck_vec sck_vec_odd(sck_vec v)
{
    return _mm512_srli_epi64(v, 32);
}

/** Every word shifted right by 24. */
static inline sck_vec sck_vec_shift24(sck_vec v)
{
    return _mm512_srli_epi32(v, 24);
}

/** 64-bit products of the even words. */
static inline sck_vec sck_vec_mul(sck_vec a, sck_vec b)
{
    return _mm512_mul_epu32(a, b);
}

/** 64-bit sums. */
static inline sck_vec sck_vec_add64(sck_vec a, sck_vec b)
{
    return _mm512_add_epi64(a, b);
}

/** High words of 64-bit values that stand for even and for odd words. */
static inline sck_vec sck_vec_high(sck_vec even, sck_vec odd)
{
    return _mm512_castps_si512(_mm512_mask_movehdup_ps(
        _mm512_castsi512_ps(odd), 0x5555, _mm512_castsi512_ps(even)));
}

/** Keeps what makes v in its place among the others so marked: processors care
 *  for the order, compilers do not. */
#define sck_vec_in_order(v) __asm__ volatile("" : "+v"(v))

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
