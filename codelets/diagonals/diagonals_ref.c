/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "diagonals.h"

#include "modular.h"

#include <stddef.h>

static uint32_t word(const uint32_t *row, uint32_t at)
{
    return row != NULL ? row[at] : 0;
}

void sck_diagonals_ref(const struct sck_diagonals_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in, const uint32_t *const *own,
                       const uint32_t *const *plain)
{
    const uint32_t limbs = args->limbs, babies = args->babies;
    const uint32_t mask = 2 * ring->n - 1;

    for (uint32_t r = 0; r < 2 * args->giants * limbs; r++) {
        const uint32_t i = r % limbs, h = r / limbs % 2, g = r / limbs / 2;
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);

        for (uint32_t j = 0; j < ring->n; j++) {
            uint32_t sum = args->onto ? out[r][j] : 0;

            for (uint32_t b = 0; b < babies; b++) {
                const uint32_t *p = plain[(g * babies + b) * limbs + i];
                const uint32_t exponent = 2 * ring->brv[j] + 1;
                const uint32_t from =
                    ring->brv[((args->galois[b] * exponent) & mask) / 2];
                uint32_t x = word(in[(2 * b + h) * limbs + i], from);

                if (h == 0)
                    x = sck_mod_add(x, word(own[i], from), t->q);
                if (p != NULL)
                    sum = sck_mod_add(
                        sum,
                        sck_montgomery_mul(x, p[j >> args->repeat], t->q,
                                           t->minus_q_inverse),
                        t->q);
            }
            out[r][j] = sum;
        }
    }
}
