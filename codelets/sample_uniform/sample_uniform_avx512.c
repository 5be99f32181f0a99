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
#define plus _mm512_add_epi32
#define exclusive_or _mm512_xor_si512
#define turned _mm512_rol_epi32

/* A transposition of 16 x 16 words: of words in pairs, of pairs in fours, then
 * of the fours themselves. */
static inline void in_order(vec *x)
{
    vec y[16];

    for (int i = 0; i < 16; i += 4) {
        const vec a = _mm512_unpacklo_epi32(x[i], x[i + 1]);
        const vec b = _mm512_unpackhi_epi32(x[i], x[i + 1]);
        const vec c = _mm512_unpacklo_epi32(x[i + 2], x[i + 3]);
        const vec d = _mm512_unpackhi_epi32(x[i + 2], x[i + 3]);

        y[i] = _mm512_unpacklo_epi64(a, c);
        y[i + 1] = _mm512_unpackhi_epi64(a, c);
        y[i + 2] = _mm512_unpacklo_epi64(b, d);
        y[i + 3] = _mm512_unpackhi_epi64(b, d);
    }
    for (int i = 0; i < 4; i++) {
        const vec a = _mm512_shuffle_i32x4(y[i], y[i + 4], 0x88);
        const vec b = _mm512_shuffle_i32x4(y[i], y[i + 4], 0xdd);
        const vec c = _mm512_shuffle_i32x4(y[i + 8], y[i + 12], 0x88);
        const vec d = _mm512_shuffle_i32x4(y[i + 8], y[i + 12], 0xdd);

        x[i] = _mm512_shuffle_i32x4(a, c, 0x88);
        x[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
        x[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
        x[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

static inline uint32_t rejected(vec w, uint32_t bound)
{
    return _mm512_cmpge_epu32_mask(w, set(bound));
}

static inline vec merged(vec old, vec new, uint32_t bits)
{
    return _mm512_mask_mov_epi32(old, (__mmask16)bits, new);
}

#include "sample_uniform_lanes.h"

void sck_sample_uniform_avx512(const struct sck_sample_uniform_args *args,
                               const struct sck_ring *ring,
                               uint32_t *const *out)
{
    limbs(args, ring, out);
}
