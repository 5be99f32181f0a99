/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep_refused: what compiling refuses where levels run out. */
#include "deep_kit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 3000 x from the first layer on: nothing can be bootstrapped. */
static sck_node large(struct kit *k, int count)
{
    sck_node x = times(k, "big", 3000, sck_input(k->graph, "x", WIDTH));

    for (int i = 0; i < count; i++) {
        char name[16];

        snprintf(name, sizeof name, "same.%d", i);
        x = times(k, name, 1, x);
    }
    return x;
}

static void values_too_large_to_bootstrap_are_named(void)
{
    struct kit k;

    begin(&k, "test-10", 0);
    sck_output(k.graph, "y", large(&k, 30));
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NULL(k.plan);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_graph_compile: same.12: its values are bootstrapped, but may "
        "reach 3000, beyond 2^10; promise a narrower range with "
        "sck_set_range(), or scale the weights before it down");
    end(&k);
    /* The way out. */
    begin(&k, "test-10", 0);
    const sck_node x = large(&k, 12);

    sck_set_range(k.graph, x, -900, 900);
    sck_output(k.graph, "y", squares(&k, x, 5));
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    end(&k);
    begin(&k, "test-10", 0);
    sck_node asked = large(&k, 1);

    sck_layer(k.graph, "asked");
    asked = sck_bootstrap(k.graph, asked);
    sck_output(k.graph, "y", asked);
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        sck_last_error(), "asked: its values are bootstrapped, but may reach "
                          "3000"));
    end(&k);
}

static double activation(double x)
{
    return 0.9 * sin(2 * x);
}

/* x in [-1, 1] times size, to an activation fitted on [-1, 1], to squares. */
static void activated(struct kit *k, double size, int promised)
{
    begin(k, "test-10", 0);
    sck_node x = times(k, "fc", size, sck_input(k->graph, "x", WIDTH));

    if (promised)
        sck_set_range(k->graph, x, -1, 1);
    sck_layer(k->graph, "act");
    x = sck_poly(k->graph, x, activation, -1, 1, 7);
    sck_output(k->graph, "y", squares(k, x, 17));
}

/* What the plan says that may enter its one bootstrap. */
static double enters(const struct kit *k, char **text)
{
    char *json = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_plan_print(k->plan, SCK_PLAN_TEXT, text), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_plan_print(k->plan, SCK_PLAN_JSON, &json),
                          SCK_OK);
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(root, "bootstraps");

    CU_ASSERT_EQUAL(json_array_size(list), 1);
    const double reach =
        json_real_value(json_object_get(json_array_get(list, 0), "reach"));

    json_decref(root);
    free(json);
    return reach;
}

/* Nothing enters a bootstrap beyond what is known of it: values that come from
 * where a polynomial was not fitted are bounded by the polynomial. */
static void values_beyond_a_fit_are_bounded_by_the_polynomial(void)
{
    const double x[WIDTH] = {1, -1};
    const double *in = x;
    double y[WIDTH], act[WIDTH], *out[2] = {y, act};
    uint32_t at = 0;
    struct kit k;
    char *text = NULL;

    activated(&k, 3, 0);
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_plan_keep(k.plan, "act", &at), SCK_OK);
    const double reach = enters(&k, &text);

    CU_ASSERT_EQUAL_FATAL(sck_plan_run_clear(k.plan, &in, out), SCK_OK);
    CU_ASSERT(fabs(act[0] - activation(3)) > 10);
    CU_ASSERT(reach >= fabs(act[0]));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "act: its argument may lie in [-3, 3], fitted on [-1, "
                     "1]"));
    free(text);
    end(&k);
    activated(&k, 8, 0);
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(),
               "the argument of act may lie in [-8, 8], but it is fitted on "
               "[-1, 1]; promise the argument's range with sck_set_range(), "
               "fit on a wider one, or scale the weights before it down"));
    printf("\n    %s\n    ", sck_last_error());
    end(&k);
    /* The way out. */
    activated(&k, 8, 1);
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    CU_ASSERT(enters(&k, &text) <= 1);
    CU_ASSERT_PTR_NULL(strstr(text, "warning    "));
    free(text);
    end(&k);
}

static void sets_without_bootstrapping_refuse_it(void)
{
    struct kit k;

    begin(&k, "l14-40", 0);
    sck_layer(k.graph, "fresh");
    sck_bootstrap(k.graph, sck_input(k.graph, "x", WIDTH));
    CU_ASSERT_EQUAL(sck_graph_status(k.graph), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_bootstrap: fresh: l14-40 has no levels for "
                           "bootstrapping; b16-40, b16-35 and b16-45 have");
    end(&k);
}

static double bend(double x)
{
    return 0.9 * sin(x + 1);
}

/* One application level above SlotToCoeff's three: degree 15 takes five. */
static void an_operation_deeper_than_all_levels_is_named(void)
{
    struct sck_params_literal shape;
    struct kit k;

    memset(&k, 0, sizeof k);
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &k.params), SCK_OK);
    shape = *sck_params_shape(k.params);
    sck_params_free(k.params);
    shape.name = "low";
    shape.levels = 1;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&shape, &k.params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_graph_new(k.params, 0, &k.graph), SCK_OK);
    sck_layer(k.graph, "act");
    sck_output(
        k.graph, "y",
        sck_poly(k.graph, sck_input(k.graph, "x", WIDTH), bend, -1, 1, 15));
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_ERR_LEVEL);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_graph_compile: act: no placement of bootstraps "
                           "before it leaves the 5 levels that it takes, of 4");
    end(&k);
}

static void one_value_takes_two_slots(void)
{
    struct kit k;

    begin(&k, "test-10", 0);
    sck_output(k.graph, "y", squares(&k, sck_input(k.graph, "x", 1), 20));
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_slots(k.plan), 2);
    end(&k);
    begin(&k, "test-10", 1);
    sck_output(k.graph, "y", squares(&k, sck_input(k.graph, "x", 1), 20));
    CU_ASSERT_EQUAL(sck_graph_compile(k.graph, &k.plan), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "1 slots"));
    end(&k);
}

static CU_TestInfo cases[] = {
    {"values_too_large_to_bootstrap_are_named",
     values_too_large_to_bootstrap_are_named},
    {"values_beyond_a_fit_are_bounded_by_the_polynomial",
     values_beyond_a_fit_are_bounded_by_the_polynomial},
    {"sets_without_bootstrapping_refuse_it",
     sets_without_bootstrapping_refuse_it},
    {"an_operation_deeper_than_all_levels_is_named",
     an_operation_deeper_than_all_levels_is_named},
    {"one_value_takes_two_slots", one_value_takes_two_slots},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep_refused, cases)
