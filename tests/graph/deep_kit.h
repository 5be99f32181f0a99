/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Graphs deeper than their levels. */
#ifndef SCK_TEST_DEEP_KIT_H
#define SCK_TEST_DEEP_KIT_H

#include "sck_plan.h"
#include "sck_test.h"

#include <string.h>

enum { WIDTH = 2 };

struct kit {
    sck_params *params;
    sck_graph *graph;
    sck_plan *plan;
};

static inline void begin(struct kit *k, const char *set, uint32_t slots)
{
    memset(k, 0, sizeof *k);
    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_graph_new(k->params, slots, &k->graph), SCK_OK);
}

static inline void end(struct kit *k)
{
    sck_plan_free(k->plan);
    sck_graph_free(k->graph);
    sck_params_free(k->params);
}

/* factor x, under a name of its own. */
static inline sck_node times(struct kit *k, const char *name, double factor,
                             sck_node x)
{
    const double w[WIDTH * WIDTH] = {factor, 0, 0, factor};
    static double kept[64][WIDTH * WIDTH];
    static int used;
    double *values = kept[used++ % 64];

    memcpy(values, w, sizeof w);
    sck_layer(k->graph, name);
    return sck_linear(k->graph, (sck_matrix){values, WIDTH, WIDTH}, x, NULL);
}

static inline sck_node squares(struct kit *k, sck_node x, uint32_t count)
{
    sck_layer(k->graph, NULL);
    for (uint32_t i = 0; i < count; i++)
        x = sck_square(k->graph, x);
    return x;
}

#endif
