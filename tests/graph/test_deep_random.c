/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep_random: random graphs compiled as they are, and with the
 * bootstraps of every other placement asked for by hand. */
#include "sck_plan.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPS = 12, GRAPHS = 250 };

/* Operation i reads a and b, values 0 (the input) to i. */
struct op {
    int kind;
    uint32_t a, b, degree;
};

static double wave(double x)
{
    return 0.9 * sin(2 * x + 0.3);
}

static void make(struct op *op)
{
    for (uint32_t i = 0; i < OPS; i++) {
        op[i].kind = (int)(sck_test_random() % 6);
        op[i].a = sck_test_random() % 3 == 0
                      ? (uint32_t)(sck_test_random() % (i + 1))
                      : i;
        op[i].b = (uint32_t)(sck_test_random() % (i + 1));
        op[i].degree = 8 + (uint32_t)(sck_test_random() % 8);
    }
}

/* Bit i of by_hand: value i is bootstrapped for all its readers. */
static sck_status compile(const sck_params *params, const struct op *op,
                          uint32_t by_hand, struct sck_plan_totals *totals)
{
    static const double half[1] = {0.5};
    sck_graph *g = NULL;
    sck_plan *plan = NULL;
    sck_node read[OPS + 1], last;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(params, 2, &g), SCK_OK);
    last = read[0] = sck_input(g, "x", 1);
    for (uint32_t i = 0; i < OPS; i++) {
        const sck_node a = read[op[i].a], b = read[op[i].b];

        last = op[i].kind == 0   ? sck_mul(g, a, b)
               : op[i].kind == 1 ? sck_add(g, a, b)
               : op[i].kind == 2
                   ? sck_linear(g, (sck_matrix){half, 1, 1}, a, NULL)
                   : sck_poly(g, a, wave, -1, 1, op[i].degree);
        read[i + 1] = (by_hand >> i & 1) != 0 ? sck_bootstrap(g, last) : last;
    }
    /* Every value has a reader or is a result. */
    for (uint32_t i = 0; i < OPS; i++) {
        int is_read = 0;

        for (uint32_t k = i + 1; k < OPS; k++)
            is_read |= op[k].a == i + 1 || (op[k].kind < 2 && op[k].b == i + 1);
        if (!is_read && i + 1 < OPS) {
            char name[16];

            snprintf(name, sizeof name, "y%u", i);
            sck_output(g, name, read[i + 1]);
        }
    }
    sck_output(g, "y", last);
    const sck_status status = sck_graph_compile(g, &plan);

    if (status == SCK_OK)
        sck_plan_get_totals(plan, totals);
    sck_plan_free(plan);
    sck_graph_free(g);
    return status;
}

static void no_placement_by_hand_is_better(void)
{
    uint32_t histogram[OPS + 1] = {0}, tried = 0, equal = 0;
    sck_params *params = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    for (int i = 0; i < GRAPHS; i++) {
        struct sck_plan_totals chosen = {0}, other = {0};
        struct op op[OPS];

        make(op);
        CU_ASSERT_EQUAL(compile(params, op, 0, &chosen), SCK_OK);
        histogram[chosen.bootstraps]++;
        /* The last value has no reader. */
        for (uint32_t hand = 1; hand < 1u << (OPS - 1); hand++) {
            uint32_t count = 0;

            for (uint32_t k = 0; k < OPS; k++)
                count += hand >> k & 1;
            if (count > chosen.bootstraps ||
                compile(params, op, hand, &other) != SCK_OK)
                continue;
            tried++;
            /* What is missing is added, so that fewer would show. */
            CU_ASSERT(other.bootstraps >= chosen.bootstraps);
            if (other.bootstraps != chosen.bootstraps)
                continue;
            equal++;
            /* Plans share lowerings of one value to one level, which placement
             * counts each. */
            CU_ASSERT(chosen.time_us <= 1.02 * other.time_us);
        }
    }
    printf("%u placements tried, %u with as few; of 0, 1, 2, 3: %u %u %u %u "
           "... ",
           tried, equal, histogram[0], histogram[1], histogram[2],
           histogram[3]);
    CU_ASSERT(histogram[1] > GRAPHS / 10 && equal > GRAPHS);
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"no_placement_by_hand_is_better", no_placement_by_hand_is_better},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep_random, cases)
