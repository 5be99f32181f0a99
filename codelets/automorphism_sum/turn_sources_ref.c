/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"

sck_turn_sources_fn *sck_turn_sources = sck_turn_sources_ref;

/* Word by word; N is 2^16 at most. */
void sck_turn_sources_ref(const struct sck_ring *ring, uint32_t galois,
                          struct sck_turn *turn)
{
    turn->n = ring->n;
    for (uint32_t j = 0; j < ring->n; j++) {
        const uint32_t exponent = 2 * ring->brv[j] + 1;

        turn->from[j] =
            (uint16_t)ring->brv[((galois * exponent) & (2 * ring->n - 1)) / 2];
    }
}
