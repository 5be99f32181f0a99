/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism.h"

sck_automorphism_fn *sck_automorphism = sck_automorphism_ref;

/* Sources are found once for a stretch of every row, then gathered: the index
 * is the same modulo every prime. n is a power of two, at least 8. */
enum { STRETCH = 512 };

void sck_automorphism_ref(const struct sck_automorphism_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *in)
{
    const uint32_t stretch = ring->n < STRETCH ? ring->n : STRETCH;
    const uint32_t mask = 2 * ring->n - 1;
    uint32_t from[STRETCH];

    for (uint32_t start = 0; start < ring->n; start += stretch) {
        for (uint32_t j = 0; j < stretch; j++) {
            const uint32_t exponent = 2 * ring->brv[start + j] + 1;

            /* The product may wrap: only its value modulo 2N counts. It is
             * odd, so halving takes the 1 away. */
            from[j] = ring->brv[((args->galois * exponent) & mask) / 2];
        }
        for (uint32_t i = 0; i < args->limbs; i++)
            for (uint32_t j = 0; j < stretch; j++)
                out[i][start + j] = in[i][from[j]];
    }
}
