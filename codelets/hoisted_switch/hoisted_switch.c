/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_switch.h"

#include "key_mac.h"
#include "modular.h"
#include "ntt.h"
#include "scratch.h"

#include <stddef.h>

/* Targets that go through the conversions together, unless their rows would be
 * more than a share of the last cache; results that are; words of a prime's
 * digits that all keys meet before the next ones. */
enum {
    GROUP = 8,
    SCRATCH_BYTES = 8 << 20,
    STREAM_BYTES = 8 << 20,
    STRETCH = 8192
};

/* A group's targets and each one's raised digits: row (target digits + digit)
 * of the scratch, n words. */
struct group {
    const struct sck_key_switch_args *args;
    const struct sck_ring *ring;
    uint32_t first, targets;
    uint32_t *rows;
};

static uint32_t *row_of(const struct group *g, uint32_t i, uint32_t digit)
{
    return g->rows + ((size_t)i * g->args->digits + digit) *
                         (g->ring->n + SCK_SCRATCH_GAP);
}

static void convert(const struct group *g, uint32_t digit,
                    const uint32_t (*w)[SCK_BLOCK_LIMBS],
                    const uint32_t *const *in)
{
    struct sck_convert_constants constants;
    uint32_t *rows[GROUP];

    sck_convert_constants_begin(&constants, g->args->sources[digit], 1,
                                g->ring->n);
    for (uint32_t i = 0; i < g->targets; i++) {
        const uint32_t target = g->first + i;

        if (g->args->own[target] == digit)
            continue;
        rows[constants.targets] = row_of(g, i, digit);
        sck_convert_constants_add(&constants,
                                  sck_ring_prime(g->ring, g->args->t[target]),
                                  1, w, g->args->minus_d[digit], target);
    }
    if (constants.targets != 0)
        sck_convert_tile(&constants, 0, g->ring->n, rows, in);
}

/* The rows that are the targets' own; add may be NULL. */
struct operands {
    uint32_t *const *out;
    const uint32_t *const *own, *const *key, *const *add;
    uint32_t streams; /* whether results go past the caches */
};

/* A target's digits are transformed, then meet every key. */
static void multiply(const struct group *g, uint32_t i, uint32_t keys,
                     const struct operands *o)
{
    const struct sck_key_switch_args *const args = g->args;
    const uint32_t half = args->key_digits * args->key_limbs;
    const uint32_t target = g->first + i, n = g->ring->n;
    const struct sck_prime_table *const t =
        sck_ring_prime(g->ring, args->t[target]);
    const uint32_t stretch = n < STRETCH ? n : STRETCH;
    const uint32_t factor = sck_to_montgomery(args->factor[target], t);
    const uint32_t has_own = args->own[target] < args->digits;
    const uint32_t adds =
        o->add != NULL &&
        (o->add[target] != NULL || o->add[args->targets + target] != NULL);
    const struct sck_ntt_around lazy = {
        .lazy = 1,
        .results =
            sck_key_tile_results(args->digits - has_own, has_own + adds)};
    const uint32_t *u[SCK_MAX_DIGITS];

    for (uint32_t d = 0; d < args->digits; d++) {
        uint32_t *const row = row_of(g, i, d);

        u[d] = args->own[target] == d ? o->own[target] : row;
        if (args->own[target] != d)
            sck_ntt_row(t, n, row, row, &lazy);
    }
    for (uint32_t at = 0; at < n; at += stretch)
        for (uint32_t r = 0; r < keys; r++) {
            struct sck_key_tile tile = {.digits = args->digits,
                                        .q = t->q,
                                        .inverse = 0u - t->minus_q_inverse,
                                        .factor = factor,
                                        .streams = o->streams};

            for (uint32_t d = 0; d < args->digits; d++) {
                const uint32_t *const *const k =
                    o->key + (size_t)2 * r * half +
                    args->key_digit[d] * args->key_limbs +
                    args->key_row[target];

                tile.u[d] = u[d] + at;
                tile.key[0][d] = k[0] + at;
                tile.key[1][d] = k[half] + at;
            }
            for (uint32_t h = 0; h < 2; h++) {
                const uint32_t row = h * args->targets + target;

                tile.out[h] = o->out[2 * r * args->targets + row] + at;
                if (o->add != NULL && o->add[row] != NULL)
                    tile.add[h] = o->add[row] + at;
            }
            sck_key_tile(&tile, stretch);
        }
}

void sck_hoisted_switch(const struct sck_hoisted_switch_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *in, const uint32_t *const *own,
                        const uint32_t *const *key, const uint32_t *const *add)
{
    const struct sck_key_switch_args *const one = &args->one;
    const size_t rows = (size_t)2 * args->keys * one->targets;
    const struct operands operands = {
        out, own, key, add, sck_may_stream(out, rows, ring->n, STREAM_BYTES)};
    const size_t bytes =
        (size_t)one->digits * sizeof(uint32_t) * (ring->n + SCK_SCRATCH_GAP);
    const uint32_t room = bytes * GROUP > SCRATCH_BYTES
                              ? (uint32_t)(SCRATCH_BYTES / bytes)
                              : GROUP;
    const uint32_t groups = (one->targets + room - 1) / room;
    struct group g = {.args = one, .ring = ring, .rows = NULL};

    g.rows = sck_scratch(bytes * room);
    if (g.rows == NULL) {
        sck_hoisted_switch_ref(args, ring, out, in, own, key, add);
        return;
    }
    for (uint32_t k = 0; k < groups; k++, g.first += g.targets) {
        const uint32_t(*w)[SCK_BLOCK_LIMBS] = one->w;
        const uint32_t *const *digit_in = in;

        g.targets = (one->targets - g.first) / (groups - k);
        for (uint32_t d = 0; d < one->digits; d++) {
            convert(&g, d, w, digit_in);
            w += one->sources[d];
            digit_in += one->sources[d] + 1;
        }
        for (uint32_t i = 0; i < g.targets; i++)
            multiply(&g, i, args->keys, &operands);
    }
}
