/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"

#include "modular.h"

#include <stddef.h>

void sck_automorphism_sum_ref(const struct sck_automorphism_sum_args *args,
                              const struct sck_ring *ring, uint32_t *const *out,
                              const uint32_t *const *a,
                              const uint32_t *const *b)
{
    for (uint32_t j = 0; j < ring->n; j++)
        for (uint32_t k = 0; k < args->terms; k++) {
            const uint32_t exponent = 2 * ring->brv[j] + 1;
            /* The product may wrap: only its value modulo 2N counts. */
            const uint32_t from =
                ring->brv[((args->galois[k] * exponent) & (2 * ring->n - 1)) /
                          2];

            for (uint32_t i = 0; i < args->limbs; i++) {
                const uint32_t at = k * args->limbs + i, q = args->q[i];
                uint32_t x = a[at][from];

                if (b[at] != NULL)
                    x = sck_mod_add(x, b[at][from], q);
                out[i][j] = k == 0 ? x : sck_mod_add(out[i][j], x, q);
            }
        }
}
