/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the suites of elementwise share: primes, and the kernel's variants. */
#ifndef SCK_TEST_ELEMENTWISE_VARIANTS_H
#define SCK_TEST_ELEMENTWISE_VARIANTS_H

#include "elementwise.h"
#include "isa.h"

/* The last is just above 2^29: Barrett's quotient is worst there. */
static const uint32_t primes[] = {1073479681, 32899073, 1037303809, 576454657};

enum { PRIMES = sizeof primes / sizeof primes[0], INPUTS = 3 };

static const struct variant {
    enum sck_isa isa;
    sck_elementwise_fn *kernel;
} variants[] = {
    {SCK_ISA_REF, sck_elementwise_ref},
#ifdef SCK_HAVE_elementwise_avx2
    {SCK_ISA_AVX2, sck_elementwise_avx2},
#endif
#ifdef SCK_HAVE_elementwise_avx512
    {SCK_ISA_AVX512, sck_elementwise_avx512},
#endif
};

enum { VARIANTS = sizeof variants / sizeof variants[0] };

#endif
