/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rings of four primes: the largest there is, a small one, two between. */
#ifndef SCK_TEST_RING_KIT_H
#define SCK_TEST_RING_KIT_H

#include "ring.h"
#include "sck_test.h"

static const uint32_t primes[] = {1073479681, 32899073, 1037303809, 265420801};

enum { PRIMES = sizeof primes / sizeof primes[0] };

static inline const struct sck_ring *ring_of(uint32_t logn)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    return ring;
}

#endif
