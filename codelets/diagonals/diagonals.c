/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "diagonals.h"

#include "automorphism_sum.h"
#include "dot.h"
#include "scratch.h"

#include <stddef.h>

/* Words of every baby that are turned at once: both halves of 16 babies fit a
 * second cache, with the row that is added to all of them. */
enum { STRETCH = 512 };

/* One limb: rows of the other limbs are `limbs` further each. */
struct limb {
    const struct sck_diagonals_args *args;
    uint32_t i, q, inverse, first, count;
    const struct sck_turn *turn;
    uint32_t *turned; /* row 2 b + h: count words */
    int is_zero[2 * SCK_MAX_BABIES];
};

static void turn_babies(struct limb *l, const uint32_t *const *in,
                        const uint32_t *own)
{
    for (uint32_t r = 0; r < 2 * l->args->babies; r++) {
        const uint32_t *a = in[r * l->args->limbs + l->i];
        const uint32_t *b = r % 2 == 0 ? own : NULL;
        const struct sck_turn_tile tile = {.turn = &l->turn[r / 2],
                                           .q = l->q,
                                           .first = l->first,
                                           .count = l->count,
                                           .a = a != NULL ? a : b,
                                           .b = a != NULL ? b : NULL};

        l->is_zero[r] = tile.a == NULL;
        if (tile.a != NULL)
            sck_turn_tile(&tile, l->turned + (size_t)r * l->count);
        else
            for (uint32_t k = 0; k < l->count; k++)
                l->turned[(size_t)r * l->count + k] = 0;
    }
}

static void sum_giant(const struct limb *l, uint32_t g, uint32_t *const *out,
                      const uint32_t *const *plain)
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
            tile.x[h][tile.terms] = l->turned + (size_t)(2 * b + h) * l->count;
        tile.terms++;
    }
    for (uint32_t h = 0; h < 2; h++)
        tile.out[h] = out[(2 * g + h) * limbs + l->i] + l->first;
    sck_dot_tile(&tile, l->count);
}

/* Stands for the diagonals that a sum lacks, of all together. */
static const uint32_t zeros[STRETCH / 2];

/* Several giants' sums with short diagonals. */
static void sum_giants(const struct limb *l, uint32_t g, uint32_t sums,
                       uint32_t *const *out, const uint32_t *const *plain)
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
            tile.x[h][tile.terms] = l->turned + (size_t)(2 * b + h) * l->count;
        tile.terms += (uint32_t)meets;
    }
    for (uint32_t s = 0; s < sums; s++)
        for (uint32_t h = 0; h < 2; h++)
            tile.out[h][s] = out[(2 * (g + s) + h) * limbs + l->i] + l->first;
    sck_spread_tile(&tile, l->count);
}

static void sum_all(const struct limb *l, uint32_t *const *out,
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

static size_t turned_words(const struct sck_diagonals_args *args, uint32_t n)
{
    return (size_t)2 * args->babies * (n < STRETCH ? n : STRETCH);
}

size_t sck_diagonals_scratch(const struct sck_diagonals_args *args, uint32_t n)
{
    return turned_words(args, n) * sizeof(uint32_t) +
           (size_t)args->babies * n * sizeof(uint16_t);
}

void sck_diagonals_in(const struct sck_diagonals_args *args,
                      const struct sck_ring *ring, uint32_t *const *out,
                      const uint32_t *const *in, const uint32_t *const *own,
                      const uint32_t *const *plain, uint32_t *scratch)
{
    const uint32_t n = ring->n, babies = args->babies;
    const uint32_t stretch = n < STRETCH ? n : STRETCH;
    struct sck_turn turn[SCK_MAX_BABIES];
    struct limb l = {
        .args = args, .turn = turn, .count = stretch, .turned = scratch};

    for (uint32_t b = 0; b < babies; b++) {
        turn[b].from =
            (uint16_t *)(scratch + turned_words(args, n)) + (size_t)b * n;
        sck_turn_sources(ring, args->galois[b], &turn[b]);
    }
    for (l.i = 0; l.i < args->limbs; l.i++) {
        l.q = args->q[l.i];
        l.inverse = 0u - sck_ring_prime(ring, l.q)->minus_q_inverse;
        for (l.first = 0; l.first < n; l.first += stretch) {
            turn_babies(&l, in, own[l.i]);
            sum_all(&l, out, plain);
        }
    }
}

void sck_diagonals(const struct sck_diagonals_args *args,
                   const struct sck_ring *ring, uint32_t *const *out,
                   const uint32_t *const *in, const uint32_t *const *own,
                   const uint32_t *const *plain)
{
    uint32_t *const scratch = sck_scratch(sck_diagonals_scratch(args, ring->n));

    if (scratch != NULL)
        sck_diagonals_in(args, ring, out, in, own, plain, scratch);
    else
        sck_diagonals_ref(args, ring, out, in, own, plain);
}
