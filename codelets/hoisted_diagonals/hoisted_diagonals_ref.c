/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_diagonals.h"

#include "modular.h"

#include <string.h>

/* Both halves of a rotation, a row of the largest ring each: kernels cannot
 * fail, so they do not allocate. */
static _Thread_local _Alignas(64) uint32_t row[2][1 << 16];

static void times(const struct sck_ring *ring, uint32_t q, uint32_t factor,
                  const uint32_t *from, uint32_t *to)
{
    for (uint32_t j = 0; j < ring->n; j++)
        to[j] = from == NULL
                    ? 0
                    : sck_mod_mul(from[j], factor, sck_ring_prime(ring, q));
}

/* The switch of target i alone. */
static struct sck_key_switch_args alone(const struct sck_key_switch_args *args,
                                        uint32_t i)
{
    struct sck_key_switch_args one = *args;
    uint32_t sources = 0;

    one.targets = 1;
    one.t[0] = args->t[i];
    one.own[0] = args->own[i];
    one.key_row[0] = args->key_row[i];
    one.factor[0] = args->factor[i];
    for (uint32_t d = 0; d < args->digits; d++) {
        one.minus_d[d][0] = args->minus_d[d][i];
        sources += args->sources[d];
    }
    for (uint32_t k = 0; k < sources; k++)
        one.w[k][0] = args->w[k][i];
    return one;
}

/* Adds a rotation's products with its diagonals to every giant step's sum. */
static void add_products(const struct sck_diagonals_args *d,
                         const struct sck_ring *ring, uint32_t b, uint32_t i,
                         uint32_t *const *out, const uint32_t *const *plain)
{
    const struct sck_prime_table *t = sck_ring_prime(ring, d->q[i]);
    const uint32_t mask = 2 * ring->n - 1;

    for (uint32_t r = 0; r < 2 * d->giants; r++) {
        const uint32_t *p = plain[(r / 2 * d->babies + b) * d->limbs + i];
        uint32_t *const to = out[r * d->limbs + i];

        for (uint32_t j = 0; j < ring->n && p != NULL; j++) {
            const uint32_t exponent = 2 * ring->brv[j] + 1;
            const uint32_t from =
                ring->brv[((d->galois[b] * exponent) & mask) / 2];

            to[j] = sck_mod_add(to[j],
                                sck_montgomery_mul(row[r % 2][from],
                                                   p[j >> d->repeat], t->q,
                                                   t->minus_q_inverse),
                                t->q);
        }
    }
}

void sck_hoisted_diagonals_ref(const struct sck_hoisted_diagonals_args *args,
                               const struct sck_ring *ring,
                               uint32_t *const *out, const uint32_t *const *in,
                               const uint32_t *const *own,
                               const uint32_t *const *key,
                               const uint32_t *const *plain)
{
    const struct sck_key_switch_args *all = &args->hoisted.one;
    const struct sck_diagonals_args *d = &args->diagonals;
    const size_t key_rows = (size_t)2 * all->key_digits * all->key_limbs;
    uint32_t *const sums[2] = {row[0], row[1]};

    for (uint32_t i = 0; i < d->limbs; i++) {
        const struct sck_key_switch_args one = alone(all, i);
        const uint32_t *const add[2] = {own[d->limbs + i], NULL};
        const uint32_t *const *k = key;

        for (uint32_t r = 0; r < 2 * d->giants && !d->onto; r++)
            memset(out[r * d->limbs + i], 0, ring->n * sizeof **out);
        for (uint32_t b = 0; b < d->babies; b++) {
            if (d->galois[b] != 1) {
                sck_key_switch_ref(&one, ring, sums, in, own + i, k, add);
                k += key_rows;
            } else {
                times(ring, d->q[i], one.factor[0], add[0], row[0]);
                times(ring, d->q[i], one.factor[0], own[i], row[1]);
            }
            add_products(d, ring, b, i, out, plain);
        }
    }
}
