/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "operations.h"

#include <stdlib.h>
#include <string.h>

struct decryption {
    struct operations *o;
    double *values;
};

static void decrypt(void *context, uint64_t round)
{
    const struct decryption *d = context;

    (void)round;
    operations_check(sck_decrypt(d->o->secret, d->o->input, d->values),
                     "decrypt");
}

/* A message without encryption: c1 = 0, small c0. It decrypts to a small
 * number, as a ciphertext of this secret does, with the same work. */
static void make_trivial(struct operations *o)
{
    for (uint32_t i = 0; i < o->limbs; i++) {
        uint32_t *c0 = sck_limbs_row(o->input, 0, i);

        for (uint32_t k = 0; k < o->n; k++)
            c0[k] = 12345;
        memset(sck_limbs_row(o->input, 1, i), 0, o->n * sizeof *c0);
    }
}

static void make_random(struct operations *o)
{
    uint32_t count;
    const uint32_t *q = sck_params_primes(o->params, o->level, &count);

    for (uint32_t p = 0; p < 2; p++)
        for (uint32_t i = 0; i < count; i++)
            bench_fill(o->b, sck_limbs_row(o->input, p, i), o->n, q[i]);
}

void operations_client(struct operations *o)
{
    struct decryption d = {o, bench_alloc(o->n * sizeof *d.values)};
    struct counted c = {0};

    count_decrypt(o, &c);
    make_trivial(o);
    operations_row(o, "op.decrypt_decode", decrypt, &d, &c);
    make_random(o);
    free(d.values);
}
