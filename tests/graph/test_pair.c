/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.pair: values refreshed at the same place share a bootstrap, those
 * of which one waits for the other do not. */
#include "plan_kit.h"

#include <stdio.h>

static double bent(double x)
{
    return 0.8 * x - 0.3 * x * x * x;
}

static double steep(double x)
{
    return 1.5 * x - 0.5 * x * x * x;
}

/* Two branches, of different reach and one level apart. */
static void branches(sck_graph *g)
{
    sck_node x = sck_input(g, "x", SLOTS);

    sck_layer(g, "u");
    sck_node u = sck_bootstrap(g, sck_poly(g, x, bent, -1, 1, 3));

    sck_layer(g, "v");
    sck_node v = sck_square(g, sck_poly(g, x, steep, -1, 1, 3));

    v = sck_bootstrap(g, sck_add(g, v, v));
    sck_layer(g, "product");
    sck_output(g, "y", sck_mul(g, u, v));
    sck_output(g, "v", v);
}

static void in_turn(sck_graph *g)
{
    sck_node x = sck_input(g, "x", SLOTS);
    sck_node u = sck_bootstrap(g, sck_poly(g, x, bent, -1, 1, 3));

    sck_output(g, "y", sck_bootstrap(g, sck_poly(g, u, steep, -1, 1, 3)));
}

static void two_branches_share_a_bootstrap(void)
{
    double x[SLOTS], y[SLOTS], v[SLOTS];
    const double *in = x;
    double *out[2] = {y, v};
    sck_ciphertext *result[2] = {NULL, NULL};
    struct sck_plan_totals totals;
    char *text = NULL;
    struct bench b;

    start_with(&b, branches);
    sck_plan_get_totals(b.plan, &totals);
    CU_ASSERT_EQUAL(totals.bootstraps, 2);
    CU_ASSERT(totals.shared_us > 0.2 * totals.time_us);
    CU_ASSERT_EQUAL_FATAL(sck_plan_print(b.plan, SCK_PLAN_TEXT, &text), SCK_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "one with that after"));
    free(text);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    fill(x, SLOTS, 1);
    sck_ciphertext *ct = encrypt(&b, x, SLOTS);

    CU_ASSERT_EQUAL(sck_plan_run_clear(b.plan, &in, out), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                       (const sck_ciphertext *const *)&ct,
                                       result),
                          SCK_OK);
    const double off[2] = {worst_error(&b, result[0], y, SLOTS),
                           worst_error(&b, result[1], v, SLOTS)};

    printf("\n    predicted %.1f bits, measured %.1f and %.1f ... ",
           totals.precision_bits, -log2(off[0]), -log2(off[1]));
    CU_ASSERT(-log2(fmax(off[0], off[1])) >= totals.precision_bits);
    CU_ASSERT(-log2(fmax(off[0], off[1])) <= totals.precision_bits + 6);
    for (int i = 0; i < 2; i++)
        sck_ciphertext_free(result[i]);
    sck_ciphertext_free(ct);
    stop(&b);
}

static void values_in_turn_do_not(void)
{
    struct sck_plan_totals totals;
    struct bench b;

    start_with(&b, in_turn);
    sck_plan_get_totals(b.plan, &totals);
    CU_ASSERT_EQUAL(totals.bootstraps, 2);
    CU_ASSERT_EQUAL(totals.shared_us, 0);
    stop(&b);
}

static CU_TestInfo cases[] = {
    {"two_branches_share_a_bootstrap", two_branches_share_a_bootstrap},
    {"values_in_turn_do_not", values_in_turn_do_not},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(pair, cases)
