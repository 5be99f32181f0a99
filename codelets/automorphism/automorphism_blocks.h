/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* An automorphism by blocks of L = 2^LOG_LANES words. Word L I + l of the
 * output has e = brv(L I) + N / L rev(l), rev reversing LOG_LANES bits, and is
 * the input's word brv(e'), e' = g e + (g - 1) / 2 mod N = f + g N / L rev(l)
 * with f = g brv(L I) + (g - 1) / 2. Modulo N / L that is f, whatever l: the
 * output's block comes from one block of the input, which begins at brv(f mod
 * N / L). Within it word l is word rev(h + g rev(l) mod L), h = floor(f / (N /
 * L)) mod L: one of L permutations. */
#include "automorphism.h"

enum { LANES = 1 << LOG_LANES, WORDS_MAX = 1 << 16 };

static uint32_t reversed(uint32_t x)
{
    uint32_t r = 0;

    for (int bit = 0; bit < LOG_LANES; bit++)
        r |= (x >> bit & 1) << (LOG_LANES - 1 - bit);
    return r;
}

static void permutations(uint32_t galois, uint32_t order[LANES][LANES])
{
    for (uint32_t h = 0; h < LANES; h++)
        for (uint32_t l = 0; l < LANES; l++)
            order[h][l] = reversed((h + galois * reversed(l)) % LANES);
}

/* Where each block of the output comes from: its place in the row, a multiple
 * of LANES, plus its permutation. The same again for blocks of L^2 words, which
 * come from one block of the input too, spares most look-ups: with F for f and
 * H = floor(F / (N / L^2)) its k-th block of L has t = H + g rev(k) mod L^2, is
 * block rev(t mod L) of those at brv(F mod N / L^2), and has h = floor(t / L).
 * n is L^2 at least; brv(L^2 I) = brv(I) / L^2 as I < N / L^2. */
static void sources(const struct sck_ring *ring, uint32_t galois,
                    uint16_t *from)
{
    enum { SQUARE = LANES * LANES };
    const uint32_t groups = ring->n / SQUARE;
    const uint32_t log_groups = ring->logn - 2 * LOG_LANES;
    const uint32_t half = galois / 2;
    uint16_t turn[LANES];

    for (uint32_t k = 0; k < LANES; k++)
        turn[k] = (uint16_t)(galois * reversed(k) % SQUARE);
    for (uint32_t i = 0; i < groups; i++) {
        /* May wrap: only the value modulo N counts. */
        const uint32_t f =
            (galois * (ring->brv[i] / SQUARE) + half) & (ring->n - 1);
        const uint16_t base = (uint16_t)ring->brv[f & (groups - 1)];
        const uint16_t high = (uint16_t)(f >> log_groups);

        for (uint32_t k = 0; k < LANES; k++) {
            const uint16_t t = (uint16_t)((high + turn[k]) % SQUARE);

            from[i * LANES + k] =
                (uint16_t)(base | reversed(t) << LOG_LANES | t >> LOG_LANES);
        }
    }
}
