/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
enum { LOG_LANES = 4 };

#include "automorphism_blocks.h"
#include "automorphism_sum.h"

void sck_turn_sources_avx512(const struct sck_ring *ring, uint32_t galois,
                             struct sck_turn *turn)
{
    if (ring->n < LANES * LANES) {
        sck_turn_sources_ref(ring, galois, turn);
        return;
    }
    turn->n = ring->n;
    permutations(galois, (uint32_t(*)[LANES])(void *)turn->order);
    sources(ring, galois, turn->from);
}
