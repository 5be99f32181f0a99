/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* AVX2, eight words a vector. Instructions: a modular butterfly of 8 lanes 13
 * (sub, min; movshdup, two vpmuludq, movshdup, blend; two vpmulld, sub; add,
 * sub, add), a multiply-accumulate of 4 lanes 2 (vpmuludq, add), a complex
 * butterfly of 4 lanes 10, eight ChaCha20 blocks 1280 + 16 and what sixteen
 * registers spill. */
#include "floors.h"
#include "floors_chacha.h"

#include <immintrin.h>

#define LANES 8
#define V(name) _mm256_##name
#define SI(name) _mm256_##name##_si256
/* By 16 and 8 a byte shuffle, else two shifts. */
#define TURN(x, by)                                                            \
    ((by) == 16                                                                \
         ? _mm256_shuffle_epi8(x, _mm256_set1_epi64x(0x0504070601000302))      \
     : (by) == 8                                                               \
         ? _mm256_shuffle_epi8(x, _mm256_set1_epi64x(0x0605040702010003))      \
         : _mm256_or_si256(_mm256_slli_epi32(x, by),                           \
                           _mm256_srli_epi32(x, 32 - (by))))

typedef __m256i words;
typedef __m256d doubles;

static inline words odd_words(words x)
{
    return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(x)));
}

static inline words high_words(words even, words odd)
{
    return _mm256_blend_epi32(odd_words(even), odd, 0xaa);
}

#include "floors_vector.h"

const struct floor_loops floor_loops_avx2 = FLOOR_LOOPS;
