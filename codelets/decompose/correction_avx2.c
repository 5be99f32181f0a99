/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "vector_avx2.h"

#include "correction_vector.h"

void sck_correction_avx2(const uint32_t *share, uint32_t sources, uint32_t n,
                         uint32_t *v, const uint32_t *const *y)
{
    if (n % SCK_LANES != 0)
        sck_correction_ref(share, sources, n, v, y);
    else
        correction(share, sources, n, v, y);
}
