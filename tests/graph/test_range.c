/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.range: how far values can reach, on what is known exactly and
 * against random values. */
#include "range.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 3, NODES = 16, TRIALS = 2000 };

static double parabola(double x)
{
    return x * x - x;
}

struct kit {
    sck_params *params;
    sck_graph *graph;
    struct sck_range range[NODES];
};

static void begin(struct kit *k)
{
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_graph_new(k->params, 0, &k->graph), SCK_OK);
}

static void end(struct kit *k)
{
    sck_graph_free(k->graph);
    sck_params_free(k->params);
}

static void derive(struct kit *k)
{
    CU_ASSERT_EQUAL_FATAL(sck_graph_status(k->graph), SCK_OK);
    for (uint32_t i = 0; i < k->graph->nodes; i++)
        CU_ASSERT_EQUAL(sck_range_of(k->graph, i, k->range), SCK_OK);
}

static void is(const struct kit *k, sck_node x, double lo, double hi,
               double rest)
{
    CU_ASSERT_DOUBLE_EQUAL(k->range[x.id].lo, lo, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(k->range[x.id].hi, hi, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(k->range[x.id].rest, rest, 1e-12);
}

static void every_operation_has_its_range(void)
{
    const double w[2 * WIDTH] = {1, -2, 0.5, 0, 0, -0.25}, bias[2] = {0.5, -4};
    struct kit k;

    begin(&k);
    const sck_node x = sck_input(k.graph, "x", WIDTH);
    const sck_node y = sck_input(k.graph, "y", WIDTH);

    sck_set_range(k.graph, y, -2, 0.5);
    const sck_node l = sck_linear(k.graph, (sck_matrix){w, 2, WIDTH}, y, bias);
    const sck_node sum = sck_add(k.graph, x, y);
    const sck_node product = sck_mul(k.graph, x, y);
    const sck_node square = sck_square(k.graph, y);
    /* -1/4 at 1/2, where its slope is 0; 2 at -1. */
    const sck_node p = sck_poly(k.graph, x, parabola, -1, 3, 2);
    const sck_node shifted = sck_poly(k.graph, x, exp, 0, 3, 7);
    const sck_node same = sck_bootstrap(k.graph, sum);

    derive(&k);
    is(&k, x, -1, 1, 0);
    is(&k, y, -2, 0.5, 0);
    /* -2 - 2 0.5 - 1 + 0.5 to 0.5 + 4 + 0.25 + 0.5; -4 - 0.125 to -3.5 */
    is(&k, l, -4.125, 5.25, 0);
    is(&k, sum, -3, 1.5, 0);
    is(&k, product, -2, 2, 0);
    is(&k, square, 0, 4, 0);
    CU_ASSERT_DOUBLE_EQUAL(k.range[p.id].lo, -0.25, 1e-5);
    CU_ASSERT(k.range[p.id].lo <= -0.25 && k.range[p.id].hi >= 2);
    /* Below 0 as well, where exp was not fitted; unused slots hold p(0). */
    CU_ASSERT_DOUBLE_EQUAL(k.range[shifted.id].lo,
                           sck_fit_at(&k.graph->node[shifted.id].fit, -1),
                           1e-4);
    CU_ASSERT_DOUBLE_EQUAL(k.range[shifted.id].hi, exp(1), 0.01);
    CU_ASSERT_DOUBLE_EQUAL(k.range[shifted.id].rest, 1, 0.01);
    is(&k, same, -3, 1.5, 0);
    end(&k);
}

static void promises_narrow_and_what_cannot_be_is_refused(void)
{
    struct kit k;

    begin(&k);
    const sck_node x = sck_input(k.graph, "x", WIDTH);

    sck_layer(k.graph, "sum");
    const sck_node sum = sck_add(k.graph, x, x);

    sck_set_range(k.graph, sum, -8, 0.5);
    derive(&k);
    is(&k, sum, -2, 0.5, 0);
    sck_set_range(k.graph, sum, 3, 4);
    CU_ASSERT_EQUAL(sck_range_of(k.graph, sum.id, k.range), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_graph_compile: sum: its range was set to [3, "
                           "4], but it can only be in [-2, 2]");
    sck_set_range(k.graph, sum, 4, 3);
    CU_ASSERT_EQUAL(sck_graph_status(k.graph), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_set_range: sum: [4, 3] is no range");
    end(&k);
}

/* Of arguments far beyond the fit too: never outside, and near. */
static void extremes_of_polynomials_are_bounds(void)
{
    double slack = 0;

    for (int t = 0; t < TRIALS / 10; t++) {
        struct kit k;
        double lo = INFINITY, hi = -INFINITY;

        begin(&k);
        const double from = 2 * sck_test_real() - 1, to = from + 0.1 + t % 3;
        const sck_node x = sck_input(k.graph, "x", WIDTH);
        const double part = t % 4 == 0 ? 1 : 1.0 / (t % 4 + 1);
        const sck_node p = sck_poly(k.graph, x, exp, from,
                                    from + part * (to - from), 2 + t % 14);
        struct sck_fit *fit = &k.graph->node[p.id].fit;

        for (uint32_t i = 0; i <= fit->degree; i++)
            fit->c[i] = sck_test_real();
        sck_set_range(k.graph, x, from, to);
        derive(&k);
        for (int i = 0; i < TRIALS; i++) {
            const double u = (sck_test_real() + 1) / 2;
            const double y = sck_fit_at(fit, from + u * (to - from));

            lo = fmin(lo, y);
            hi = fmax(hi, y);
        }
        CU_ASSERT(lo >= k.range[p.id].lo && hi <= k.range[p.id].hi);
        slack = fmax(slack, (k.range[p.id].hi - k.range[p.id].lo) / (hi - lo));
        end(&k);
    }
    printf("at most %.4f as wide as seen ... ", slack);
    CU_ASSERT(slack < 1.2);
}

/* Squares that leave the range of doubles, and their difference from them. */
static void bounds_stay_finite(void)
{
    const double w[2 * WIDTH] = {1, -1, 0, 0, 0, 0.5};
    struct kit k;

    begin(&k);
    sck_node x = sck_input(k.graph, "x", WIDTH);

    sck_set_range(k.graph, x, -1e60, 1e60);
    for (int i = 0; i < 4; i++)
        x = sck_square(k.graph, x);
    const sck_node p = sck_poly(k.graph, x, parabola, -1, 3, 2);
    const sck_node l = sck_linear(k.graph, (sck_matrix){w, 2, WIDTH}, p, NULL);

    derive(&k);
    is(&k, x, 0, 1e100, 0);
    CU_ASSERT_EQUAL(k.range[p.id].hi, 1e100);
    CU_ASSERT(k.range[p.id].lo <= -0.25);
    CU_ASSERT_EQUAL(k.range[l.id].hi, 1e100);
    CU_ASSERT_EQUAL(k.range[l.id].lo, -1e100);
    end(&k);
}

static void leaving_the_fit_is_seen(void)
{
    const struct sck_fit fit = {.lo = -1, .hi = 3};

    CU_ASSERT(!sck_range_leaves(&(struct sck_range){-1, 3, 7}, &fit));
    CU_ASSERT(!sck_range_leaves(&(struct sck_range){-1 - 1e-12, 3, 0}, &fit));
    CU_ASSERT(sck_range_leaves(&(struct sck_range){-1.001, 0, 0}, &fit));
    CU_ASSERT(sck_range_leaves(&(struct sck_range){0, 3.001, 0}, &fit));
}

static void bits_bring_values_to_one(void)
{
    CU_ASSERT_EQUAL(sck_range_bits(0), 0);
    CU_ASSERT_EQUAL(sck_range_bits(1), 0);
    CU_ASSERT_EQUAL(sck_range_bits(1 + 0x1p-40), 0);
    CU_ASSERT_EQUAL(sck_range_bits(1.001), 1);
    CU_ASSERT_EQUAL(sck_range_bits(2), 1);
    CU_ASSERT_EQUAL(sck_range_bits(1000), 10);
    CU_ASSERT(sck_range_bits(INFINITY) > 1000);
    CU_ASSERT_EQUAL(sck_range_reach(&(struct sck_range){-3, 2, 5}, 0), 3);
    CU_ASSERT_EQUAL(sck_range_reach(&(struct sck_range){-3, 2, 5}, 1), 5);
}

static CU_TestInfo cases[] = {
    {"every_operation_has_its_range", every_operation_has_its_range},
    {"promises_narrow_and_what_cannot_be_is_refused",
     promises_narrow_and_what_cannot_be_is_refused},
    {"extremes_of_polynomials_are_bounds", extremes_of_polynomials_are_bounds},
    {"bounds_stay_finite", bounds_stay_finite},
    {"leaving_the_fit_is_seen", leaving_the_fit_is_seen},
    {"bits_bring_values_to_one", bits_bring_values_to_one},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(range, cases)
