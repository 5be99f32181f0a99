/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What every suite includes: CUnit, the suite's entry and seeded randomness. */
#ifndef SCK_TEST_H
#define SCK_TEST_H

#include <CUnit/CUnit.h>
#include <stddef.h>
#include <stdint.h>

/** Gives the runner its suite: tests/suites.def lists the same name. */
#define SCK_SUITE(name, cases)                                                 \
    CU_TestInfo *sck_suite_##name(void);                                       \
    CU_TestInfo *sck_suite_##name(void)                                        \
    {                                                                          \
        return cases;                                                          \
    }

/** The run's seed: STARCLOAK_TEST_SEED, else a fixed one; the runner prints
 *  it so that a failure replays. */
uint64_t sck_test_seed(void);

/** log2 N of the largest ring that a suite of all rings goes to: 16, or
 *  STARCLOAK_TEST_LOGN where programs are too slow for that (valgrind). */
uint32_t sck_test_largest(void);

/** Next 64 bits of the suite's generator (splitmix64 from the seed). */
uint64_t sck_test_random(void);

/** Uniform in [0, bound), bound > 0. */
uint32_t sck_test_below(uint32_t bound);

/** Uniform in [-1, 1). */
double sck_test_real(void);

/** Fills n residues below q; kind 0 zero, 1 q - 1, 2 one spike, 3 random. */
void sck_test_fill(uint32_t *x, size_t n, uint32_t q, int kind);

#endif
