/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* modular.h on eight words at once; only for files built with -mavx2. */
#ifndef SCK_MODULAR_AVX2_H
#define SCK_MODULAR_AVX2_H

#include <immintrin.h>
#include <stdint.h>

/* Vectors are loaded and stored unaligned: rows are only word-aligned. */
static inline __m256i sck_v8_load(const uint32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline void sck_v8_store(uint32_t *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)(void *)p, v);
}

static inline __m256i sck_v8_set(uint32_t w)
{
    return _mm256_set1_epi32((int)w);
}

/** x in [0, 2 m), gives x mod m in [0, m). x - m wraps to a greater word when
 *  x < m, so the unsigned minimum picks the right one. */
static inline __m256i sck_v8_once(__m256i x, __m256i m)
{
    return _mm256_min_epu32(x, _mm256_sub_epi32(x, m));
}

/** Odd words in the places of the even ones, where vpmuludq takes them. */
static inline __m256i sck_v8_odd(__m256i x)
{
    return _mm256_srli_epi64(x, 32);
}

/** High words of even 64-bit products in even places, of odd ones in odd. */
static inline __m256i sck_v8_high(__m256i even, __m256i odd)
{
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}

/** x, of which the compiler forgets where it comes from: gcc would spread a
 *  difference over the sums it goes into, one instruction more. */
static inline __m256i sck_v8_opaque(__m256i x)
{
    __asm__("" : "+x"(x));
    return x;
}

/** sck_shoup_lazy() with w's companions given twice: even words from `even`,
 *  odd words from the even places of `odd`. Equal companions may be one and
 *  the same vector. Eight instructions. */
static inline __m256i sck_v8_shoup_split(__m256i x, __m256i w, __m256i even,
                                         __m256i odd, __m256i q)
{
    const __m256i quotient = sck_v8_high(_mm256_mul_epu32(x, even),
                                         _mm256_mul_epu32(sck_v8_odd(x), odd));

    return sck_v8_opaque(_mm256_sub_epi32(_mm256_mullo_epi32(x, w),
                                          _mm256_mullo_epi32(quotient, q)));
}

/** sck_shoup_lazy(): x any word, gives x w mod q in [0, 2 q). */
static inline __m256i sck_v8_shoup(__m256i x, __m256i w, __m256i companion,
                                   __m256i q)
{
    return sck_v8_shoup_split(x, w, companion, sck_v8_odd(companion), q);
}

/** The transform's butterfly (Harvey, arXiv 1205.2926): x, y in [0, 4 q), gives
 *  x + w y and x - w y in [0, 4 q), as 4 q < 2^32. Companions as in
 *  sck_v8_shoup_split(). Thirteen instructions. */
static inline void sck_v8_butterfly(__m256i *x, __m256i *y, __m256i w,
                                    __m256i even, __m256i odd, __m256i q,
                                    __m256i q2)
{
    const __m256i u = sck_v8_once(*x, q2);
    const __m256i v = sck_v8_shoup_split(*y, w, even, odd, q);

    *x = _mm256_add_epi32(u, v);
    *y = _mm256_add_epi32(_mm256_sub_epi32(u, v), q2);
}

/** sck_montgomery_mul(): a any word, b reduced, gives a b 2^-32 mod q, reduced.
 *  Every word of m is -q^-1 mod 2^32. Even and odd words in turn; of a 64-bit
 *  product only the low word goes into the next vpmuludq. */
static inline __m256i sck_v8_montgomery(__m256i a, __m256i b, __m256i q,
                                        __m256i m)
{
    const __m256i even = _mm256_mul_epu32(a, b);
    const __m256i odd =
        _mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32));
    const __m256i low = _mm256_mul_epu32(_mm256_mul_epu32(even, m), q);
    const __m256i high = _mm256_mul_epu32(_mm256_mul_epu32(odd, m), q);
    const __m256i x = _mm256_srli_epi64(_mm256_add_epi64(even, low), 32);
    const __m256i y = _mm256_add_epi64(odd, high);

    return sck_v8_once(_mm256_blend_epi32(x, y, 0xaa), q);
}

#endif
