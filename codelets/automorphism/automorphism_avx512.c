/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular_avx512.h"

#include <stddef.h>

enum { LOG_LANES = 4, AHEAD = 32 };

#include "automorphism_blocks.h"

/* A task's results from this size on would not stay in the second cache: lines
 * that are written whole need not be fetched then. */
enum { STREAM_BYTES = 512 << 10 };

/* Blocks lie all over the input, so the processor must be told what is next:
 * into the nearest cache soon, and from far away in order, while the row before
 * is turned. streams: results go past the caches. */
static inline __attribute__((always_inline)) void
row(uint32_t *out, const uint32_t *in, const uint32_t *next, uint32_t blocks,
    const uint16_t *from, const uint32_t order[LANES][LANES], int streams)
{
    for (uint32_t i = 0; i < blocks; i++) {
        const uint32_t ahead = from[(i + AHEAD) & (blocks - 1)];
        const __m512i x = _mm512_permutexvar_epi32(
            sck_v16_load(order[from[i] % LANES]),
            sck_v16_load(in + (from[i] & ~(LANES - 1u))));

        _mm_prefetch((const char *)(in + (ahead & ~(LANES - 1u))), _MM_HINT_T0);
        if (streams) {
            _mm_prefetch((const char *)(next + LANES * i), _MM_HINT_T1);
            _mm512_stream_si512((void *)(out + LANES * i), x);
        } else
            sck_v16_store(out + LANES * i, x);
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
    const size_t bytes = args->limbs * (size_t)ring->n * sizeof **out;

    for (uint32_t i = 0; i < args->limbs; i++) {
        const uint32_t *const next = in[i + 1 < args->limbs ? i + 1 : i];
        const uint32_t(*const o)[LANES] = (const uint32_t(*)[LANES])order;

        if (bytes >= STREAM_BYTES && (uintptr_t)out[i] % 64 == 0)
            row(out[i], in[i], next, ring->n / LANES, from, o, 1);
        else
            row(out[i], in[i], next, ring->n / LANES, from, o, 0);
    }
    _mm_sfence();
}
