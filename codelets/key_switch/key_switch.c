/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_switch.h"

#include "key_mac.h"
#include "ntt.h"
#include "rescale.h"
#include "scratch.h"

#include <string.h>

/* Targets that go through the conversions together, at most: what they convert
 * waits for its transform, of shorter rows in the second cache, and scratch is
 * not to be more than what a share of the last one holds (13 digits at N = 2^16
 * would take 44 MiB). */
enum { GROUP = 16, SHORT_GROUP = 8, LONG = 1 << 16, SCRATCH_BYTES = 8 << 20 };

/* A group's targets: where the row of each digit's u lies, and the digit whose
 * transform comes last. The first two rows that a target converts are those of
 * its output, which no one has written yet; others are scratch. */
struct group {
    uint32_t first, targets;
    uint32_t *row[GROUP][SCK_MAX_DIGITS]; /* NULL: the prime's own digit */
    uint32_t last[GROUP];
};

/* Context of the last transform's `after`. */
struct product {
    struct sck_key_tile tile;
    uint32_t last, factor;
    const uint32_t *add[2]; /* NULL: none */
};

/* What is added to words `at` to at + count of the sums, still in L1. */
static void add(const struct product *p, uint32_t at, uint32_t count)
{
    for (int h = 0; h < 2; h++)
        if (p->add[h] != NULL)
            sck_combine(p->tile.q, p->factor, count, p->tile.out[h] + at,
                        p->add[h] + at, p->tile.out[h] + at);
}

static void multiply(void *context, uint32_t at, uint32_t count,
                     const uint32_t *x)
{
    const struct product *const p = context;
    struct sck_key_tile piece = p->tile;

    for (uint32_t d = 0; d < piece.digits; d++) {
        piece.u[d] = d == p->last ? x : p->tile.u[d] + at;
        piece.key[0][d] = p->tile.key[0][d] + at;
        piece.key[1][d] = p->tile.key[1][d] + at;
    }
    piece.out[0] = p->tile.out[0] + at;
    piece.out[1] = p->tile.out[1] + at;
    sck_key_tile(&piece, count);
    add(p, at, count);
}

/* Scratch rows that targets of a group need: of those each converts, all but
 * two. */
static uint32_t spare_rows(const struct sck_key_switch_args *args)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < args->targets; i++) {
        const uint32_t own = args->own[i] < args->digits;

        if (args->digits - own > most)
            most = args->digits - own;
    }
    return most > 2 ? most - 2 : 0;
}

static void lay_out(struct group *g, const struct sck_key_switch_args *args,
                    uint32_t n, uint32_t *const *out, uint32_t *spare)
{
    for (uint32_t i = 0; i < g->targets; i++) {
        const uint32_t target = g->first + i;
        uint32_t converted = 0;

        g->last[i] = SCK_MAX_DIGITS;
        for (uint32_t d = 0; d < args->digits; d++) {
            if (args->own[target] == d) {
                g->row[i][d] = NULL;
                continue;
            }
            if (converted < 2) {
                g->row[i][d] = out[converted * args->targets + target];
            } else {
                g->row[i][d] = spare;
                spare += n + SCK_SCRATCH_GAP;
            }
            converted++;
            g->last[i] = d;
        }
    }
}

/* The inputs whose rows are the targets' own. */
struct rows {
    uint32_t *const *out;
    const uint32_t *const *own, *const *key, *const *add;
};

/* The digit's rows of the group, in coefficients. */
static void convert(const struct sck_key_switch_args *args,
                    const struct sck_ring *ring, const struct group *g,
                    uint32_t digit, const uint32_t (*w)[SCK_BLOCK_LIMBS],
                    const uint32_t *const *in)
{
    struct sck_convert_constants constants;
    uint32_t *rows[GROUP];

    sck_convert_constants_begin(&constants, args->sources[digit], 1, ring->n);
    for (uint32_t i = 0; i < g->targets; i++) {
        const uint32_t target = g->first + i;

        if (g->row[i][digit] == NULL)
            continue;
        rows[constants.targets] = g->row[i][digit];
        sck_convert_constants_add(&constants,
                                  sck_ring_prime(ring, args->t[target]), 1, w,
                                  args->minus_d[digit], target);
    }
    if (constants.targets != 0)
        sck_convert_tile(&constants, 0, ring->n, rows, in);
}

static void product_of(struct product *p,
                       const struct sck_key_switch_args *args,
                       const struct sck_prime_table *prime,
                       const struct group *g, uint32_t i, const struct rows *r)
{
    const uint32_t half = args->key_digits * args->key_limbs;
    const uint32_t target = g->first + i;

    p->last = g->last[i];
    p->tile.digits = args->digits;
    p->tile.q = prime->q;
    p->tile.inverse = 0u - prime->minus_q_inverse;
    p->tile.out[0] = r->out[target];
    p->tile.out[1] = r->out[args->targets + target];
    for (uint32_t h = 0; h < 2; h++)
        p->add[h] = r->add != NULL ? r->add[h * args->targets + target] : NULL;
    for (uint32_t d = 0; d < args->digits; d++) {
        const uint32_t at =
            args->key_digit[d] * args->key_limbs + args->key_row[target];

        p->tile.u[d] = g->row[i][d] != NULL ? g->row[i][d] : r->own[target];
        p->tile.key[0][d] = r->key[at];
        p->tile.key[1][d] = r->key[half + at];
    }
}

/* The rows of a product that come from memory; returns how many. */
static uint32_t far_rows(const struct product *p, const uint32_t **far)
{
    uint32_t rows = 0;

    for (uint32_t h = 0; h < 2; h++) {
        for (uint32_t d = 0; d < p->tile.digits; d++)
            far[rows++] = p->tile.key[h][d];
        if (p->add[h] != NULL)
            far[rows++] = p->add[h];
    }
    return rows;
}

/* A target's digits one after the other: their twiddles are read once. What is
 * added is not a term of the tile's sums: with it more rows a power of two
 * apart are read at once than a set of the caches holds. */
static void transform(const struct sck_key_switch_args *args,
                      const struct sck_ring *ring, const struct group *g,
                      uint32_t i, const struct rows *r)
{
    const struct sck_prime_table *const prime =
        sck_ring_prime(ring, args->t[g->first + i]);
    struct product product = {.factor = args->factor[g->first + i]};
    const uint32_t *far[2 * (SCK_MAX_DIGITS + 1)];
    struct sck_ntt_around lazy = {.lazy = 1}, around = {.context = &product,
                                                        .after = multiply,
                                                        .reads = far,
                                                        .lazy = 1};
    const uint32_t has_own = args->own[g->first + i] < args->digits;

    product_of(&product, args, prime, g, i, r);
    lazy.results = sck_key_tile_results(args->digits - has_own, has_own);
    around.results = lazy.results;
    around.reads_rows = far_rows(&product, far);
    for (uint32_t d = 0; d < args->digits; d++)
        if (g->row[i][d] != NULL)
            sck_ntt_row(prime, ring->n, g->row[i][d], g->row[i][d],
                        d == g->last[i] ? &around : &lazy);
    /* A prime whose only digit is its own has nothing to convert. */
    if (g->last[i] == SCK_MAX_DIGITS) {
        sck_key_tile(&product.tile, ring->n);
        add(&product, 0, ring->n);
    }
}

/* The targets of a group, of all members one after the other: what the first
 * has read of the key, the others find nearer. */
static void switch_group(const struct sck_key_switch_part *parts,
                         uint32_t members, const struct sck_ring *ring,
                         struct group *g)
{
    for (uint32_t m = 0; m < members; m++) {
        const struct sck_key_switch_args *const args = parts[m].args;
        const uint32_t(*w)[SCK_BLOCK_LIMBS] = args->w;
        const uint32_t *const *in = parts[m].in;

        for (uint32_t d = 0; d < args->digits; d++) {
            convert(args, ring, &g[m], d, w, in);
            w += args->sources[d];
            in += args->sources[d] + 1;
        }
    }
    for (uint32_t i = 0; i < g->targets; i++)
        for (uint32_t m = 0; m < members; m++) {
            const struct rows rows = {parts[m].out, parts[m].own, parts[m].key,
                                      parts[m].add};

            transform(parts[m].args, ring, &g[m], i, &rows);
        }
}

void sck_key_switch_batch(const struct sck_key_switch_part *parts,
                          uint32_t members, const struct sck_ring *ring)
{
    const struct sck_key_switch_args *const args = parts->args;
    const size_t spare =
        spare_rows(args) * sizeof(uint32_t) * (ring->n + SCK_SCRATCH_GAP);
    const size_t share = spare * members;
    const uint32_t most = ring->n < LONG ? SHORT_GROUP : GROUP;
    const uint32_t group =
        share * most > SCRATCH_BYTES ? (uint32_t)(SCRATCH_BYTES / share) : most;
    const uint32_t groups = (args->targets + group - 1) / group;
    uint32_t *const scratch = sck_scratch(share * group);
    struct group g[SCK_SWITCHED] = {{.first = 0}};

    for (uint32_t m = 0; m < members && spare != 0 && scratch == NULL; m++)
        sck_key_switch_ref(parts[m].args, ring, parts[m].out, parts[m].in,
                           parts[m].own, parts[m].key, parts[m].add);
    if (spare != 0 && scratch == NULL)
        return;
    for (uint32_t k = 0, first = 0; k < groups; k++, first += g->targets) {
        const uint32_t targets = (args->targets - first) / (groups - k);

        for (uint32_t m = 0; m < members; m++) {
            g[m].first = first;
            g[m].targets = targets;
            lay_out(&g[m], parts[m].args, ring->n, parts[m].out,
                    scratch + m * (group * spare / sizeof *scratch));
        }
        switch_group(parts, members, ring, g);
    }
}

void sck_key_switch(const struct sck_key_switch_args *args,
                    const struct sck_ring *ring, uint32_t *const *out,
                    const uint32_t *const *in, const uint32_t *const *own,
                    const uint32_t *const *key, const uint32_t *const *added)
{
    const struct sck_key_switch_part one = {args, NULL, out,  in,
                                            own,  key,  added};

    sck_key_switch_batch(&one, 1, ring);
}
