/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale.h"

#include "modular.h"
#include "ntt.h"

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

/* A row of out holds its target's conversion until its end: in place there is
 * no room for it, and the parts run one by one. */
void sck_rescale(const struct sck_rescale_args *args,
                 const struct sck_ring *ring, uint32_t *const *out,
                 const uint32_t *const *in, const uint32_t *const *c)
{
    const struct sck_conversion *const conversion = &args->conversion;
    struct sck_convert_constants constants;

    if (in_place(conversion->targets, out, c)) {
        sck_rescale_ref(args, ring, out, in, c);
        return;
    }
    constants.sources = conversion->sources;
    constants.targets = 0;
    for (uint32_t j = 0; j < conversion->targets; j++) {
        const uint32_t t = conversion->t[j];

        sck_convert_constants_add(&constants, sck_ring_prime(ring, t),
                                  sck_mod_neg(args->d_inverse[j], t),
                                  conversion->w, conversion->minus_d, j);
    }
    sck_convert_tile(&constants, 0, ring->n, out, in);
    for (uint32_t j = 0; j < conversion->targets; j++) {
        const struct sck_prime_table *const table =
            sck_ring_prime(ring, conversion->t[j]);
        struct ending ending = {
            table->q, sck_mod_mul(args->a[j], args->d_inverse[j], table),
            out[j], c[j]};
        const struct sck_ntt_around around = {&ending, NULL, end};

        /* An added prime has no c: its row is the transform alone. */
        sck_ntt_row(table, ring->n, out[j], out[j],
                    args->a[j] != 0 ? &around : NULL);
    }
}
