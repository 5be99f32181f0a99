/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Eight doubles at once, as embed_lanes.h and decode_lanes.h want them; only
 * for files built with the AVX-512 flags. */
#ifndef SCK_DOUBLES_AVX512_H
#define SCK_DOUBLES_AVX512_H

#include <immintrin.h>
#include <stdint.h>

enum { LOG_LANES = 3, LANES = 8 };
typedef __m512d vec;

#define load _mm512_loadu_pd
#define store _mm512_storeu_pd
#define set _mm512_set1_pd
#define plus _mm512_add_pd
#define minus _mm512_sub_pd
#define times _mm512_mul_pd
#define over _mm512_div_pd

/* x[i] lane j and x[j] lane i change places: pairs, then fours, of doubles. */
static inline void transpose(vec *x)
{
    vec y[8];

    for (int i = 0; i < 8; i += 2) {
        y[i] = _mm512_unpacklo_pd(x[i], x[i + 1]);
        y[i + 1] = _mm512_unpackhi_pd(x[i], x[i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        const vec a = _mm512_shuffle_f64x2(y[i], y[i + 2], 0x88);
        const vec b = _mm512_shuffle_f64x2(y[i], y[i + 2], 0xdd);
        const vec c = _mm512_shuffle_f64x2(y[i + 4], y[i + 6], 0x88);
        const vec d = _mm512_shuffle_f64x2(y[i + 4], y[i + 6], 0xdd);

        x[i] = _mm512_shuffle_f64x2(a, c, 0x88);
        x[i + 4] = _mm512_shuffle_f64x2(a, c, 0xdd);
        x[i + 2] = _mm512_shuffle_f64x2(b, d, 0x88);
        x[i + 6] = _mm512_shuffle_f64x2(b, d, 0xdd);
    }
}

/* Eight complex numbers from and to re, im interleaved. */
static inline void load_pairs(const double *p, vec *re, vec *im)
{
    const __m512i evens = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odds = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    const vec a = load(p), b = load(p + 8);

    *re = _mm512_permutex2var_pd(a, evens, b);
    *im = _mm512_permutex2var_pd(a, odds, b);
}

static inline void store_pairs(double *p, vec re, vec im)
{
    const __m512i low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);

    store(p, _mm512_permutex2var_pd(re, low, im));
    store(p + 8, _mm512_permutex2var_pd(re, high, im));
}

/* |x| < 2^63: the nearest integers, ties to even. */
static inline void store_rounded(int64_t *p, vec x)
{
    _mm512_storeu_si512(p, _mm512_cvtpd_epi64(x));
}

#endif
