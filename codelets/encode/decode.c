/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "encode.h"

sck_decode_embed_fn *sck_decode_embed = sck_decode_embed_ref;

/* One block of len slots, encoding's butterfly backwards but for the factor 2
 * that its 1/n holds: (a, b) <- (a + b zeta^-k, a - b zeta^-k). */
static void butterflies(const struct sck_ring *ring, uint32_t len, double *x)
{
    const uint32_t h = len / 2, mask = 4 * len - 1;
    const uint32_t stride = 2 * ring->n / (4 * len);
    uint32_t power = 1; /* 5^j mod 4 len */

    for (uint32_t j = 0; j < h; j++) {
        const double *const w = ring->zeta + 2 * power * stride;
        double *const a = x + 2 * j, *const b = x + 2 * (j + h);
        const double tr = b[0] * w[0] - b[1] * w[1];
        const double ti = b[0] * w[1] + b[1] * w[0];

        b[0] = a[0] - tr;
        b[1] = a[1] - ti;
        a[0] += tr;
        a[1] += ti;
        power = 5 * power & mask;
    }
}

void sck_decode_embed_ref(const struct sck_encode_args *args,
                          const struct sck_ring *ring, double *values,
                          const double *coefficients)
{
    const uint32_t n = args->slots, gap = ring->n / (2 * n);

    /* Only multiples of gap carry the message: what noise has put elsewhere
     * would cancel in the mean over a value's N / (2 n) copies. */
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t from = ring->brv[i] / (2 * gap) * gap;

        values[2 * i] = coefficients[from];
        values[2 * i + 1] = coefficients[ring->n / 2 + from];
    }
    for (uint32_t len = 2; len <= n; len *= 2)
        for (uint32_t at = 0; at < n; at += len)
            butterflies(ring, len, values + 2 * at);
    for (uint32_t i = 0; i < 2 * n; i++)
        values[i] /= args->scale;
}
