/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep: what compiling chooses and refuses where levels run out. */
#include "sck_plan.h"
#include "sck_test.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 2 };

struct kit {
    sck_params *params;
    sck_graph *graph;
    sck_plan *plan;
};

static void begin(struct kit *k, const char *set, uint32_t slots)
{
    memset(k, 0, sizeof *k);
    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_graph_new(k->params, slots, &k->graph), SCK_OK);
}

static void end(struct kit *k)
{
    sck_plan_free(k->plan);
    sck_graph_free(k->graph);
    sck_params_free(k->params);
}

/* factor x, under a name of its own. */
static sck_node times(struct kit *k, const char *name, double factor,
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

static sck_node squares(struct kit *k, sck_node x, uint32_t count)
{
    sck_layer(k->graph, NULL);
    for (uint32_t i = 0; i < count; i++)
        x = sck_square(k->graph, x);
    return x;
}

static json_t *printed(const sck_plan *plan, char **text)
{
    char *json = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_TEXT, text), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_JSON, &json), SCK_OK);
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);

    free(json);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    return root;
}

static json_int_t whole(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    CU_ASSERT(json_is_integer(value));
    return json_integer_value(value);
}

static const char *string(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* 17 levels to the first bootstrap's 3, then as many each: 17 + 14 n. */
static void as_few_as_the_depth_allows(void)
{
    for (uint32_t depth = 15; depth < 50; depth += 3) {
        struct sck_plan_totals totals;
        struct kit k;

        begin(&k, "test-10", 0);
        sck_output(k.graph, "y",
                   squares(&k, sck_input(k.graph, "x", WIDTH), depth));
        CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
        sck_plan_get_totals(k.plan, &totals);
        CU_ASSERT_EQUAL(totals.bootstraps, depth <= 17 ? 0 : (depth - 4) / 14);
        end(&k);
    }
}

static void the_choice_is_explained(void)
{
    struct sck_plan_totals totals;
    json_int_t keys = 0, bytes = 0;
    struct kit k;
    char *text = NULL;

    begin(&k, "test-10", 0);
    sck_output(k.graph, "y", squares(&k, sck_input(k.graph, "x", WIDTH), 31));
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    sck_plan_get_totals(k.plan, &totals);
    json_t *root = printed(k.plan, &text);
    const json_t *one = json_array_get(json_object_get(root, "bootstraps"), 0);
    const json_t *groups = json_object_get(root, "key_groups");

    /* 31 = 17 + 14 leaves no choice. */
    CU_ASSERT_STRING_EQUAL(string(one, "after"), "square 14");
    CU_ASSERT_STRING_EQUAL(string(one, "why"), "17 levels follow, 3 are left");
    CU_ASSERT_EQUAL(whole(one, "level_before"), 3);
    CU_ASSERT_EQUAL(whole(one, "level_after"), 17);
    CU_ASSERT(whole(one, "key_switches") > 20);
    CU_ASSERT(json_is_true(json_object_get(root, "placement_exact")));
    CU_ASSERT_EQUAL(json_array_size(groups), SCK_KEYS_GROUPS);
    for (size_t i = 0; i < json_array_size(groups); i++) {
        keys += whole(json_array_get(groups, i), "keys");
        bytes += whole(json_array_get(groups, i), "bytes");
    }
    CU_ASSERT_EQUAL(keys, totals.keys);
    CU_ASSERT_EQUAL(bytes, (json_int_t)totals.key_bytes);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "after square 14: level 3 -> 17, 17 levels follow"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  encapsulation      2 keys"));
    json_decref(root);
    free(text);
    end(&k);
}

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

/* Level 14 squares down to 4, times 3 at level 3: held times 1/4 there. */
static void a_layer_held_small_is_kept_as_it_is(void)
{
    double x[WIDTH] = {0.999, -0.998}, y[WIDTH], kept[WIDTH];
    const double *in = x;
    double *out[2] = {y, kept};
    uint32_t at = 0;
    struct kit k;
    char *text = NULL;

    begin(&k, "test-10", 0);
    sck_node n = squares(&k, sck_input(k.graph, "x", WIDTH), 13);

    n = times(&k, "triple", 3, n);
    n = times(&k, "third", 1. / 3, n);
    sck_output(k.graph, "y", squares(&k, n, 16));
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
    json_t *root = printed(k.plan, &text);
    const json_t *one = json_array_get(json_object_get(root, "bootstraps"), 0);

    CU_ASSERT_STRING_EQUAL(string(one, "after"), "triple");
    CU_ASSERT_STRING_EQUAL(string(one, "scaled_by"), "in the layer before");
    CU_ASSERT_EQUAL(whole(one, "scaled_bits"), 2);
    CU_ASSERT_EQUAL(sck_plan_keep(k.plan, "triple", &at), SCK_OK);
    CU_ASSERT_EQUAL(at, 1);
    CU_ASSERT_EQUAL(sck_plan_run_clear(k.plan, &in, out), SCK_OK);
    for (int i = 0; i < WIDTH; i++) {
        const double v = pow(fabs(x[i]), 8192);

        CU_ASSERT_DOUBLE_EQUAL(kept[i], 3 * v, 1e-12 * v);
        CU_ASSERT_DOUBLE_EQUAL(y[i], pow(v, 65536), 1e-9);
    }
    json_decref(root);
    free(text);
    end(&k);
}

static double five(double x)
{
    return 5 - 4.5 * x;
}

/* f(0) = 5 in the slots beyond the width counts too. */
static void unused_slots_are_brought_to_one(void)
{
    for (uint32_t slots = WIDTH; slots <= 4; slots += 2) {
        struct kit k;
        char *text = NULL;

        begin(&k, "test-10", slots);
        sck_node x = sck_input(k.graph, "x", WIDTH);

        sck_set_range(k.graph, x, 0.9, 1);
        x = sck_poly(k.graph, x, five, 0.9, 1, 1);
        sck_output(k.graph, "y", sck_bootstrap(k.graph, x));
        CU_ASSERT_EQUAL_FATAL(sck_graph_compile(k.graph, &k.plan), SCK_OK);
        json_t *root = printed(k.plan, &text);
        const json_t *one =
            json_array_get(json_object_get(root, "bootstraps"), 0);

        CU_ASSERT_STRING_EQUAL(string(one, "why"), "asked for");
        CU_ASSERT_EQUAL(whole(one, "scaled_bits"), slots == WIDTH ? 0 : 3);
        json_decref(root);
        free(text);
        end(&k);
    }
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
    {"as_few_as_the_depth_allows", as_few_as_the_depth_allows},
    {"the_choice_is_explained", the_choice_is_explained},
    {"values_too_large_to_bootstrap_are_named",
     values_too_large_to_bootstrap_are_named},
    {"sets_without_bootstrapping_refuse_it",
     sets_without_bootstrapping_refuse_it},
    {"a_layer_held_small_is_kept_as_it_is",
     a_layer_held_small_is_kept_as_it_is},
    {"unused_slots_are_brought_to_one", unused_slots_are_brought_to_one},
    {"one_value_takes_two_slots", one_value_takes_two_slots},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep, cases)
