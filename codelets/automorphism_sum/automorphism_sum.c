/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"

#include <stddef.h>

#include "scratch.h"

/* Words of an output that all terms are added to before the next ones. */
enum { STRETCH = 2048, VECTOR_BYTES = 64 };

/* A stretch of all terms. Their sum waits in the nearest cache, so that what is
 * written need not be read first. */
static void add_terms(const struct sck_automorphism_sum_args *args,
                      const struct sck_turn *turn, uint32_t i,
                      struct sck_turn_tile tile, uint32_t *out,
                      const uint32_t *const *a, const uint32_t *const *b)
{
    _Alignas(VECTOR_BYTES) uint32_t sum[STRETCH];
    const uint32_t streams = tile.streams;

    for (uint32_t k = 0; k < args->terms; k++) {
        const int last = k + 1 == args->terms;

        tile.turn = &turn[k];
        tile.streams = last ? streams : 0;
        tile.sum = k != 0 ? sum : NULL;
        tile.a = a[k * args->limbs + i];
        tile.b = b[k * args->limbs + i];
        sck_turn_tile(&tile, last ? out : sum);
    }
}

/* Words that share their index's high bits have exponents equal modulo a power
 * of two, and so do what they are turned to. */
uint32_t sck_turn_from(const struct sck_ring *ring, uint32_t galois,
                       uint32_t first, uint32_t count)
{
    const uint32_t exponent = 2 * ring->brv[first] + 1;

    return ring->brv[((galois * exponent) & (2 * ring->n - 1)) / 2] &
           ~(count - 1);
}

void sck_automorphism_sum(const struct sck_automorphism_sum_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *a, const uint32_t *const *b)
{
    const uint32_t n = ring->n, stretch = n < STRETCH ? n : STRETCH;
    const uint32_t streams =
        sck_may_stream(out, args->limbs, n, SCK_NEAR_SHARE);
    struct sck_turn turn[SCK_MAX_TURNS];
    uint16_t *const from =
        (uint16_t *)sck_scratch((size_t)args->terms * n * sizeof *from);

    if (from == NULL) {
        sck_automorphism_sum_ref(args, ring, out, a, b);
        return;
    }
    for (uint32_t k = 0; k < args->terms; k++) {
        turn[k].from = from + (size_t)k * n;
        sck_turn_sources(ring, args->galois[k], &turn[k]);
    }
    for (uint32_t i = 0; i < args->limbs; i++)
        for (uint32_t at = 0; at < n; at += stretch) {
            const struct sck_turn_tile tile = {.q = args->q[i],
                                               .first = at,
                                               .count = stretch,
                                               .streams = streams};

            add_terms(args, turn, i, tile, out[i] + at, a, b);
        }
}
