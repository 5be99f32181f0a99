/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep: what compiling chooses where levels run out. */
#include "deep_kit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static double triple(double x)
{
    return 3 * x + 0.25;
}

/* 13 squares down to level 4, then 3 v + 1/4 at level 3, held times 1/4. */
static void held_small(int by_matrix)
{
    static const double w[WIDTH * WIDTH] = {3, 0, 0, 3}, bias[] = {0.25, 0.25};
    const sck_matrix matrix = {w, WIDTH, WIDTH};
    double x[WIDTH] = {0.9999, -0.9998}, y[WIDTH], kept[WIDTH];
    const double *in = x;
    double *out[2] = {y, kept};
    uint32_t at = 0;
    struct kit k;
    char *text = NULL;

    begin(&k, "test-10", 0);
    sck_node n = squares(&k, sck_input(k.graph, "x", WIDTH), 13);

    sck_layer(k.graph, "triple");
    n = by_matrix ? sck_linear(k.graph, matrix, n, bias)
                  : sck_poly(k.graph, n, triple, 0, 1, 1);
    n = times(&k, "third", 0.25, n);
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
        const double v = triple(pow(fabs(x[i]), 8192));

        CU_ASSERT_DOUBLE_EQUAL(kept[i], v, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(y[i], pow(v / 4, 65536), 1e-9);
    }
    json_decref(root);
    free(text);
    end(&k);
}

static void a_layer_held_small_is_kept_as_it_is(void)
{
    held_small(1);
    held_small(0);
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

static CU_TestInfo cases[] = {
    {"as_few_as_the_depth_allows", as_few_as_the_depth_allows},
    {"the_choice_is_explained", the_choice_is_explained},
    {"a_layer_held_small_is_kept_as_it_is",
     a_layer_held_small_is_kept_as_it_is},
    {"unused_slots_are_brought_to_one", unused_slots_are_brought_to_one},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep, cases)
