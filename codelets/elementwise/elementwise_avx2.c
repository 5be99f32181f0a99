/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx2.h"

enum { LANES = 8 };
typedef __m256i vec;

#define load sck_v8_load
#define store sck_v8_store
#define set sck_v8_set
#define once sck_v8_once
#define shoup sck_v8_shoup
#define montgomery sck_v8_montgomery
#define plus _mm256_add_epi32
#define minus _mm256_sub_epi32
#define even_product _mm256_mul_epu32
#define low_product _mm256_mullo_epi32

static inline vec odd(vec x)
{
    return _mm256_srli_epi64(x, 32);
}

static inline vec high(vec even, vec other)
{
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), other, 0xaa);
}

static inline vec shift_right(vec x, uint32_t by)
{
    return _mm256_srl_epi64(x, _mm_cvtsi32_si128((int)by));
}

static inline vec permute(vec index, vec x)
{
    return _mm256_permutevar8x32_epi32(x, index);
}

static inline void stream(uint32_t *p, vec v)
{
    _mm256_stream_si256((void *)p, v);
}

#define streams_end _mm_sfence

static inline vec load_some(const uint32_t *p, uint32_t count)
{
    const vec lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

    return _mm256_maskload_epi32(
        (const int *)(const void *)p,
        _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane));
}

#include "elementwise_lanes.h"

void sck_elementwise_avx2(const struct sck_elementwise_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *a, const uint32_t *const *b,
                          const uint32_t *const *c)
{
    rows(args, ring, out, a, b, c);
}
