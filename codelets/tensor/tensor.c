/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "tensor.h"

void sck_tensor(const struct sck_tensor_args *args, const struct sck_ring *ring,
                uint32_t *const *out, const uint32_t *const *a,
                const uint32_t *const *b)
{
    const uint32_t limbs = args->limbs;

    for (uint32_t i = 0; i < limbs; i++) {
        const struct sck_prime_table *const t =
            sck_ring_prime(ring, args->q[i]);
        const struct sck_tensor_tile tile = {
            t->q,
            0u - t->minus_q_inverse,
            t->r,
            {a[i], a[limbs + i]},
            {b[i], b[limbs + i]},
            {out[i], out[limbs + i], out[2 * limbs + i]}};

        sck_tensor_tile(&tile, ring->n);
    }
}
