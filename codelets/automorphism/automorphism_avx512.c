/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx512.h"

enum { LOG_LANES = 4, AHEAD = 16 };

#include "automorphism_blocks.h"

/* Blocks lie all over the input, so the processor must be told what is next. */
static void row(uint32_t *out, const uint32_t *in, uint32_t blocks,
                const uint16_t *from, const uint32_t order[LANES][LANES])
{
    for (uint32_t i = 0; i < blocks; i++) {
        const uint32_t ahead = from[(i + AHEAD) & (blocks - 1)];

        _mm_prefetch((const char *)(in + (ahead & ~(LANES - 1u))), _MM_HINT_T0);
        sck_v16_store(out + LANES * i,
                      _mm512_permutexvar_epi32(
                          sck_v16_load(order[from[i] % LANES]),
                          sck_v16_load(in + (from[i] & ~(LANES - 1u)))));
    }
}

void sck_automorphism_avx512(const struct sck_automorphism_args *args,
                             const struct sck_ring *ring, uint32_t *const *out,
                             const uint32_t *const *in)
{
    uint32_t order[LANES][LANES];
    uint16_t from[WORDS_MAX / LANES];

    if (ring->n < LANES * LANES) {
        sck_automorphism_ref(args, ring, out, in);
        return;
    }
    permutations(args->galois, order);
    sources(ring, args->galois, from);
    for (uint32_t i = 0; i < args->limbs; i++)
        row(out[i], in[i], ring->n / LANES, from,
            (const uint32_t(*)[LANES])order);
}
