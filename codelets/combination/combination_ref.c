/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"

#include "modular.h"

/* One word of half h, by definition. */
static uint32_t combined(const struct sck_combination_args *args,
                         const struct sck_prime_table *t, uint32_t h,
                         uint32_t i, uint32_t j, const uint32_t *const *factors,
                         const uint32_t *const *terms)
{
    const uint32_t limbs = args->limbs;
    uint32_t sum = 0;

    for (uint32_t k = 0; k < args->products; k++)
        for (uint32_t u = 0; u < 2; u++) {
            const uint32_t v = h - u; /* wraps where there is none */

            if (v > 1)
                continue;
            sum = sck_mod_add(
                sum,
                sck_mod_mul(factors[(4 * k + u) * limbs + i][j],
                            factors[(4 * k + 2 + v) * limbs + i][j], t),
                t->q);
        }
    if (args->factor == 2)
        sum = sck_mod_add(sum, sum, t->q);
    for (uint32_t k = 0; k < args->terms && h < 2; k++)
        sum = sck_mod_add(sum,
                          sck_mod_mul(terms[(2 * k + h) * limbs + i][j],
                                      args->scalar[k][i], t),
                          t->q);
    return h == 0 ? sck_mod_add(sum, args->constant[i], t->q) : sum;
}

void sck_combination_row_ref(const struct sck_combination_args *args,
                             const struct sck_ring *ring, uint32_t h,
                             uint32_t i, uint32_t *out,
                             const uint32_t *const *factors,
                             const uint32_t *const *terms)
{
    const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);

    for (uint32_t j = 0; j < ring->n; j++)
        out[j] = combined(args, t, h, i, j, factors, terms);
}

void sck_combination_ref(const struct sck_combination_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *factors,
                         const uint32_t *const *terms)
{
    for (uint32_t h = 0; h < args->halves; h++)
        for (uint32_t i = 0; i < args->limbs; i++) {
            const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
            uint32_t *row = out[h * args->limbs + i];

            for (uint32_t j = 0; j < ring->n; j++) {
                const uint32_t x = combined(args, t, h, i, j, factors, terms);

                row[j] = args->adds ? sck_mod_add(row[j], x, t->q) : x;
            }
        }
}
