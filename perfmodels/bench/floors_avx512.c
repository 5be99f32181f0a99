/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* AVX-512, sixteen words a vector. Instructions: a modular butterfly of 16
 * lanes 12 (sub, min; movshdup, two vpmuludq, masked shuffle; two vpmulld, sub;
 * add, sub, add), a multiply-accumulate of 8 lanes 2 (vpmuludq, add), a complex
 * butterfly of 8 lanes 10, sixteen ChaCha20 blocks 960 + 16. */
#include "floors.h"
#include "floors_chacha.h"

#include <immintrin.h>

#define LANES 16
#define V(name) _mm512_##name
#define SI(name) _mm512_##name##_si512
#define TURN(x, by) _mm512_rol_epi32(x, by)

typedef __m512i words;
typedef __m512d doubles;

static inline words odd_words(words x)
{
    return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(x)));
}

static inline words high_words(words even, words odd)
{
    return _mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_DDBB);
}

#include "floors_vector.h"

const struct floor_loops floor_loops_avx512 = FLOOR_LOOPS;
