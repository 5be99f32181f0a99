/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_diagonals.h"

#include "automorphism_sum.h"
#include "key_mac.h"
#include "modular.h"
#include "ntt.h"
#include "rescale.h"
#include "scratch.h"

#include <stddef.h>
#include <string.h>

/* Targets that go through the conversions together, unless their rows would be
 * more than a share of the last cache. */
enum { GROUP = 8, GROUP_BYTES = 4 << 20 };

/* The lists of a call, and its scratch: the group's raised digits (row target
 * digits + digit, SCK_SCRATCH_GAP words apart), and a stretch of all rotations,
 * turned. */
struct call {
    const struct sck_hoisted_diagonals_args *args;
    const struct sck_ring *ring;
    uint32_t *const *out;
    const uint32_t *const *in, *const *own, *const *key, *const *plain;
    uint32_t first, targets; /* of the group */
    uint32_t *raised;
    struct sck_turn turn[SCK_MAX_BABIES], turned_back[SCK_MAX_BABIES];
    struct sck_turned_babies turned;
};

static uint32_t *raised_row(const struct call *c, uint32_t i, uint32_t digit)
{
    return c->raised + ((size_t)i * c->args->hoisted.one.digits + digit) *
                           (c->ring->n + SCK_SCRATCH_GAP);
}

static void convert(const struct call *c)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    const uint32_t(*w)[SCK_BLOCK_LIMBS] = one->w;
    const uint32_t *const *in = c->in;

    for (uint32_t d = 0; d < one->digits; d++) {
        struct sck_convert_constants constants;
        uint32_t *rows[GROUP];

        sck_convert_constants_begin(&constants, one->sources[d], 1, c->ring->n);
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

/* A target's digits, and where the next stretch of a rotation comes from. */
struct digits {
    uint32_t target;
    struct sck_key_tile tile;
    const uint32_t *row[SCK_MAX_DIGITS];
};

static struct digits transform(const struct call *c, uint32_t i)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    struct digits s = {.target = c->first + i};
    const uint32_t has_own = one->own[s.target] < one->digits;
    const uint32_t adds = c->own[one->targets + s.target] != NULL;
    const struct sck_ntt_around lazy = {
        .lazy = 1,
        .results = sck_key_tile_results(one->digits - has_own, has_own + adds)};
    const struct sck_prime_table *const t =
        sck_ring_prime(c->ring, one->t[s.target]);

    s.tile = (struct sck_key_tile){
        .digits = one->digits,
        .q = t->q,
        .inverse = 0u - t->minus_q_inverse,
        .elsewhere = 1,
        .factor = sck_to_montgomery(one->factor[s.target], t)};
    for (uint32_t d = 0; d < one->digits; d++) {
        uint32_t *const row = raised_row(c, i, d);

        s.row[d] = one->own[s.target] == d ? c->own[s.target] : row;
        if (one->own[s.target] != d)
            sck_ntt_row(t, c->ring->n, row, row, &lazy);
    }
    return s;
}

/* Words at to at + count of key r's product come next. */
static void point(const struct call *c, struct digits *s, uint32_t r,
                  uint32_t at)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    const uint32_t half = one->key_digits * one->key_limbs;

    for (uint32_t d = 0; d < one->digits; d++) {
        const uint32_t *const *const k = c->key + (size_t)2 * r * half +
                                         one->key_digit[d] * one->key_limbs +
                                         one->key_row[s->target];

        s->tile.next_u[d] = s->row[d] + at;
        s->tile.next_key[0][d] = k[0] + at;
        s->tile.next_key[1][d] = k[half] + at;
    }
}

/* Where the stretch at `first` of the baby after b that is turned comes from,
 * or of the first such baby in the stretch after that. */
static void point_after(const struct call *c, struct digits *s, uint32_t b,
                        uint32_t r)
{
    const struct sck_diagonals_args *const m = &c->args->diagonals;
    const struct sck_turned_babies *const to = &c->turned;
    const uint32_t *const u = s->tile.u[0];
    uint32_t first = to->first;

    do {
        if (++b == m->babies) {
            b = r = 0;
            first = (first + to->count) & (c->ring->n - 1);
        }
    } while (m->galois[b] == 1);
    point(c, s, r, sck_turn_from(c->ring, m->galois[b], first, to->count));
    if (s->tile.next_u[0] == u)
        s->tile.next_u[0] = NULL;
}

/* Both halves of the ciphertext itself. */
static void take_own(struct call *c, const struct digits *s, uint32_t b)
{
    const struct sck_key_switch_args *const one = &c->args->hoisted.one;
    struct sck_turned_babies *const to = &c->turned;

    for (uint32_t h = 0; h < 2; h++) {
        uint32_t *const row = to->word + (size_t)(2 * b + h) * to->stride;
        const uint32_t *const own =
            c->own[h == 0 ? one->targets + s->target : s->target];

        memset(row, 0, to->count * sizeof *row);
        to->is_zero[2 * b + h] = own == NULL;
        if (own != NULL)
            sck_combine(s->tile.q, one->factor[s->target], to->count, row,
                        own + to->first, row);
    }
}

/* Both halves of a rotation; which of the keys it is. */
static void rotate(struct call *c, struct digits *s, uint32_t b, uint32_t r)
{
    struct sck_turned_babies *const to = &c->turned;
    const uint32_t *const own =
        c->own[c->args->hoisted.one.targets + s->target];
    const uint32_t at =
        sck_turn_from(c->ring, to->args->galois[b], to->first, to->count);

    memcpy(s->tile.u, s->tile.next_u, sizeof s->tile.u);
    s->tile.u[0] = s->row[0] + at;
    memcpy(s->tile.key, s->tile.next_key, sizeof s->tile.key);
    for (uint32_t h = 0; h < 2; h++) {
        s->tile.out[h] = to->word + (size_t)(2 * b + h) * to->stride;
        to->is_zero[2 * b + h] = 0;
    }
    s->tile.turn = &c->turn[b];
    s->tile.turned_back = &c->turned_back[b];
    s->tile.first = to->first;
    s->tile.source = at;
    s->tile.add[0] = own != NULL ? own + at : NULL;
    point_after(c, s, b, r + 1);
    sck_key_tile(&s->tile, to->count);
}

/* A target's rotations and sums, a stretch after the other. */
static void multiply(struct call *c, uint32_t i)
{
    const struct sck_diagonals_args *const m = &c->args->diagonals;
    struct sck_turned_babies *const to = &c->turned;
    struct digits s = transform(c, i);

    to->i = s.target;
    to->q = s.tile.q;
    to->inverse = s.tile.inverse;
    to->first = c->ring->n - to->count;
    if (c->args->hoisted.keys != 0)
        point_after(c, &s, m->babies - 1, 0);
    for (to->first = 0; to->first < c->ring->n; to->first += to->count) {
        for (uint32_t b = 0, r = 0; b < m->babies; b++)
            if (m->galois[b] == 1)
                take_own(c, &s, b);
            else
                rotate(c, &s, b, r++);
        sck_diagonals_sums(to, c->out, c->plain);
    }
}

/* Modulo 2^32, and so modulo 2 N: Newton's steps double the right bits, of
 * which an odd number is its own inverse's lowest three. */
static uint32_t inverse_of(uint32_t odd)
{
    uint32_t x = odd;

    for (int bits = 3; bits < 32; bits *= 2)
        x *= 2 - odd * x;
    return x;
}

/* Every rotation and its inverse, in room for 2 babies n. */
static void find_turns(struct call *c, uint16_t *room)
{
    const struct sck_diagonals_args *const m = &c->args->diagonals;
    const uint32_t n = c->ring->n;

    for (uint32_t b = 0; b < m->babies; b++) {
        c->turn[b].from = room + (size_t)2 * b * n;
        c->turned_back[b].from = room + (size_t)(2 * b + 1) * n;
        if (m->galois[b] == 1)
            continue;
        sck_turn_sources(c->ring, m->galois[b], &c->turn[b]);
        sck_turn_sources(c->ring, inverse_of(m->galois[b]) & (2 * n - 1),
                         &c->turned_back[b]);
    }
}

void sck_hoisted_diagonals(const struct sck_hoisted_diagonals_args *args,
                           const struct sck_ring *ring, uint32_t *const *out,
                           const uint32_t *const *in,
                           const uint32_t *const *own,
                           const uint32_t *const *key,
                           const uint32_t *const *plain)
{
    const struct sck_key_switch_args *const one = &args->hoisted.one;
    const struct sck_diagonals_args *const m = &args->diagonals;
    const uint32_t n = ring->n;
    const size_t words = (size_t)one->digits * (n + SCK_SCRATCH_GAP);
    const size_t most = 1 + GROUP_BYTES / (words * sizeof(uint32_t));
    const uint32_t room = most < GROUP ? (uint32_t)most : GROUP;
    const uint32_t groups = (one->targets + room - 1) / room;
    struct call c = {.args = args,
                     .ring = ring,
                     .out = out,
                     .in = in,
                     .own = own,
                     .key = key,
                     .plain = plain,
                     .turned = sck_turned_babies_of(m, n, out)};
    const size_t turned = sck_turned_babies_words(&c.turned);

    c.raised = sck_scratch((room * words + turned) * sizeof(uint32_t) +
                           (size_t)2 * m->babies * n * sizeof(uint16_t));
    if (c.raised == NULL) {
        sck_hoisted_diagonals_ref(args, ring, out, in, own, key, plain);
        return;
    }
    sck_turned_babies_place(&c.turned, c.raised + room * words);
    find_turns(&c, (uint16_t *)(c.turned.word + turned));
    for (uint32_t k = 0; k < groups; k++, c.first += c.targets) {
        c.targets = (one->targets - c.first) / (groups - k);
        convert(&c);
        for (uint32_t i = 0; i < c.targets; i++)
            multiply(&c, i);
    }
}
