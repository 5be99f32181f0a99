/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_mac.h"

#include "elementwise.h"
#include "modular.h"

static void multiply(const struct sck_prime_table *t, uint32_t n,
                     uint32_t *restrict out, const uint32_t *restrict u,
                     const uint32_t *restrict key)
{
    const uint32_t q = t->q, inverse = t->minus_q_inverse;

    for (uint32_t k = 0; k < n; k++)
        out[k] = sck_montgomery_mul(u[k], key[k], q, inverse);
}

static void multiply_add(const struct sck_prime_table *t, uint32_t n,
                         uint32_t *restrict out, const uint32_t *restrict u,
                         const uint32_t *restrict key)
{
    const uint32_t q = t->q, inverse = t->minus_q_inverse;

    for (uint32_t k = 0; k < n; k++)
        out[k] = sck_mod_add(out[k],
                             sck_montgomery_mul(u[k], key[k], q, inverse), q);
}

void sck_key_mac_ref(const struct sck_key_mac_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *u, const uint32_t *const *key)
{
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *const t =
            sck_ring_prime(ring, args->q[i]);

        for (uint32_t at = i; at < 2 * args->limbs; at += args->limbs) {
            if (args->first)
                multiply(t, ring->n, out[at], u[i], key[at]);
            else
                multiply_add(t, ring->n, out[at], u[i], key[at]);
        }
    }
}

/* out[at] = u k + out[at]: the elementwise kernel has that, key in Montgomery
 * form. Both halves of a limb one after the other, u from the second cache. */
static void add_products(const struct sck_key_mac_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *u, const uint32_t *const *key)
{
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_elementwise_args one = {
            .op = SCK_MUL_PLAIN_ADD, .limbs = 1, .q = {args->q[i]}};

        for (uint32_t at = i; at < 2 * args->limbs; at += args->limbs)
            sck_elementwise(&one, ring, out + at, u + i, key + at,
                            (const uint32_t *const *)out + at);
    }
}

void sck_key_mac(const struct sck_key_mac_args *args,
                 const struct sck_ring *ring, uint32_t *const *out,
                 const uint32_t *const *u, const uint32_t *const *key)
{
    for (uint32_t i = 0; args->first && i < args->limbs; i++) {
        const struct sck_prime_table *const t =
            sck_ring_prime(ring, args->q[i]);
        struct sck_key_tile tile = {.digits = 1, .q = t->q};

        tile.inverse = 0u - t->minus_q_inverse;
        tile.u[0] = u[i];
        for (uint32_t h = 0; h < 2; h++) {
            tile.key[h][0] = key[h * args->limbs + i];
            tile.out[h] = out[h * args->limbs + i];
        }
        sck_key_tile(&tile, ring->n);
    }
    if (!args->first)
        add_products(args, ring, out, u, key);
}
