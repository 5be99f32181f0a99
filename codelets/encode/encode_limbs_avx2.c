/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx2.h"

enum { LANES = 8 };
typedef __m256i vec;

#define store sck_v8_store
#define set sck_v8_set
#define once sck_v8_once
#define plus _mm256_add_epi32
#define plus64 _mm256_add_epi64
#define product _mm256_mul_epu32
#define exclusive_or _mm256_xor_si256

static inline vec load64(const int64_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline vec set64(uint64_t x)
{
    return _mm256_set1_epi64x((long long)x);
}

static inline vec high_word(vec x)
{
    return _mm256_srli_epi64(x, 32);
}

/* The shuffle takes pairs of either in turn. */
static inline vec high_words(vec a, vec b)
{
    const __m256 odds =
        _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xdd);

    return _mm256_permute4x64_epi64(_mm256_castps_si256(odds), 0xd8);
}

#include "limbs_lanes.h"

void sck_encode_limbs_avx2(const struct sck_encode_limbs_args *args,
                           const struct sck_ring *ring, uint32_t *const *out,
                           const int64_t *coefficients)
{
    limbs(args, ring, out, coefficients);
}
