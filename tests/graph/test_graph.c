/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.graph: what builders and compilation refuse, and how. */
#include "sck_plan.h"
#include "sck_test.h"

#include <math.h>
#include <string.h>

static sck_params *named(const char *name)
{
    sck_params *p = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_params_named(name, &p), SCK_OK);
    return p;
}

static sck_params *params(void)
{
    return named("test-10");
}

static sck_graph *new_graph(const sck_params *p)
{
    sck_graph *g = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(p, 0, &g), SCK_OK);
    return g;
}

static void different_widths_are_refused_with_both(void)
{
    static const double w[2 * 3] = {1, 2, 3, 4, 5, 6};
    sck_params *p = params();
    sck_graph *g = new_graph(p);
    sck_plan *plan = NULL;
    sck_node x = sck_input(g, "x", 4), y = sck_input(g, "y", 5);
    sck_node bad = sck_linear(g, (sck_matrix){w, 2, 3}, x, NULL);

    CU_ASSERT_EQUAL(bad.id, SCK_NO_NODE.id);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_linear: linear 2: a matrix of 3 columns, but x "
                           "holds 4 values");
    /* The first failure stays, and is what compile reports. */
    CU_ASSERT_EQUAL(sck_add(g, x, y).id, SCK_NO_NODE.id);
    CU_ASSERT_EQUAL(sck_graph_compile(g, &plan), SCK_ERR_SHAPE);
    CU_ASSERT_PTR_NULL(plan);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "3 columns"));
    sck_graph_free(g);

    g = new_graph(p);
    x = sck_input(g, "x", 4);
    y = sck_input(g, "y", 5);
    sck_add(g, x, y);
    CU_ASSERT_EQUAL(sck_graph_status(g), SCK_ERR_SHAPE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_add: add 2: x holds 4 values, y holds 5");
    sck_graph_free(g);

    g = new_graph(p);
    sck_input(g, "x", 513);
    CU_ASSERT_EQUAL(sck_graph_status(g), SCK_ERR_SHAPE);
    sck_graph_free(g);
    CU_ASSERT_EQUAL(sck_graph_new(p, 24, &g), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(g);
    sck_params_free(p);
}

static void a_weight_that_is_no_number_is_named(void)
{
    const double w[4] = {1, 2, NAN, 4}, b[2] = {0, INFINITY},
                 zero[4] = {0, 0, 0, 0}, one[4] = {1, 0, 0, 1};
    const struct {
        const double *w, *b;
        const char *message;
    } bad[] = {{w, NULL, "fc: weight [1][0] is"},
               {one, b, "fc: bias [1] is inf"},
               {zero, NULL, "fc: all weights are zero"}};
    sck_params *p = params();

    for (size_t i = 0; i < 3; i++) {
        sck_graph *g = new_graph(p);
        const sck_node x = sck_input(g, "x", 2);

        sck_layer(g, "fc");
        sck_linear(g, (sck_matrix){bad[i].w, 2, 2}, x, bad[i].b);
        CU_ASSERT_EQUAL(sck_graph_status(g), SCK_ERR_ARGUMENT);
        CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), bad[i].message));
        sck_graph_free(g);
    }
    sck_params_free(p);
}

static void foreign_nodes_and_bad_outputs_are_refused(void)
{
    sck_params *p = params();
    sck_graph *a = new_graph(p), *b = new_graph(p);
    const sck_node x = sck_input(a, "x", 2);
    sck_plan *plan = NULL;

    for (int operand = 0; operand < 3; operand++) {
        sck_graph_free(b);
        b = new_graph(p);
        const sck_node own = sck_input(b, "x", 2);
        const sck_node bad = operand == 0   ? sck_square(b, x)
                             : operand == 1 ? sck_mul(b, x, own)
                                            : sck_mul(b, own, x);

        CU_ASSERT_EQUAL(bad.id, SCK_NO_NODE.id);
        CU_ASSERT_EQUAL(sck_graph_status(b), SCK_ERR_ARGUMENT);
    }
    CU_ASSERT_EQUAL(sck_graph_compile(a, &plan), SCK_ERR_STATE);
    sck_output(a, "y", x);
    CU_ASSERT_EQUAL(sck_graph_status(a), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_output: y: the input x is not a result");
    sck_graph_free(a);
    sck_graph_free(b);
    sck_params_free(p);
}

static void levels_that_run_out_are_named(void)
{
    sck_params *p = named("l15-40");
    const uint32_t top = sck_params_app_top(p);

    for (uint32_t extra = 0; extra < 2; extra++) {
        sck_graph *g = new_graph(p);
        sck_plan *plan = NULL;
        sck_node x = sck_input(g, "x", 2);

        for (uint32_t i = 0; i < top + extra; i++)
            x = sck_square(g, x);
        sck_output(g, "y", x);
        CU_ASSERT_EQUAL(sck_graph_compile(g, &plan),
                        extra ? SCK_ERR_LEVEL : SCK_OK);
        if (extra)
            CU_ASSERT_STRING_EQUAL(sck_last_error(),
                                   "sck_graph_compile: square 17: square takes "
                                   "1 level, but its operand is at level 0 of "
                                   "16; take parameters of more levels than "
                                   "l15-40, those that bootstrap (b16-40, "
                                   "b16-35, b16-45), or fewer layers");
        if (!extra) { /* down to level 0: one key a class, from the lowest */
            uint32_t keys;
            const struct sck_plan_key *key = sck_plan_keys(plan, &keys);

            CU_ASSERT_EQUAL(keys, sck_params_class_of(p, top) + 1);
            for (uint32_t i = 0; i < keys; i++)
                CU_ASSERT_TRUE(key[i].key_class == i && key[i].galois == 0);
        }
        sck_plan_free(plan);
        sck_graph_free(g);
    }
    sck_params_free(p);
}

static void refuse_range(double (*function)(double), const char *message)
{
    sck_params *p = named("l15-40");
    const uint32_t top = sck_params_app_top(p);
    sck_graph *g = new_graph(p);
    sck_plan *plan = NULL;
    sck_node x = sck_input(g, "x", 2);

    for (uint32_t i = 0; i + 4 < top; i++)
        x = sck_square(g, x);
    sck_output(g, "y", sck_poly(g, x, function, -100, 100, 8));
    CU_ASSERT_EQUAL(sck_graph_compile(g, &plan), SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), message));
    sck_graph_free(g);
    sck_params_free(p);
}

static void values_that_outgrow_the_modulus_are_refused(void)
{
    refuse_range(exp, "on [-100, 100] the result takes");
    refuse_range(sin, "on [-100, 100] the largest power takes 53.2 bits");
}

static CU_TestInfo cases[] = {
    {"different_widths_are_refused_with_both",
     different_widths_are_refused_with_both},
    {"a_weight_that_is_no_number_is_named",
     a_weight_that_is_no_number_is_named},
    {"foreign_nodes_and_bad_outputs_are_refused",
     foreign_nodes_and_bad_outputs_are_refused},
    {"levels_that_run_out_are_named", levels_that_run_out_are_named},
    {"values_that_outgrow_the_modulus_are_refused",
     values_that_outgrow_the_modulus_are_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(graph, cases)
