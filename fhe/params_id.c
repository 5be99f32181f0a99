/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The parameter id: what a file's reader must agree on, hashed. */
#include <sodium.h>

#include "params_priv.h"

#define SECRET_UNIFORM_TERNARY 0
#define TEN_SIGMA 32

typedef crypto_hash_sha256_state hash;

static void put_u32(hash *h, uint32_t x)
{
    const uint8_t bytes[4] = {(uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16),
                              (uint8_t)(x >> 24)};

    crypto_hash_sha256_update(h, bytes, sizeof bytes);
}

static void put_u64(hash *h, uint64_t x)
{
    put_u32(h, (uint32_t)x);
    put_u32(h, (uint32_t)(x >> 32));
}

static void put_list(hash *h, const uint32_t *x, uint32_t count)
{
    put_u32(h, count);
    for (uint32_t i = 0; i < count; i++)
        put_u32(h, x[i]);
}

void sck_params_make_id(sck_params *p)
{
    hash h;

    crypto_hash_sha256_init(&h);
    put_u32(&h, p->literal.logn);
    put_u32(&h, SECRET_UNIFORM_TERNARY);
    put_u32(&h, TEN_SIGMA);
    put_u32(&h, p->levels);
    for (uint32_t l = 0; l < p->levels; l++) {
        const struct sck_level *at = &p->level[l];

        put_list(&h, at->primes.q, at->primes.count);
        put_u64(&h, at->scale.integer);
        put_u32(&h, (uint32_t)at->scale.exponent);
    }
    for (uint32_t i = 0; i < p->classes; i++) {
        const struct sck_key_class *c = &p->class_store[i].shape;

        put_u32(&h, c->first_level);
        put_u32(&h, c->last_level);
        put_u32(&h, c->digits);
        for (uint32_t d = 0; d < c->digits; d++)
            put_list(&h, c->digit[d], c->digit_length[d]);
        put_list(&h, c->special, c->special_count);
    }
    crypto_hash_sha256_final(&h, p->id);
}
