/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The specification: the butterflies of ntt undone in the opposite order
 * (Gentleman and Sande), every value reduced at every stage, then 1/N. */
#include "intt.h"

#include "modular.h"

#include <string.h>

sck_intt_row_fn *sck_intt_row = sck_intt_row_ref;

void sck_intt_row_ref(const struct sck_prime_table *t, uint32_t n, uint32_t *x,
                      const uint32_t *in)
{
    const uint32_t q = t->q;

    if (x != in)
        memcpy(x, in, n * sizeof *x);
    for (uint32_t blocks = n / 2; blocks > 0; blocks /= 2) {
        const uint32_t half = n / (2 * blocks);

        for (uint32_t i = 0; i < blocks; i++) {
            const uint32_t w = t->ipsi[blocks + i];
            const uint32_t companion = t->ipsi_shoup[blocks + i];
            uint32_t *a = x + 2 * (size_t)half * i;
            uint32_t *b = a + half;

            for (uint32_t j = 0; j < half; j++) {
                const uint32_t u = a[j];
                const uint32_t v = b[j];

                a[j] = sck_mod_add(u, v, q);
                b[j] = sck_shoup(sck_mod_sub(u, v, q), w, companion, q);
            }
        }
    }
    for (uint32_t j = 0; j < n; j++)
        x[j] = sck_shoup(x[j], t->n_inverse, t->n_inverse_shoup, q);
}

void sck_intt(const struct sck_ntt_args *args, const struct sck_ring *ring,
              uint32_t *const *out, const uint32_t *const *in)
{
    for (uint32_t i = 0; i < args->limbs; i++)
        sck_intt_row(sck_ring_prime(ring, args->q[i]), ring->n, out[i], in[i]);
}
