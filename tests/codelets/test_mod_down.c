/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.mod_down: division by P = a product of special primes against
 * exact rounding of big integers. */
#include "mod_down.h"
#include "oracle.h"

static void result_is_the_rounded_quotient_by_p(void)
{
    static const uint32_t special[] = {1, 2, 8, 12};

    for (uint32_t s = 0; s < 4; s++)
        for (int kind = 0; kind < 5; kind++)
            CU_ASSERT_EQUAL(
                oracle_rescale_errors(sck_mod_down_ref, sck_mod_down, 6 + s,
                                      kind, oracle_primes, 3 + 4 * s, NULL, 0,
                                      oracle_primes + 20, special[s]),
                0);
}

static void narrow_primes_are_no_different(void)
{
    for (int kind = 0; kind < 5; kind++)
        CU_ASSERT_EQUAL(oracle_rescale_errors(sck_mod_down_ref, sck_mod_down,
                                              10, kind, oracle_primes + 32, 16,
                                              NULL, 0, oracle_primes + 20, 8),
                        0);
}

/* 5 targets and 9 sources: neither is a whole number of a kernel's groups. */
static void alike(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(oracle_rescale_differences(sck_mod_down_ref, sck_mod_down,
                                               logn, kind, oracle_primes, 5,
                                               NULL, 0, oracle_primes + 20, 9),
                    0);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(alike);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"result_is_the_rounded_quotient_by_p",
     result_is_the_rounded_quotient_by_p},
    {"narrow_primes_are_no_different", narrow_primes_are_no_different},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(mod_down, cases)
