/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Counts of transforms and products, from the parameters: architecture.md,
 * section 5. Elementwise work is in the products. */
#include "operations.h"

enum { FEW_DIGITS = 4 }; /* fhe/client/decrypt.c */

struct shape {
    double own, special, dropped, below; /* limbs; below: of level - 1 */
    uint32_t digits;
    double digit[SCK_MAX_DIGITS]; /* primes that the level holds */
    double all;                   /* of the class: U and P */
};

static struct shape shape_of(const struct operations *o)
{
    const struct sck_key_class *c =
        sck_params_class(o->params, sck_params_class_of(o->params, o->level));
    uint32_t own, dropped, below;
    const uint32_t *q = sck_params_primes(o->params, o->level, &own);
    struct shape s = {0};

    (void)sck_params_dropped(o->params, o->level, &dropped);
    (void)sck_params_primes(o->params, o->level - 1, &below);
    s.own = own;
    s.special = c->special_count;
    s.dropped = dropped;
    s.below = below;
    s.all = c->count + s.special;
    for (uint32_t d = 0; d < c->digits; d++) {
        double held = 0;

        for (uint32_t i = 0; i < c->digit_length[d]; i++)
            for (uint32_t k = 0; k < own; k++)
                held += q[k] == c->digit[d][i];
        if (held > 0)
            s.digit[s.digits++] = held;
    }
    return s;
}

void count_decompose(const struct operations *o, struct counted *c)
{
    const struct shape s = shape_of(o);

    c->ntts += s.own;
    c->macs += s.own * o->n;
}

void count_raise(const struct operations *o, struct counted *c)
{
    const struct shape s = shape_of(o);

    for (uint32_t d = 0; d < s.digits; d++) {
        const double targets = s.own + s.special - s.digit[d];

        c->ntts += targets;
        c->macs += (s.digit[d] + 1) * targets * o->n;
    }
    c->macs += 2 * s.digits * (s.own + s.special) * o->n;
    c->read += 8 * s.digits * (s.own + s.special) * o->n;
}

void count_raise_hoisted(const struct operations *o, uint32_t keys,
                         struct counted *c)
{
    const struct shape s = shape_of(o);
    const double products = 2 * s.digits * (s.own + s.special) * o->n;

    count_raise(o, c);
    c->macs += (keys - 1.0) * products;
    c->read += (keys - 1.0) * 4 * products;
}

void count_divide(const struct operations *o, int by_special, int by_dropped,
                  struct counted *c)
{
    const struct shape s = shape_of(o);
    const double sources =
        (by_special ? s.special : 0) + (by_dropped ? s.dropped : 0);
    const double targets = by_dropped ? s.below : s.own;

    c->ntts += 2 * (sources + targets);
    c->macs += 2 * (sources + 1) * targets * o->n;
}

void count_encode(const struct operations *o, struct counted *c)
{
    c->complex += o->n / 4.0 * (o->logn - 1);
    c->ntts += o->limbs;
}

/* The secret's limb and the phase's are transformed; every limb is held against
 * the few digits that a message has. */
void count_decrypt(const struct operations *o, struct counted *c)
{
    c->ntts += 2.0 * o->limbs;
    c->macs += (1 + FEW_DIGITS) * (double)o->limbs * o->n;
    c->complex += o->n / 4.0 * (o->logn - 1);
}

/* Every digit has an error, transformed on every limb; the secret's limbs are
 * transformed once. */
void count_keygen(const struct operations *o, struct counted *c)
{
    const struct sck_key_class *k =
        sck_params_class(o->params, sck_params_class_of(o->params, o->level));
    const struct shape s = shape_of(o);

    c->ntts += (k->digits + 1.0) * s.all;
    c->macs += 2.0 * k->digits * s.all * o->n;
    c->blocks += k->digits * s.all * o->n / 16;
}
