/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx512.h"

enum { LANES = 16 };
typedef __m512i vec;

#define store sck_v16_store
#define set sck_v16_set
#define once sck_v16_once
#define plus _mm512_add_epi32
#define plus64 _mm512_add_epi64
#define product _mm512_mul_epu32
#define high_word sck_v16_odd
#define exclusive_or _mm512_xor_si512
#define load64 _mm512_loadu_si512

static inline vec set64(uint64_t x)
{
    return _mm512_set1_epi64((long long)x);
}

static inline vec high_words(vec a, vec b)
{
    const vec odds = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21,
                                       23, 25, 27, 29, 31);

    return _mm512_permutex2var_epi32(a, odds, b);
}

#include "limbs_lanes.h"

void sck_encode_limbs_avx512(const struct sck_encode_limbs_args *args,
                             const struct sck_ring *ring, uint32_t *const *out,
                             const int64_t *coefficients)
{
    limbs(args, ring, out, coefficients);
}
