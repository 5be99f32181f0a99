/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular.h"
#include "rescale.h"

sck_combine_fn *sck_combine = sck_combine_ref;

void sck_combine_ref(uint32_t t, uint32_t factor, uint32_t count, uint32_t *out,
                     const uint32_t *c, const uint32_t *r)
{
    const uint32_t companion = sck_shoup_companion(factor, t);

    for (uint32_t k = 0; k < count; k++) {
        const uint32_t x = sck_shoup_lazy(c[k], factor, companion, t) + r[k];

        out[k] = sck_mod_once(sck_mod_once(x, 2 * t), t);
    }
}
