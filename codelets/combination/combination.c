/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"

#include "modular.h"

/* Words of every row that all halves are made from before the next ones: they
 * read the same rows. */
enum { STRETCH = 1024 };

/* Half of x modulo the odd prime q: a scalar that the products' factor of 2
 * will double again. */
static uint32_t halved(uint32_t x, uint32_t q)
{
    return (x % 2 == 0 ? x : x + q) / 2;
}

static void tile_of(struct sck_combine_tile *tile,
                    const struct sck_combination_args *args, uint32_t h,
                    uint32_t i, uint32_t at, const uint32_t *const *factors,
                    const uint32_t *const *terms)
{
    const uint32_t limbs = args->limbs;

    tile->pairs = tile->singles = 0;
    tile->constant = h == 0 ? args->constant[i] : 0;
    for (uint32_t k = 0; k < args->products; k++)
        for (uint32_t u = 0; u < 2; u++) {
            const uint32_t v = h - u; /* wraps where there is none */

            if (v > 1)
                continue;
            tile->a[tile->pairs] = factors[(4 * k + u) * limbs + i] + at;
            tile->b[tile->pairs++] = factors[(4 * k + 2 + v) * limbs + i] + at;
        }
    for (uint32_t k = 0; k < args->terms && h < 2; k++) {
        const uint32_t w = args->scalar[k][i];

        tile->w[tile->singles] = args->factor == 2 ? halved(w, tile->q) : w;
        tile->x[tile->singles++] = terms[(2 * k + h) * limbs + i] + at;
    }
}

void sck_combination(const struct sck_combination_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *factors,
                     const uint32_t *const *terms)
{
    const uint32_t n = ring->n, stretch = n < STRETCH ? n : STRETCH;

    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
        struct sck_combine_tile tile = {
            .q = t->q,
            .inverse = 0u - t->minus_q_inverse,
            .scale =
                args->factor == 2 ? sck_mod_add(t->r2, t->r2, t->q) : t->r2,
            .adds = args->adds != 0};

        for (uint32_t at = 0; at < n; at += stretch)
            for (uint32_t h = 0; h < args->halves; h++) {
                tile_of(&tile, args, h, i, at, factors, terms);
                tile.out = out[h * args->limbs + i] + at;
                sck_combine_tile(&tile, stretch);
            }
    }
}
