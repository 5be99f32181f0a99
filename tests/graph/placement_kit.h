/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Placements found against all others. */
#ifndef SCK_TEST_PLACEMENT_KIT_H
#define SCK_TEST_PLACEMENT_KIT_H

#include "random_graph.h"

static inline sck_status compile_by_hand(const sck_params *params,
                                         const struct op *op, uint32_t by_hand,
                                         struct sck_plan_totals *totals)
{
    sck_graph *g = NULL;
    sck_plan *plan = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(params, 0, &g), SCK_OK);
    build_ops(g, op, by_hand);
    const sck_status status = sck_graph_compile(g, &plan);

    if (status == SCK_OK)
        sck_plan_get_totals(plan, totals);
    sck_plan_free(plan);
    sck_graph_free(g);
    return status;
}

/* Random graphs compiled as they are, and with the bootstraps of every other
 * placement asked for by hand. Few are refused, as their values may reach too
 * far; then no placement by hand compiles either. */
static inline void compare_placements(uint32_t graphs)
{
    uint32_t histogram[OPS + 1] = {0}, tried = 0, equal = 0, refused = 0;
    sck_params *params = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    for (uint32_t i = 0; i < graphs; i++) {
        struct sck_plan_totals chosen = {0}, other = {0};
        struct op op[OPS];

        make_ops(op);
        const sck_status status = compile_by_hand(params, op, 0, &chosen);

        CU_ASSERT(status == SCK_OK || status == SCK_ERR_LEVEL);
        refused += status != SCK_OK;
        if (status == SCK_OK)
            histogram[chosen.bootstraps]++;
        else
            chosen.bootstraps = OPS;
        /* The last value has no reader. */
        for (uint32_t hand = 1; hand < 1u << (OPS - 1); hand++) {
            uint32_t count = 0;

            for (uint32_t k = 0; k < OPS; k++)
                count += hand >> k & 1;
            if (count > chosen.bootstraps ||
                compile_by_hand(params, op, hand, &other) != SCK_OK)
                continue;
            tried++;
            CU_ASSERT(status == SCK_OK);
            /* What is missing is added, so that fewer would show. */
            CU_ASSERT(other.bootstraps >= chosen.bootstraps);
            if (other.bootstraps != chosen.bootstraps)
                continue;
            equal++;
            /* Plans share lowerings of one value to one level, which placement
             * counts each. */
            CU_ASSERT(chosen.time_us + chosen.shared_us <=
                      1.02 * (other.time_us + other.shared_us));
        }
    }
    printf("%u placements tried, %u with as few; of 0, 1, 2, 3: %u %u %u %u, "
           "%u refused ... ",
           tried, equal, histogram[0], histogram[1], histogram[2], histogram[3],
           refused);
    CU_ASSERT(refused <= graphs / 10);
    CU_ASSERT(histogram[1] > graphs / 10 && equal > graphs);
    sck_params_free(params);
}

#endif
