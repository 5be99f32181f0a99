/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The specification: Cooley and Tukey's butterflies with psi folded into the
 * twiddles (Longa and Naehrig, eprint 2016/504), every value reduced at every
 * stage. Faster kernels must match it bit for bit. */
#include "ntt.h"

#include "modular.h"

#include <string.h>

sck_ntt_row_fn *sck_ntt_row = sck_ntt_row_ref;

void sck_ntt_limb_ref(const struct sck_prime_table *t, uint32_t n, uint32_t *x)
{
    const uint32_t q = t->q;

    for (uint32_t blocks = 1; blocks < n; blocks *= 2) {
        const uint32_t half = n / (2 * blocks);

        for (uint32_t i = 0; i < blocks; i++) {
            const uint32_t w = t->psi[blocks + i];
            const uint32_t companion = t->psi_shoup[blocks + i];
            uint32_t *a = x + 2 * (size_t)half * i;
            uint32_t *b = a + half;

            for (uint32_t j = 0; j < half; j++) {
                const uint32_t u = a[j];
                const uint32_t v = sck_shoup(b[j], w, companion, q);

                a[j] = sck_mod_add(u, v, q);
                b[j] = sck_mod_sub(u, v, q);
            }
        }
    }
}

void sck_ntt_row_ref(const struct sck_prime_table *t, uint32_t n, uint32_t *out,
                     const uint32_t *in, const struct sck_ntt_around *around)
{
    if (around != NULL && around->before != NULL)
        around->before(around->context, 0, n, out);
    else if (out != in)
        memcpy(out, in, n * sizeof *out);
    sck_ntt_limb_ref(t, n, out);
    if (around != NULL && around->after != NULL)
        around->after(around->context, 0, n, out);
}

void sck_ntt(const struct sck_ntt_args *args, const struct sck_ring *ring,
             uint32_t *const *out, const uint32_t *const *in)
{
    for (uint32_t i = 0; i < args->limbs; i++)
        sck_ntt_row(sck_ring_prime(ring, args->q[i]), ring->n, out[i], in[i],
                    NULL);
}
