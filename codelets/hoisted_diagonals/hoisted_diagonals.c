/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_diagonals.h"

#include "key_mac.h"
#include "ntt.h"
#include "rescale.h"
#include "scratch.h"

#include <stddef.h>
#include <string.h>

/* Targets that go through the conversions together, unless their rows would be
 * more than a share of the last cache; words of a prime's digits that all keys
 * meet before the next ones. */
enum { GROUP = 8, GROUP_BYTES = 4 << 20, STRETCH = 8192 };

/* The lists of a call, and its scratch in n words a row: the group's raised
 * digits (row target digits + digit), then the rotations of one prime (row
 * 2 baby + half), then what the matrix's products need. */
struct call {
    const struct sck_hoisted_diagonals_args *args;
    const struct sck_ring *ring;
    uint32_t *const *out;
    const uint32_t *const *in, *const *own, *const *key, *const *plain;
    uint32_t first, targets; /* of the group */
    uint32_t *raised, *rotation, *rest;
};

static uint32_t *raised_row(const struct call *c, uint32_t i, uint32_t digit)
{
    return c->raised +
           ((size_t)i * c->args->hoisted.one.digits + digit) * c->ring->n;
}

static void convert(const struct call *c)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    const uint32_t(*w)[SCK_BLOCK_LIMBS] = one->w;
    const uint32_t *const *in = c->in;

    for (uint32_t d = 0; d < one->digits; d++) {
        struct sck_convert_constants constants = {.sources = one->sources[d]};
        uint32_t *rows[GROUP];

        for (uint32_t i = 0; i < c->targets; i++) {
            const uint32_t target = c->first + i;

            if (one->own[target] == d)
                continue;
            rows[constants.targets] = raised_row(c, i, d);
            sck_convert_constants_add(&constants,
                                      sck_ring_prime(c->ring, one->t[target]),
                                      1, w, one->minus_d[d], target);
        }
        if (constants.targets != 0)
            sck_convert_tile(&constants, 0, c->ring->n, rows, in);
        w += one->sources[d];
        in += one->sources[d] + 1;
    }
}

/* One baby's words at to at + count of both halves. */
static void rotate(const struct call *c, const struct sck_key_tile *digits,
                   uint32_t baby, uint32_t r, uint32_t target, uint32_t at,
                   uint32_t count)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    const uint32_t half = one->key_digits * one->key_limbs;
    const uint32_t *const own[2] = {c->own[one->targets + target],
                                    c->own[target]};
    const int turned = c->args->diagonals.galois[baby] != 1;
    struct sck_key_tile tile = *digits;

    for (uint32_t h = 0; h < 2; h++) {
        tile.out[h] = c->rotation + ((size_t)2 * baby + h) * c->ring->n + at;
        if (!turned)
            memset(tile.out[h], 0, count * sizeof(uint32_t));
    }
    for (uint32_t d = 0; d < one->digits && turned; d++) {
        const uint32_t *const *const k = c->key + (size_t)2 * r * half +
                                         one->key_digit[d] * one->key_limbs +
                                         one->key_row[target];

        tile.u[d] = digits->u[d] + at;
        tile.key[0][d] = k[0] + at;
        tile.key[1][d] = k[half] + at;
    }
    if (turned)
        sck_key_tile(&tile, count);
    for (uint32_t h = 0; h < (turned ? 1u : 2u); h++)
        if (own[h] != NULL)
            sck_combine(tile.q, one->factor[target], count, tile.out[h],
                        own[h] + at, tile.out[h]);
}

/* A target's digits are transformed and meet every key. */
static void rotations(const struct call *c, uint32_t i)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    const struct sck_diagonals_args *const m = &c->args->diagonals;
    const uint32_t target = c->first + i, n = c->ring->n;
    const struct sck_prime_table *const t =
        sck_ring_prime(c->ring, one->t[target]);
    const uint32_t stretch = n < STRETCH ? n : STRETCH;
    struct sck_key_tile digits = {
        .digits = one->digits, .q = t->q, .inverse = 0u - t->minus_q_inverse};

    for (uint32_t d = 0; d < one->digits; d++) {
        uint32_t *const row = raised_row(c, i, d);

        digits.u[d] = one->own[target] == d ? c->own[target] : row;
        if (one->own[target] != d)
            sck_ntt_row(t, n, row, row, NULL);
    }
    for (uint32_t at = 0; at < n; at += stretch)
        for (uint32_t b = 0, r = 0; b < m->babies; b++) {
            rotate(c, &digits, b, r, target, at, stretch);
            r += m->galois[b] != 1;
        }
}

/* The matrix's products with one prime's rotations. */
static void multiply(const struct call *c, uint32_t target)
{
    const struct sck_diagonals_args *const all = &c->args->diagonals;
    struct sck_diagonals_args m = *all;
    const uint32_t *x[2 * SCK_MAX_BABIES], *own = NULL;
    const uint32_t *plain[SCK_MAX_GIANTS * SCK_MAX_BABIES];
    uint32_t *out[2 * SCK_MAX_GIANTS];
    const int special = c->own[target] == NULL;

    m.limbs = 1;
    m.q[0] = all->q[target];
    for (uint32_t r = 0; r < 2 * m.giants; r++)
        out[r] = c->out[r * all->limbs + target];
    for (uint32_t r = 0; r < 2 * m.babies; r++)
        x[r] = special && m.galois[r / 2] == 1
                   ? NULL
                   : c->rotation + (size_t)r * c->ring->n;
    for (uint32_t r = 0; r < m.giants * m.babies; r++)
        plain[r] = c->plain[r * all->limbs + target];
    sck_diagonals_in(&m, c->ring, out, x, &own, plain, c->rest);
}

void sck_hoisted_diagonals(const struct sck_hoisted_diagonals_args *args,
                           const struct sck_ring *ring, uint32_t *const *out,
                           const uint32_t *const *in,
                           const uint32_t *const *own,
                           const uint32_t *const *key,
                           const uint32_t *const *plain)
{
    const struct sck_key_switch_args *const one = &args->hoisted.one;
    const size_t row = (size_t)ring->n * sizeof(uint32_t);
    const size_t bytes = one->digits * row;
    const uint32_t room =
        bytes * GROUP > GROUP_BYTES ? (uint32_t)(GROUP_BYTES / bytes) : GROUP;
    const uint32_t groups = (one->targets + room - 1) / room;
    struct call c = {args,  ring, out, in,   own,  key,
                     plain, 0,    0,   NULL, NULL, NULL};

    c.raised = sck_scratch(room * bytes + 2 * args->diagonals.babies * row +
                           sck_diagonals_scratch(&args->diagonals, ring->n));
    if (c.raised == NULL) {
        sck_hoisted_diagonals_ref(args, ring, out, in, own, key, plain);
        return;
    }
    c.rotation = c.raised + room * bytes / sizeof(uint32_t);
    c.rest = c.rotation + (size_t)2 * args->diagonals.babies * ring->n;
    for (uint32_t k = 0; k < groups; k++, c.first += c.targets) {
        c.targets = (one->targets - c.first) / (groups - k);
        convert(&c);
        for (uint32_t i = 0; i < c.targets; i++) {
            rotations(&c, i);
            multiply(&c, c.first + i);
        }
    }
}
