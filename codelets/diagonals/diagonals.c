/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "diagonals.h"

#include "automorphism_sum.h"
#include "dot.h"
#include "scratch.h"

#include <stddef.h>

static void turn_babies(struct sck_turned_babies *l,
                        const struct sck_turn *turn, const uint32_t *const *in,
                        const uint32_t *own)
{
    for (uint32_t r = 0; r < 2 * l->args->babies; r++) {
        const uint32_t *a = in[r * l->args->limbs + l->i];
        const uint32_t *b = r % 2 == 0 ? own : NULL;
        const struct sck_turn_tile tile = {.turn = &turn[r / 2],
                                           .q = l->q,
                                           .first = l->first,
                                           .count = l->count,
                                           .a = a != NULL ? a : b,
                                           .b = a != NULL ? b : NULL};

        l->is_zero[r] = tile.a == NULL;
        if (tile.a != NULL)
            sck_turn_tile(&tile, l->word + (size_t)r * l->count);
        else
            for (uint32_t k = 0; k < l->count; k++)
                l->word[(size_t)r * l->count + k] = 0;
    }
}

static void sum_giant(const struct sck_turned_babies *l, uint32_t g,
                      uint32_t *const *out, const uint32_t *const *plain)
{
    const uint32_t limbs = l->args->limbs, babies = l->args->babies;
    struct sck_dot_tile tile = {
        .q = l->q, .inverse = l->inverse, .adds = l->args->onto != 0};

    for (uint32_t b = 0; b < babies; b++) {
        const uint32_t *p = plain[(g * babies + b) * limbs + l->i];

        if (p == NULL || (l->is_zero[2 * b] && l->is_zero[2 * b + 1]))
            continue;
        tile.plain[tile.terms] = p + l->first;
        for (uint32_t h = 0; h < 2; h++)
            tile.x[h][tile.terms] = l->word + (size_t)(2 * b + h) * l->count;
        tile.terms++;
    }
    for (uint32_t h = 0; h < 2; h++)
        tile.out[h] = out[(2 * g + h) * limbs + l->i] + l->first;
    sck_dot_tile(&tile, l->count);
}

/* Stands for the diagonals that a sum lacks, of all together. */
static const uint32_t zeros[SCK_DIAGONALS_STRETCH / 2];

/* Several giants' sums with short diagonals. */
static void sum_giants(const struct sck_turned_babies *l, uint32_t g,
                       uint32_t sums, uint32_t *const *out,
                       const uint32_t *const *plain)
{
    const uint32_t limbs = l->args->limbs, babies = l->args->babies;
    struct sck_spread_tile tile = {.sums = sums,
                                   .q = l->q,
                                   .inverse = l->inverse,
                                   .repeat = l->args->repeat,
                                   .adds = l->args->onto != 0};

    for (uint32_t b = 0; b < babies; b++) {
        int meets = 0;

        if (l->is_zero[2 * b] && l->is_zero[2 * b + 1])
            continue;
        for (uint32_t s = 0; s < sums; s++) {
            const uint32_t *p = plain[((g + s) * babies + b) * limbs + l->i];

            meets |= p != NULL;
            tile.plain[s][tile.terms] =
                p != NULL ? p + (l->first >> tile.repeat) : zeros;
        }
        for (uint32_t h = 0; h < 2; h++)
            tile.x[h][tile.terms] = l->word + (size_t)(2 * b + h) * l->count;
        tile.terms += (uint32_t)meets;
    }
    for (uint32_t s = 0; s < sums; s++)
        for (uint32_t h = 0; h < 2; h++)
            tile.out[h][s] = out[(2 * (g + s) + h) * limbs + l->i] + l->first;
    sck_spread_tile(&tile, l->count);
}

void sck_diagonals_sums(const struct sck_turned_babies *l, uint32_t *const *out,
                        const uint32_t *const *plain)
{
    const uint32_t giants = l->args->giants;

    if (l->args->repeat == 0)
        for (uint32_t g = 0; g < giants; g++)
            sum_giant(l, g, out, plain);
    else
        for (uint32_t g = 0; g < giants; g += SCK_SPREAD_SUMS)
            sum_giants(l, g,
                       giants - g < SCK_SPREAD_SUMS ? giants - g
                                                    : SCK_SPREAD_SUMS,
                       out, plain);
}

static void with_scratch(const struct sck_diagonals_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *in, const uint32_t *const *own,
                         const uint32_t *const *plain, uint32_t *scratch)
{
    const uint32_t n = ring->n, babies = args->babies;
    struct sck_turn turn[SCK_MAX_BABIES];
    struct sck_turned_babies l = {
        .args = args,
        .count = n < SCK_DIAGONALS_STRETCH ? n : SCK_DIAGONALS_STRETCH,
        .word = scratch};

    for (uint32_t b = 0; b < babies; b++) {
        turn[b].from = (uint16_t *)(scratch + (size_t)2 * babies * l.count) +
                       (size_t)b * n;
        sck_turn_sources(ring, args->galois[b], &turn[b]);
    }
    for (l.i = 0; l.i < args->limbs; l.i++) {
        l.q = args->q[l.i];
        l.inverse = 0u - sck_ring_prime(ring, l.q)->minus_q_inverse;
        for (l.first = 0; l.first < n; l.first += l.count) {
            turn_babies(&l, turn, in, own[l.i]);
            sck_diagonals_sums(&l, out, plain);
        }
    }
}

void sck_diagonals(const struct sck_diagonals_args *args,
                   const struct sck_ring *ring, uint32_t *const *out,
                   const uint32_t *const *in, const uint32_t *const *own,
                   const uint32_t *const *plain)
{
    const size_t stretch =
        ring->n < SCK_DIAGONALS_STRETCH ? ring->n : SCK_DIAGONALS_STRETCH;
    uint32_t *const scratch =
        sck_scratch(args->babies * (2 * stretch * sizeof(uint32_t) +
                                    ring->n * sizeof(uint16_t)));

    if (scratch != NULL)
        with_scratch(args, ring, out, in, own, plain, scratch);
    else
        sck_diagonals_ref(args, ring, out, in, own, plain);
}
