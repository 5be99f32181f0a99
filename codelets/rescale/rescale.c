/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale.h"

#include "automorphism.h"
#include "modular.h"
#include "ntt.h"
#include "scratch.h"

#include <stddef.h>

/* What ends row j: context of the transform's `after`. */
struct ending {
    uint32_t t, factor;
    uint32_t *out;
    const uint32_t *c;
};

static void end(void *context, uint32_t at, uint32_t count, const uint32_t *x)
{
    const struct ending *const e = context;

    sck_combine(e->t, e->factor, count, e->out + at, e->c + at, x);
}

static int in_place(uint32_t targets, uint32_t *const *out,
                    const uint32_t *const *c)
{
    int same = 0;

    for (uint32_t j = 0; j < targets; j++)
        same |= out[j] == c[j];
    return same;
}

/* The row of target j, which out holds the conversion of. Before an
 * automorphism its results are scratch, which stays in the second cache. */
static void finish(const struct sck_rescale_args *args,
                   const struct sck_ring *ring, uint32_t j, uint32_t *scratch,
                   uint32_t *out, const uint32_t *c)
{
    const struct sck_prime_table *const table =
        sck_ring_prime(ring, args->conversion.t[j]);
    const struct sck_automorphism_args turn = {args->ring, 1, args->galois};
    uint32_t *const to = scratch != NULL ? scratch : out;
    struct ending ending = {
        table->q, sck_mod_mul(args->a[j], args->d_inverse[j], table), to, c};
    const int has_c = args->a[j] != 0;
    const struct sck_ntt_around around = {.context = &ending,
                                          .after = has_c ? end : NULL,
                                          .lazy = 1,
                                          .results = has_c ? 2 : 1};

    /* An added prime has no c: its row is the transform alone. */
    sck_ntt_row(table, ring->n, has_c ? out : to, out, &around);
    if (scratch != NULL)
        sck_automorphism(&turn, ring, &out, (const uint32_t *const *)&scratch);
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

    if (in_place(halves * targets, out, c) ||
        (args->galois != 0 && scratch == NULL)) {
        for (uint32_t h = 0; h < halves; h++)
            sck_rescale_ref(args, ring, out + (size_t)h * targets,
                            in + (size_t)h * in_rows, c + (size_t)h * targets);
        return;
    }
    sck_convert_constants_begin(&constants, conversion->sources, 1, ring->n);
    for (uint32_t j = 0; j < targets; j++) {
        const uint32_t t = conversion->t[j];

        sck_convert_constants_add(&constants, sck_ring_prime(ring, t),
                                  sck_mod_neg(args->d_inverse[j], t),
                                  conversion->w, conversion->minus_d, j);
    }
    for (uint32_t h = 0; h < halves; h++)
        sck_convert_tile(&constants, 0, ring->n, out + (size_t)h * targets,
                         in + (size_t)h * in_rows);
    for (uint32_t j = 0; j < targets; j++)
        for (uint32_t h = 0; h < halves; h++)
            finish(args, ring, j, scratch, out[h * targets + j],
                   c[h * targets + j]);
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
