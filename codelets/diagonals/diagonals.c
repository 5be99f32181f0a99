/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "diagonals.h"

#include "automorphism_sum.h"
#include "dot.h"
#include "scratch.h"

#include <stddef.h>
#include <string.h>

/* Rows of a stretch are a line more apart than a power of two: in other sets of
 * the nearest cache. Sums of so many bytes are more than a near cache's share,
 * and whole before anyone reads them. */
enum { GAP = 16, STREAM_BYTES = 4 << 20 };

static uint32_t shorter(const struct sck_turned_babies *l)
{
    const uint32_t words = l->count >> l->args->repeat;

    return words != 0 ? words : 1;
}

/* Words between rows of shorts. */
static uint32_t shorts_stride(const struct sck_turned_babies *l)
{
    return (shorter(l) + GAP - 1) / GAP * GAP + GAP;
}

struct sck_turned_babies
sck_turned_babies_of(const struct sck_diagonals_args *args, uint32_t n,
                     uint32_t *const *out)
{
    const uint32_t rows = 2 * args->giants * args->limbs;
    struct sck_turned_babies l = {.args = args};

    l.count = n < SCK_DIAGONALS_STRETCH ? n : SCK_DIAGONALS_STRETCH;
    l.stride = (l.count + GAP - 1) / GAP * GAP + GAP;
    l.streams = args->onto == 0 && sck_may_stream(out, rows, n, STREAM_BYTES);
    return l;
}

size_t sck_turned_babies_words(const struct sck_turned_babies *turned)
{
    const size_t shorts = turned->args->repeat == 0
                              ? 0
                              : (size_t)SCK_SPREAD_SUMS * shorts_stride(turned);

    return turned->args->babies * (2 * (size_t)turned->stride + shorts);
}

void sck_turned_babies_place(struct sck_turned_babies *turned, uint32_t *words)
{
    turned->word = words;
    turned->shorts = words + (size_t)2 * turned->args->babies * turned->stride;
}

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
            sck_turn_tile(&tile, l->word + (size_t)r * l->stride);
        else
            for (uint32_t k = 0; k < l->count; k++)
                l->word[(size_t)r * l->stride + k] = 0;
    }
}

static void sum_giant(const struct sck_turned_babies *l, uint32_t g,
                      uint32_t *const *out, const uint32_t *const *plain)
{
    const uint32_t limbs = l->args->limbs, babies = l->args->babies;
    struct sck_dot_tile tile = {.q = l->q,
                                .inverse = l->inverse,
                                .adds = l->args->onto != 0,
                                .streams = l->streams};

    for (uint32_t b = 0; b < babies; b++) {
        const uint32_t *p = plain[(g * babies + b) * limbs + l->i];

        if (p == NULL || (l->is_zero[2 * b] && l->is_zero[2 * b + 1]))
            continue;
        tile.plain[tile.terms] = p + l->first;
        for (uint32_t h = 0; h < 2; h++)
            tile.x[h][tile.terms] = l->word + (size_t)(2 * b + h) * l->stride;
        tile.terms++;
    }
    for (uint32_t h = 0; h < 2; h++)
        tile.out[h] = out[(2 * g + h) * limbs + l->i] + l->first;
    sck_dot_tile(&tile, l->count);
}

/* Stands for the diagonals that a sum lacks, of all together. */
static const uint32_t zeros[SCK_DIAGONALS_STRETCH / 2];

/* Several giants' sums with short diagonals, which lie a power of two apart:
 * their words, which every sum's vectors come back to, wait side by side. */
static void sum_giants(const struct sck_turned_babies *l, uint32_t g,
                       uint32_t sums, uint32_t *const *out,
                       const uint32_t *const *plain)
{
    const uint32_t limbs = l->args->limbs, babies = l->args->babies;
    struct sck_spread_tile tile = {.sums = sums,
                                   .q = l->q,
                                   .inverse = l->inverse,
                                   .repeat = l->args->repeat,
                                   .adds = l->args->onto != 0,
                                   .streams = l->streams};
    const uint32_t words = shorter(l), stride = shorts_stride(l);
    uint32_t *to = l->shorts;

    for (uint32_t b = 0; b < babies; b++) {
        int meets = 0;

        if (l->is_zero[2 * b] && l->is_zero[2 * b + 1])
            continue;
        for (uint32_t s = 0; s < sums; s++) {
            const uint32_t *p = plain[((g + s) * babies + b) * limbs + l->i];

            meets |= p != NULL;
            tile.plain[s][tile.terms] = zeros;
            if (p == NULL)
                continue;
            memcpy(to, p + (l->first >> tile.repeat), words * sizeof *to);
            tile.plain[s][tile.terms] = to;
            to += stride;
        }
        for (uint32_t h = 0; h < 2; h++)
            tile.x[h][tile.terms] = l->word + (size_t)(2 * b + h) * l->stride;
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
    struct sck_turned_babies l = sck_turned_babies_of(args, n, out);

    sck_turned_babies_place(&l, scratch);
    for (uint32_t b = 0; b < babies; b++) {
        turn[b].from =
            (uint16_t *)(scratch + sck_turned_babies_words(&l)) + (size_t)b * n;
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
    const struct sck_turned_babies l = sck_turned_babies_of(args, ring->n, out);
    uint32_t *const scratch =
        sck_scratch(sck_turned_babies_words(&l) * sizeof(uint32_t) +
                    (size_t)args->babies * ring->n * sizeof(uint16_t));

    if (scratch != NULL)
        with_scratch(args, ring, out, in, own, plain, scratch);
    else
        sck_diagonals_ref(args, ring, out, in, own, plain);
}
