/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"

#include "modular.h"
#include "scratch.h"

#include <stddef.h>

/* Half of x modulo the odd prime q: a scalar that the products' factor of 2
 * will double again. */
static uint32_t halved(uint32_t x, uint32_t q)
{
    return (x % 2 == 0 ? x : x + q) / 2;
}

/* Without products a single factor makes Montgomery's reduction of a multiple
 * the multiple itself. */
void sck_combination_tile(struct sck_combine_tile *tile,
                          const struct sck_combination_args *args,
                          const struct sck_prime_table *t, uint32_t i,
                          const uint32_t *const *factors,
                          const uint32_t *const *terms)
{
    const uint32_t limbs = args->limbs;
    const uint32_t twice = args->factor == 2 && args->products != 0;

    tile->q = t->q;
    tile->inverse = 0u - t->minus_q_inverse;
    tile->halves = SCK_ALL_HALVES;
    tile->adds = 0;
    tile->streams = 0;
    tile->products = args->products;
    tile->terms = args->terms;
    tile->constant = args->constant[i];
    tile->scale = twice ? sck_mod_add(t->r2, t->r2, t->q) : t->r2;
    if (args->products == 0)
        tile->scale = 0;
    for (uint32_t k = 0; k < args->products; k++)
        for (uint32_t u = 0; u < 2; u++) {
            tile->a[u][k] = factors[(4 * k + u) * limbs + i];
            tile->b[u][k] = factors[(4 * k + 2 + u) * limbs + i];
        }
    for (uint32_t k = 0; k < args->terms; k++) {
        const uint32_t w = args->scalar[k][i];

        tile->w[k] = args->products == 0 ? sck_to_montgomery(w, t)
                     : twice             ? halved(w, t->q)
                                         : w;
        for (uint32_t h = 0; h < 2; h++)
            tile->x[h][k] = terms[(2 * k + h) * limbs + i];
    }
}

void sck_combine_tile_move(struct sck_combine_tile *tile, uint32_t at)
{
    for (uint32_t h = 0; h < 2; h++) {
        for (uint32_t k = 0; k < tile->products; k++) {
            tile->a[h][k] += at;
            tile->b[h][k] += at;
        }
        for (uint32_t k = 0; k < tile->terms; k++)
            tile->x[h][k] += at;
    }
    for (uint32_t h = 0; h < 3; h++)
        if (tile->out[h] != NULL)
            tile->out[h] += at;
}

void sck_combination(const struct sck_combination_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *factors,
                     const uint32_t *const *terms)
{
    const uint32_t streams =
        args->adds == 0 && sck_may_stream(out, args->halves * args->limbs,
                                          ring->n, SCK_NEAR_SHARE);

    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
        struct sck_combine_tile tile;

        sck_combination_tile(&tile, args, t, i, factors, terms);
        tile.adds = args->adds != 0;
        tile.streams = streams;
        for (uint32_t h = 0; h < args->halves; h++)
            tile.out[h] = out[h * args->limbs + i];
        sck_combine_tile(&tile, ring->n);
    }
}
