/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx512.h"

#include "scaled_sum_vector.h"

void sck_scaled_sum_avx512(uint32_t t, uint32_t factor, uint32_t count,
                           uint32_t *out, const uint32_t *c, const uint32_t *r)
{
    if (count % SCK_LANES != 0)
        sck_scaled_sum_ref(t, factor, count, out, c, r);
    else
        scaled_sum(t, factor, count, out, c, r);
}
