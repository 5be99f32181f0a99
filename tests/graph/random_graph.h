/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Random graphs, rather deep than wide. */
#ifndef SCK_TEST_RANDOM_GRAPH_H
#define SCK_TEST_RANDOM_GRAPH_H

#include "sck_plan.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>

enum { OPS = 12, WIDE = 3 };

/* Operation i reads a and b, values 0 (the input) to i. */
struct op {
    int kind;
    uint32_t a, b, degree;
};

static inline double wave(double x)
{
    return 0.9 * sin(2 * x + 0.3);
}

static inline void make_ops(struct op *op)
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

/* Bit i of by_hand: value i is bootstrapped for all its readers. Sums and
 * products grow; what has no reader is an output, the last one "y". */
static inline void build_ops(sck_graph *g, const struct op *op,
                             uint32_t by_hand)
{
    static const double w[WIDE * WIDE] = {0.4,  -0.5, 0, 0, 0.3,
                                          -0.6, 0.9,  0, 0};
    sck_node read[OPS + 1], last;

    last = read[0] = sck_input(g, "x", WIDE);
    for (uint32_t i = 0; i < OPS; i++) {
        const sck_node a = read[op[i].a], b = read[op[i].b];

        last = op[i].kind == 0   ? sck_mul(g, a, b)
               : op[i].kind == 1 ? sck_add(g, a, b)
               : op[i].kind == 2
                   ? sck_linear(g, (sck_matrix){w, WIDE, WIDE}, a, NULL)
                   : sck_poly(g, a, wave, -1, 1, op[i].degree);
        read[i + 1] = (by_hand >> i & 1) != 0 ? sck_bootstrap(g, last) : last;
    }
    for (uint32_t i = 0; i + 1 < OPS; i++) {
        char name[16];
        int is_read = 0;

        for (uint32_t k = i + 1; k < OPS; k++)
            is_read |= op[k].a == i + 1 || (op[k].kind < 2 && op[k].b == i + 1);
        snprintf(name, sizeof name, "y%u", i);
        if (!is_read)
            sck_output(g, name, read[i + 1]);
    }
    sck_output(g, "y", last);
}

#endif
