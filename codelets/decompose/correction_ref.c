/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "decompose.h"

sck_correction_fn *sck_correction = sck_correction_ref;

void sck_correction_ref(const uint32_t *share, uint32_t sources, uint32_t n,
                        uint32_t *v, const uint32_t *const *y)
{
    for (uint32_t k = 0; k < n; k++) {
        uint64_t sum = (uint64_t)1 << 55;

        for (uint32_t i = 0; i < sources; i++)
            sum += (uint64_t)y[i][k] * share[i];
        v[k] = (uint32_t)(sum >> 56);
    }
}
