/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale.h"

#include "automorphism.h"
#include "modular.h"
#include "ntt.h"
#include "scratch.h"

#include <string.h>

/* What ends row j: context of the transform's `after`. */
struct ending {
    uint32_t t, factor;
    uint32_t *out;
    const uint32_t *c;
    struct sck_combine_tile sum; /* with terms, instead of c */
};

static void end(void *context, uint32_t at, uint32_t count, const uint32_t *x)
{
    const struct ending *const e = context;

    sck_scaled_sum(e->t, e->factor, count, e->out + at, e->c + at, x);
}

/* The sum is multiplied and added to the results while they are in L1. */
static void end_sum(void *context, uint32_t at, uint32_t count,
                    const uint32_t *x)
{
    const struct ending *const e = context;
    struct sck_combine_tile sum = e->sum;

    if (x != e->out + at)
        memcpy(e->out + at, x, count * sizeof *x);
    sck_combine_tile_move(&sum, at);
    sck_combine_tile(&sum, count);
}

/* One half of the sum's limb j, times the factor. */
static void sum_of(struct ending *e, const struct sck_rescale_args *args,
                   const struct sck_prime_table *table, uint32_t half,
                   uint32_t j, const uint32_t *const *terms)
{
    struct sck_combine_tile *const sum = &e->sum;

    sck_combination_tile(sum, &args->sum, table, j, NULL, terms);
    sum->halves = SCK_ONE_HALF;
    sum->adds = 1;
    sum->out[0] = e->out;
    sum->out[1] = sum->out[2] = NULL;
    sum->constant =
        half == 0 ? sck_mod_mul(sum->constant, e->factor, table) : 0;
    for (uint32_t k = 0; k < sum->terms; k++) {
        sum->w[k] = sck_mod_mul(sum->w[k], e->factor, table);
        sum->x[0][k] = sum->x[1][k] = sum->x[half][k];
    }
}

/* What the conversion to target j is multiplied by: r / -A, which then counts
 * as c does; r / -D where no c follows, or a sum that has it in its factors. */
static uint32_t scale_of(const struct sck_rescale_args *args, uint32_t j)
{
    const uint32_t t = args->conversion.t[j];
    const int is_plain = args->a[j] == 0 || args->sum.terms != 0;

    return sck_mod_neg(
        is_plain ? args->d_inverse[j] : sck_mod_inverse(args->a[j], t), t);
}

/* How far the transform's results may be from reduced where c, below t, is
 * added to them: a word holds their sum. */
static uint32_t results_before(uint32_t t)
{
    return t <= UINT32_MAX / 5 ? 4 : 3;
}

static int in_place(uint32_t targets, uint32_t *const *out,
                    const uint32_t *const *c)
{
    int same = 0;

    for (uint32_t j = 0; j < targets; j++)
        same |= out[j] == c[j];
    return same;
}

/* The row of target j and polynomial h, which out holds the conversion of.
 * Before an automorphism its results are scratch, which stays in the second
 * cache. */
static void finish(const struct sck_rescale_args *args,
                   const struct sck_ring *ring, uint32_t h, uint32_t j,
                   uint32_t *scratch, uint32_t *out, const uint32_t *const *c)
{
    const struct sck_prime_table *const table =
        sck_ring_prime(ring, args->conversion.t[j]);
    const struct sck_automorphism_args turn = {args->ring, 1, args->galois};
    const int sums = args->sum.terms != 0;
    uint32_t *const to = scratch != NULL ? scratch : out;
    struct ending ending = {
        .t = table->q,
        .factor = sck_mod_mul(args->a[j], args->d_inverse[j], table),
        .out = to,
        .c = sums ? NULL : c[h * args->conversion.targets + j]};
    const int has_c = args->a[j] != 0;
    struct sck_ntt_around around = {
        .context = &ending,
        .lazy = 1,
        .results = has_c && !sums ? results_before(table->q) : 1};

    /* An added prime has no c: its row is the transform alone. */
    if (has_c) {
        around.after = sums ? end_sum : end;
        if (sums)
            sum_of(&ending, args, table, args->half + h, j, c);
        around.reads = ending.sum.x[0];
        around.reads_rows = ending.sum.terms;
    }
    sck_ntt_row(table, ring->n, has_c ? out : to, out, &around);
    if (scratch != NULL)
        sck_automorphism(&turn, ring, &out, (const uint32_t *const *)&scratch);
}

/* All halves by ref, which takes one. */
static void divide_ref(const struct sck_rescale_args *args,
                       const struct sck_ring *ring, uint32_t halves,
                       uint32_t *const *out, const uint32_t *const *in,
                       const uint32_t *const *c)
{
    const size_t targets = args->conversion.targets;
    const size_t in_rows = args->conversion.sources + 1;
    struct sck_rescale_args one = *args;

    for (uint32_t h = 0; h < halves; h++, one.half++)
        sck_rescale_ref(&one, ring, out + h * targets, in + h * in_rows,
                        args->sum.terms != 0 ? c : c + h * targets);
}

/* A row of out holds its target's conversion until its end: in place there is
 * no room for it, and the parts run one by one. */
static void divide(const struct sck_rescale_args *args,
                   const struct sck_ring *ring, uint32_t halves,
                   uint32_t *const *out, const uint32_t *const *in,
                   const uint32_t *const *c)
{
    const struct sck_conversion *const conversion = &args->conversion;
    const uint32_t targets = conversion->targets;
    const uint32_t in_rows = conversion->sources + 1;
    struct sck_convert_constants constants;
    uint32_t *const scratch =
        args->galois == 0 ? NULL : sck_scratch(ring->n * sizeof *scratch);

    if ((args->sum.terms == 0 && in_place(halves * targets, out, c)) ||
        (args->galois != 0 && scratch == NULL)) {
        divide_ref(args, ring, halves, out, in, c);
        return;
    }
    sck_convert_constants_begin(&constants, conversion->sources, 1, ring->n);
    for (uint32_t j = 0; j < targets; j++) {
        sck_convert_constants_add(
            &constants, sck_ring_prime(ring, conversion->t[j]),
            scale_of(args, j), conversion->w, conversion->minus_d, j);
    }
    for (uint32_t h = 0; h < halves; h++)
        sck_convert_tile(&constants, 0, ring->n, out + (size_t)h * targets,
                         in + (size_t)h * in_rows);
    for (uint32_t j = 0; j < targets; j++)
        for (uint32_t h = 0; h < halves; h++)
            finish(args, ring, h, j, scratch, out[h * targets + j], c);
}

void sck_rescale(const struct sck_rescale_args *args,
                 const struct sck_ring *ring, uint32_t *const *out,
                 const uint32_t *const *in, const uint32_t *const *c)
{
    divide(args, ring, 1, out, in, c);
}

void sck_rescale_halves(const struct sck_rescale_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *in, const uint32_t *const *c)
{
    divide(args, ring, args->halves, out, in, c);
}
