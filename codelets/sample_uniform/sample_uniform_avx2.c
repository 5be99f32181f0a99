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
#define plus _mm256_add_epi32
#define exclusive_or _mm256_xor_si256

/* By whole bytes one shuffle does. */
static inline vec turned(vec x, const int bits)
{
    if (bits == 16)
        return _mm256_shuffle_epi8(
            x, _mm256_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15,
                                12, 13, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9,
                                14, 15, 12, 13));
    if (bits == 8)
        return _mm256_shuffle_epi8(
            x, _mm256_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12,
                                13, 14, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10,
                                15, 12, 13, 14));
    return _mm256_or_si256(_mm256_slli_epi32(x, bits),
                           _mm256_srli_epi32(x, 32 - bits));
}

/* Two transpositions of 8 x 8 words, of the blocks' halves: of words in pairs,
 * of pairs in fours, then of the fours themselves. */
static inline void in_order(vec *x)
{
    vec y[16];

    for (int i = 0; i < 16; i += 4) {
        const vec a = _mm256_unpacklo_epi32(x[i], x[i + 1]);
        const vec b = _mm256_unpackhi_epi32(x[i], x[i + 1]);
        const vec c = _mm256_unpacklo_epi32(x[i + 2], x[i + 3]);
        const vec d = _mm256_unpackhi_epi32(x[i + 2], x[i + 3]);

        y[i] = _mm256_unpacklo_epi64(a, c);
        y[i + 1] = _mm256_unpackhi_epi64(a, c);
        y[i + 2] = _mm256_unpacklo_epi64(b, d);
        y[i + 3] = _mm256_unpackhi_epi64(b, d);
    }
    for (int i = 0; i < 4; i++)
        for (int half = 0; half < 2; half++) {
            const vec a = y[8 * half + i], b = y[8 * half + 4 + i];

            x[2 * i + half] = _mm256_permute2x128_si256(a, b, 0x20);
            x[2 * i + 8 + half] = _mm256_permute2x128_si256(a, b, 0x31);
        }
}

static inline uint32_t rejected(vec w, uint32_t bound)
{
    const vec accepted =
        _mm256_cmpeq_epi32(_mm256_min_epu32(w, set(bound - 1)), w);

    return 0xff ^ (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(accepted));
}

static inline vec merged(vec old, vec new, uint32_t bits)
{
    const vec bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);

    return _mm256_blendv_epi8(
        old, new, _mm256_cmpeq_epi32(_mm256_and_si256(set(bits), bit), bit));
}

#include "sample_uniform_lanes.h"

void sck_sample_uniform_avx2(const struct sck_sample_uniform_args *args,
                             const struct sck_ring *ring, uint32_t *const *out)
{
    limbs(args, ring, out);
}
