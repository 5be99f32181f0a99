/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular.h"
#include "tensor.h"

sck_tensor_tile_fn *sck_tensor_tile = sck_tensor_tile_ref;

/* a goes to Montgomery form, so that each output takes one reduction; the sum
 * of two products is below 2 q^2 < 2^34 q. */
void sck_tensor_tile_ref(const struct sck_tensor_tile *tile, uint32_t count)
{
    const uint32_t q = tile->q;
    const uint32_t companion = sck_shoup_companion(tile->r, q);

    for (uint32_t k = 0; k < count; k++) {
        const uint64_t a0 = sck_shoup(tile->a[0][k], tile->r, companion, q);
        const uint64_t a1 = sck_shoup(tile->a[1][k], tile->r, companion, q);
        const uint32_t b0 = tile->b[0][k], b1 = tile->b[1][k];

        tile->out[0][k] = sck_montgomery_sum(a0 * b0, q, tile->inverse);
        tile->out[1][k] =
            sck_montgomery_sum(a0 * b1 + a1 * b0, q, tile->inverse);
        tile->out[2][k] = sck_montgomery_sum(a1 * b1, q, tile->inverse);
    }
}
