/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* modular.h on sixteen words at once; only for files built with the AVX-512
 * flags. */
#ifndef SCK_MODULAR_AVX512_H
#define SCK_MODULAR_AVX512_H

#include <immintrin.h>
#include <stdint.h>

/* Vectors are loaded and stored unaligned: rows are only word-aligned. */
static inline __m512i sck_v16_load(const uint32_t *p)
{
    return _mm512_loadu_si512(p);
}

static inline void sck_v16_store(uint32_t *p, __m512i v)
{
    _mm512_storeu_si512(p, v);
}

static inline __m512i sck_v16_set(uint32_t w)
{
    return _mm512_set1_epi32((int)w);
}

/** Odd words in the places of the even ones, where vpmuludq takes them. */
static inline __m512i sck_v16_odd(__m512i x)
{
    return _mm512_shuffle_epi32(x, _MM_PERM_DDBB);
}

/** High words of even 64-bit products in even places, of odd ones in odd. */
static inline __m512i sck_v16_high(__m512i even, __m512i odd)
{
    return _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_DDBB);
}

/** x in [0, 2 m), gives x mod m in [0, m). x - m wraps to a greater word when
 *  x < m, so the unsigned minimum picks the right one. */
static inline __m512i sck_v16_once(__m512i x, __m512i m)
{
    return _mm512_min_epu32(x, _mm512_sub_epi32(x, m));
}

/** x, of which the compiler forgets where it comes from: gcc would spread a
 *  difference over the sums it goes into, one instruction more. */
static inline __m512i sck_v16_opaque(__m512i x)
{
    __asm__("" : "+v"(x));
    return x;
}

/** sck_shoup_lazy() with w's companions given twice: even words from `even`,
 *  odd words from the even places of `odd`. Equal companions may be one and
 *  the same vector. Seven instructions. */
static inline __m512i sck_v16_shoup_split(__m512i x, __m512i w, __m512i even,
                                          __m512i odd, __m512i q)
{
    const __m512i quotient = sck_v16_high(
        _mm512_mul_epu32(x, even), _mm512_mul_epu32(sck_v16_odd(x), odd));

    return sck_v16_opaque(_mm512_sub_epi32(_mm512_mullo_epi32(x, w),
                                           _mm512_mullo_epi32(quotient, q)));
}

/** sck_shoup_lazy(): x any word, gives x w mod q in [0, 2 q). */
static inline __m512i sck_v16_shoup(__m512i x, __m512i w, __m512i companion,
                                    __m512i q)
{
    return sck_v16_shoup_split(x, w, companion, sck_v16_odd(companion), q);
}

/** sck_montgomery_mul(): a any word, b reduced, gives a b 2^-32 mod q, reduced.
 *  Every word of m is -q^-1 mod 2^32. Even and odd words in turn; of a 64-bit
 *  product only the low word goes into the next vpmuludq. */
static inline __m512i sck_v16_montgomery(__m512i a, __m512i b, __m512i q,
                                         __m512i m)
{
    const __m512i even = _mm512_mul_epu32(a, b);
    const __m512i odd = _mm512_mul_epu32(sck_v16_odd(a), sck_v16_odd(b));
    const __m512i low = _mm512_mul_epu32(_mm512_mul_epu32(even, m), q);
    const __m512i high = _mm512_mul_epu32(_mm512_mul_epu32(odd, m), q);

    return sck_v16_once(
        sck_v16_high(_mm512_add_epi64(even, low), _mm512_add_epi64(odd, high)),
        q);
}

/** x w 2^-32 mod q as a signed word in (-q, q), w in [0, q): the high words of
 *  x w and of the multiple of q that has its low words. x is any word, or,
 *  is_signed being 1, a signed word of (-2 q, 2 q), q < 2^30. w's odd words
 *  come from the even places of `odd`; every word of `inverse` is q^-1 mod
 *  2^32. Ten instructions, and no companions. */
static inline __m512i sck_v16_montgomery_lazy(__m512i x, int is_signed,
                                              __m512i w, __m512i odd, __m512i q,
                                              __m512i inverse)
{
    const __m512i y = sck_v16_odd(x);
    const __m512i low =
        is_signed ? _mm512_mul_epi32(x, w) : _mm512_mul_epu32(x, w);
    const __m512i high =
        is_signed ? _mm512_mul_epi32(y, odd) : _mm512_mul_epu32(y, odd);
    const __m512i m = _mm512_mul_epu32(low, inverse);
    const __m512i n = _mm512_mul_epu32(high, inverse);
    const __m512i low_multiple =
        is_signed ? _mm512_mul_epi32(m, q) : _mm512_mul_epu32(m, q);
    const __m512i high_multiple =
        is_signed ? _mm512_mul_epi32(n, q) : _mm512_mul_epu32(n, q);

    return sck_v16_opaque(sck_v16_high(_mm512_sub_epi64(low, low_multiple),
                                       _mm512_sub_epi64(high, high_multiple)));
}

#endif
