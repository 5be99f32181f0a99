/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular.h"
#include "rescale.h"

sck_scaled_sum_fn *sck_scaled_sum = sck_scaled_sum_ref;

void sck_scaled_sum_ref(uint32_t t, uint32_t factor, uint32_t count,
                        uint32_t *out, const uint32_t *c, const uint32_t *r)
{
    const uint32_t companion = sck_shoup_companion(factor, t);

    for (uint32_t k = 0; k < count; k++)
        out[k] = sck_shoup(c[k] + r[k], factor, companion, t);
}
