/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.grain. The rule for the limbs of a block, on rates that make its
 * cases: a limb's transform at N = 2^16 takes N 8 / rate, its table nothing. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include "grain.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

static struct sck_grain choose(const char *set, double limb_us,
                               uint32_t workers)
{
    struct sck_rates rates = sck_rates_generic;
    struct sck_grain grain;
    sck_params *params;

    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &params), SCK_OK);
    const double logn = sck_params_logn(params);

    rates.butterflies = (1 << (int)logn) * logn / 2 / limb_us * 1e6;
    rates.last_bytes = rates.cache_bytes;
    sck_grain_choose(params, &rates, workers, &grain);
    CU_ASSERT_DOUBLE_EQUAL(grain.ntt_us, grain.limbs * limb_us, 1e-6);
    sck_params_free(params);
    return grain;
}

static void a_block_transforms_in_100_us_or_more(void)
{
    CU_ASSERT_EQUAL(choose("l13-30", 150, 1).limbs, 1);
    CU_ASSERT_EQUAL(choose("l13-30", 50, 1).limbs, 2);
    CU_ASSERT_EQUAL(choose("l13-30", 49, 1).limbs, 4);
}

static void long_rings_have_four_limbs_at_least(void)
{
    CU_ASSERT_EQUAL(choose("l15-40", 1000, 1).limbs, 4);
    CU_ASSERT_EQUAL(choose("b16-40", 1000, 1).limbs, 4);
    CU_ASSERT_EQUAL(choose("b16-40", 20, 1).limbs, 8);
}

static void every_worker_has_two_blocks_where_they_can_be_had(void)
{
    const struct sck_grain few = choose("b16-40", 7, 1);
    const struct sck_grain many = choose("b16-40", 7, 6);

    CU_ASSERT(few.top >= 2);
    CU_ASSERT(many.limbs < few.limbs);
    CU_ASSERT(many.limbs >= 4);
    CU_ASSERT(many.top > few.top);
    CU_ASSERT_PTR_NOT_NULL(strstr(many.why, "too few"));
}

static void the_reason_says_the_numbers(void)
{
    CU_ASSERT_STRING_EQUAL(choose("b16-40", 80, 2).why,
                           "B 4: an ntt of 4 limbs is predicted at 320 us, and "
                           "N asks for no less; 8 blocks at the top for 2 "
                           "workers");
}

/* What a session takes then: memory/runtime_sizes.c. */
static void what_is_set_by_hand_wins_and_is_said(void)
{
    struct sck_grain gpu, grain;
    sck_params *params = NULL;

    CU_ASSERT_EQUAL_FATAL(setenv("STARCLOAK_LIMBS_PER_BLOCK", "2", 1), 0);
    grain = choose("b16-40", 20, 2);
    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &params), SCK_OK);
    sck_grain_for_gpus(params, &gpu);
    CU_ASSERT_EQUAL(grain.limbs, 2);
    CU_ASSERT_EQUAL(gpu.limbs, 2);
    CU_ASSERT_EQUAL(gpu.top, grain.top);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        grain.why, "B 2: set by hand, STARCLOAK_LIMBS_PER_BLOCK, where 8 "
                   "would be chosen; an ntt of 2 limbs is predicted at "
                   "40 us; "));
    CU_ASSERT_PTR_NOT_NULL(strstr(gpu.why, "where 16 would be chosen; "));
    /* None of its values: sessions refuse it, nothing is chosen by it. */
    CU_ASSERT_EQUAL_FATAL(setenv("STARCLOAK_LIMBS_PER_BLOCK", "many", 1), 0);
    CU_ASSERT_EQUAL(choose("b16-40", 20, 1).limbs, 8);
    CU_ASSERT_EQUAL_FATAL(unsetenv("STARCLOAK_LIMBS_PER_BLOCK"), 0);
    sck_params_free(params);
}

static void a_gpu_has_blocks_of_sixteen(void)
{
    static const char *const sets[] = {"l13-30", "l15-40", "b16-40"};

    for (size_t i = 0; i < 3; i++) {
        struct sck_grain grain;
        sck_params *params = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_params_named(sets[i], &params), SCK_OK);
        sck_grain_for_gpus(params, &grain);
        CU_ASSERT_EQUAL(grain.limbs, 16);
        CU_ASSERT(grain.top >= 1);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(grain.why, "up to 8 a task, tasks joined until they name "
                              "256 MiB of rows"));
        sck_params_free(params);
    }
}

static CU_TestInfo cases[] = {
    {"a_block_transforms_in_100_us_or_more",
     a_block_transforms_in_100_us_or_more},
    {"long_rings_have_four_limbs_at_least",
     long_rings_have_four_limbs_at_least},
    {"every_worker_has_two_blocks_where_they_can_be_had",
     every_worker_has_two_blocks_where_they_can_be_had},
    {"the_reason_says_the_numbers", the_reason_says_the_numbers},
    {"what_is_set_by_hand_wins_and_is_said",
     what_is_set_by_hand_wins_and_is_said},
    {"a_gpu_has_blocks_of_sixteen", a_gpu_has_blocks_of_sixteen},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(grain, cases)
