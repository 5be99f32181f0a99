/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Four doubles at once, as embed_lanes.h and decode_lanes.h want them; only for
 * files built with -mavx2. */
#ifndef SCK_DOUBLES_AVX2_H
#define SCK_DOUBLES_AVX2_H

#include <immintrin.h>
#include <stdint.h>

enum { LOG_LANES = 2, LANES = 4 };
typedef __m256d vec;

#define load _mm256_loadu_pd
#define store _mm256_storeu_pd
#define set _mm256_set1_pd
#define plus _mm256_add_pd
#define minus _mm256_sub_pd
#define times _mm256_mul_pd
#define over _mm256_div_pd

/* x[i] lane j and x[j] lane i change places: single, then paired doubles. */
static inline void transpose(vec *x)
{
    const vec a = _mm256_unpacklo_pd(x[0], x[1]);
    const vec b = _mm256_unpackhi_pd(x[0], x[1]);
    const vec c = _mm256_unpacklo_pd(x[2], x[3]);
    const vec d = _mm256_unpackhi_pd(x[2], x[3]);

    x[0] = _mm256_permute2f128_pd(a, c, 0x20);
    x[1] = _mm256_permute2f128_pd(b, d, 0x20);
    x[2] = _mm256_permute2f128_pd(a, c, 0x31);
    x[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

/* Four complex numbers from and to re, im interleaved. */
static inline void load_pairs(const double *p, vec *re, vec *im)
{
    const vec a = load(p), b = load(p + 4);
    const vec low = _mm256_permute2f128_pd(a, b, 0x20);
    const vec high = _mm256_permute2f128_pd(a, b, 0x31);

    *re = _mm256_unpacklo_pd(low, high);
    *im = _mm256_unpackhi_pd(low, high);
}

static inline void store_pairs(double *p, vec re, vec im)
{
    const vec a = _mm256_unpacklo_pd(re, im);
    const vec b = _mm256_unpackhi_pd(re, im);

    store(p, _mm256_permute2f128_pd(a, b, 0x20));
    store(p + 4, _mm256_permute2f128_pd(a, b, 0x31));
}

/* |x| < 2^63: the nearest integers, ties to even. With h = floor(x / 2^32) and
 * l = x - h 2^32, both exact, h + 3 2^51 and l + 2^52 hold them in their low
 * bits. */
static inline void store_rounded(int64_t *p, vec x)
{
    const vec whole =
        _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const vec h = _mm256_floor_pd(times(whole, set(0x1p-32)));
    const vec l = minus(whole, times(h, set(0x1p32)));
    const __m256i high = _mm256_castpd_si256(plus(h, set(0x1.8p52)));
    const __m256i low = _mm256_castpd_si256(plus(l, set(0x1p52)));

    _mm256_storeu_si256(
        (__m256i *)(void *)p,
        _mm256_blend_epi32(_mm256_slli_epi64(high, 32), low, 0x55));
}

#endif
