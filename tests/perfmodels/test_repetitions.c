/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite perfmodels.repetitions. How often the benchmark repeats, and which
 * repetitions count as having had their core alone. */
#include "../../perfmodels/bench/repetitions.h"
#include "sck_test.h"

#include <string.h>

static struct bench a_bench(void)
{
    struct bench b = {.isa = SCK_ISA_AVX512};

    b.near_best[SCK_ISA_AVX512] = 100;
    b.near_best[SCK_ISA_REF] = 1000;
    return b;
}

/* Times 10, 20, ... beside floors of 5; every other one alone. */
static struct repetitions some(size_t count)
{
    struct repetitions r = {.count = count};

    for (size_t i = 0; i < count; i++) {
        r.us[i] = 10.0 * (double)(i + 1);
        r.floor[i] = 5;
        r.near[i] = i % 2 == 0 ? 95 : 70;
        r.total += r.us[i];
    }
    return r;
}

static void spreads_are_of_all_or_of_those_alone(void)
{
    const struct bench b = a_bench();
    const struct repetitions r = some(5);
    struct row row = {.name = "ntt"};

    CU_ASSERT_EQUAL(repetitions_spread(&b, &r, 0, &row), 5);
    CU_ASSERT(row.value.median == 30 && row.value.max == 50);
    CU_ASSERT(row.floor == 5 && row.ratio == 6);
    CU_ASSERT_EQUAL(repetitions_spread(&b, &r, 1, &row), 3);
    CU_ASSERT(row.value.min == 10 && row.value.median == 30);

    struct repetitions shared = r;

    for (size_t i = 0; i < shared.count; i++)
        shared.near[i] = 87;
    shared.us[0] = 1000;
    CU_ASSERT_EQUAL(repetitions_spread(&b, &shared, 1, &row), 0);
    CU_ASSERT(row.value.median == 30 && row.value.max == 50);
}

/* Nobody looked, nor ever in this run: that is not to be alone. */
static void what_was_not_looked_at_is_not_alone(void)
{
    struct bench b = a_bench();
    const struct repetitions r = {.us = {10, 20}, .count = 2};
    struct row row = {.name = "predict.demo"};

    CU_ASSERT_EQUAL(repetitions_spread(&b, &r, 1, &row), 0);
    b.near_best[SCK_ISA_AVX512] = 0;
    CU_ASSERT_EQUAL(repetitions_spread(&b, &r, 1, &row), 0);
}

static void the_ratio_is_the_median_of_quotients(void)
{
    const struct bench b = a_bench();
    const struct repetitions r = {.us = {10, 20, 30},
                                  .floor = {10, 5, 10},
                                  .near = {100, 100, 100},
                                  .count = 3};
    const struct repetitions none = {.us = {10}, .near = {100}, .count = 1};
    struct row row = {.name = "op.hmul"};

    CU_ASSERT_EQUAL(repetitions_spread(&b, &r, 0, &row), 3);
    CU_ASSERT(row.value.median == 20 && row.floor == 10 && row.ratio == 3);
    CU_ASSERT_EQUAL(repetitions_spread(&b, &none, 0, &row), 1);
    CU_ASSERT(row.floor == 0 && row.ratio == 0);
}

static void a_row_of_those_alone_needs_seven(void)
{
    struct bench b = a_bench();
    struct row row = {
        .name = "ntt", .workers = 1, .unit = "us", .operations = 9};
    struct repetitions r = some(12);

    repetitions_add(&b, &row, &r);
    CU_ASSERT_EQUAL(b.report.count, 1);
    r = some(13);
    repetitions_add(&b, &row, &r);
    CU_ASSERT_EQUAL_FATAL(b.report.count, 3);
    CU_ASSERT_STRING_EQUAL(b.report.rows[1].name, "ntt");
    CU_ASSERT_STRING_EQUAL(b.report.rows[2].name, "ntt.alone");
    CU_ASSERT_EQUAL(b.report.rows[2].workers, 1);
    CU_ASSERT(b.report.rows[1].operations == 9);
    CU_ASSERT(b.report.rows[2].operations == 0);
    CU_ASSERT(b.report.rows[2].value.max == 130);
    b.options.quick = 1;
    repetitions_add(&b, &row, &r);
    CU_ASSERT_EQUAL(b.report.count, 4);
    report_free(&b.report);
}

static void it_goes_on_until_enough_were_alone(void)
{
    struct bench b = a_bench();
    struct repetitions r = {0};
    const struct repetitions_wanted wanted = {4, 6, 1000, 3000};

    for (; r.count < 4; r.count++) {
        CU_ASSERT(repetitions_go_on(&b, &r, &wanted));
        r.near[r.count] = 70;
    }
    CU_ASSERT(repetitions_go_on(&b, &r, &wanted));
    r.total = 1000;
    CU_ASSERT(repetitions_go_on(&b, &r, &wanted));
    for (size_t i = 0; i < 4; i++)
        r.near[i] = 90;
    CU_ASSERT(!repetitions_go_on(&b, &r, &wanted));
    r.near[0] = 70;
    r.total = 3000;
    CU_ASSERT(!repetitions_go_on(&b, &r, &wanted));
    r.total = 2000;
    CU_ASSERT(repetitions_go_on(&b, &r, &wanted));
    r.count = REPETITIONS_MOST;
    CU_ASSERT(!repetitions_go_on(&b, &r, &wanted));
    r.count = 4;
    b.options.quick = 1;
    CU_ASSERT(!repetitions_go_on(&b, &r, &wanted));
}

static CU_TestInfo cases[] = {
    {"spreads_are_of_all_or_of_those_alone",
     spreads_are_of_all_or_of_those_alone},
    {"what_was_not_looked_at_is_not_alone",
     what_was_not_looked_at_is_not_alone},
    {"the_ratio_is_the_median_of_quotients",
     the_ratio_is_the_median_of_quotients},
    {"a_row_of_those_alone_needs_seven", a_row_of_those_alone_needs_seven},
    {"it_goes_on_until_enough_were_alone", it_goes_on_until_enough_were_alone},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(repetitions, cases)
