/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx512.h"

enum { LANES = 16 };
typedef __m512i vec;

#define load sck_v16_load
#define store sck_v16_store
#define set sck_v16_set
#define once sck_v16_once
#define shoup sck_v16_shoup
#define montgomery sck_v16_montgomery
#define odd sck_v16_odd
#define high sck_v16_high
#define plus _mm512_add_epi32
#define minus _mm512_sub_epi32
#define even_product _mm512_mul_epu32
#define low_product _mm512_mullo_epi32
#define permute _mm512_permutexvar_epi32

static inline vec shift_right(vec x, uint32_t by)
{
    return _mm512_srl_epi64(x, _mm_cvtsi32_si128((int)by));
}

static inline void stream(uint32_t *p, vec v)
{
    _mm512_stream_si512((void *)p, v);
}

#define streams_end _mm_sfence

static inline vec load_some(const uint32_t *p, uint32_t count)
{
    return _mm512_maskz_loadu_epi32((__mmask16)((1u << count) - 1), p);
}

#include "elementwise_lanes.h"

void sck_elementwise_avx512(const struct sck_elementwise_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *a, const uint32_t *const *b,
                            const uint32_t *const *c)
{
    rows(args, ring, out, a, b, c);
}
