/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.plan: compiled plans and the runs that need no key. */
#include "sck_linear.h"
#include "sck_plan.h"
#include "sck_test.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { IN = 13, HIDDEN = 6, OUT = 4, SEEDS = 8 };

static double first[HIDDEN * IN], first_bias[HIDDEN], last[OUT * HIDDEN],
    last_bias[OUT];

static sck_params *params(void)
{
    sck_params *p = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &p), SCK_OK);
    return p;
}

static sck_graph *new_graph(const sck_params *p)
{
    sck_graph *g = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(p, 0, &g), SCK_OK);
    return g;
}

static void fill(double *x, size_t count, double size)
{
    for (size_t i = 0; i < count; i++)
        x[i] = size * sck_test_real();
}

/* 13 -> 6, square, 6 -> 4: the MLP of the style guide, small. */
static sck_plan *mlp(const sck_params *p)
{
    sck_graph *g = new_graph(p);
    sck_plan *plan = NULL;

    fill(first, HIDDEN * IN, 0.5);
    fill(first_bias, HIDDEN, 0.5);
    fill(last, OUT * HIDDEN, 0.5);
    fill(last_bias, OUT, 0.5);
    sck_node x = sck_input(g, "image", IN);

    sck_layer(g, "fc1");
    x = sck_linear(g, (sck_matrix){first, HIDDEN, IN}, x, first_bias);
    sck_layer(g, "act");
    x = sck_square(g, x);
    sck_layer(g, "fc2");
    x = sck_linear(g, (sck_matrix){last, OUT, HIDDEN}, x, last_bias);
    sck_output(g, "scores", x);
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(g, &plan), SCK_OK);
    sck_graph_free(g);
    return plan;
}

static void mlp_in_doubles(const double *x, double *y)
{
    double h[HIDDEN];

    for (int i = 0; i < HIDDEN; i++) {
        h[i] = first_bias[i];
        for (int j = 0; j < IN; j++)
            h[i] += first[i * IN + j] * x[j];
        h[i] *= h[i];
    }
    for (int i = 0; i < OUT; i++) {
        y[i] = last_bias[i];
        for (int j = 0; j < HIDDEN; j++)
            y[i] += last[i * HIDDEN + j] * h[j];
    }
}

static double cubic(double x)
{
    return 0.5 * x * x * x - 2 * x + 0.25;
}

static double constant(double x)
{
    return 0 * x + 3;
}

/* Degree 5 of a cubic is the cubic, at a cubic's levels; the error of degree 7
 * for exp on [-1, 1] is 1 / (2^7 8!) = 2^-22.3 (Trefethen, chapter 8). */
static void a_fit_is_exact_on_polynomials_and_near_elsewhere(void)
{
    sck_params *p = params();
    sck_graph *g = new_graph(p);
    sck_plan *plan = NULL;
    double x[5] = {-1, -0.3, 0, 0.7, 1}, y[5], z[5];
    const double *in = x;
    double *out[2] = {y, z};
    uint32_t count;
    sck_node n = sck_input(g, "x", 5);

    sck_output(g, "cubic", sck_poly(g, n, cubic, -1, 3, 5));
    sck_output(g, "exp", sck_poly(g, n, exp, -1, 1, 7));
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(g, &plan), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_outputs(plan, &count)[0].level,
                    sck_params_app_top(p) - 3);
    CU_ASSERT_EQUAL(sck_plan_run_clear(plan, &in, out), SCK_OK);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_DOUBLE_EQUAL(y[i], cubic(x[i]), 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(z[i], exp(x[i]), 0x1p-22);
    }
    sck_plan_free(plan);
    CU_ASSERT_EQUAL(sck_poly(g, n, constant, -1, 1, 7).id, SCK_NO_NODE.id);
    CU_ASSERT_STRING_EQUAL(sck_last_error(), "sck_poly: poly 3: f fits the "
                                             "constant 3 on [-1, 1]");
    sck_graph_free(g);
    g = new_graph(p);
    n = sck_input(g, "x", 5);
    sck_poly(g, n, log, -1, 1, 3);
    CU_ASSERT_EQUAL(sck_graph_status(g), SCK_ERR_ARGUMENT);
    sck_graph_free(g);
    sck_params_free(p);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint64_t));
}

/* Exactly the rotations of both maps and one relinearisation: computed here
 * from sck_linear_map_steps() on matrices padded by hand. */
static void the_keys_are_exactly_those_used(void)
{
    enum { SLOTS = 16 };
    sck_params *p = params();
    sck_plan *plan = mlp(p);
    const uint32_t top = sck_params_app_top(p);
    static double padded[SLOTS * SLOTS];
    uint64_t want[4 * SLOTS + 1];
    int64_t steps[2 * SLOTS];
    uint32_t count = 0, keys;
    const struct sck_plan_key *key = sck_plan_keys(plan, &keys);

    CU_ASSERT_EQUAL(sck_plan_slots(plan), SLOTS);
    for (int layer = 0; layer < 2; layer++) {
        const int rows = layer ? OUT : HIDDEN, columns = layer ? HIDDEN : IN;
        const double *matrix = layer ? last : first;
        const uint64_t class = sck_params_class_of(p, layer ? top - 2 : top);

        memset(padded, 0, sizeof padded);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                padded[i * SLOTS + j] = matrix[i * columns + j];
        const uint32_t n = sck_linear_map_steps(padded, SLOTS, steps);

        for (uint32_t k = 0; k < n; k++)
            want[count++] = class << 32 | sck_galois_rotation(p, steps[k]);
    }
    want[count++] = (uint64_t)sck_params_class_of(p, top - 1) << 32;
    /* In any order that puts equals side by side. */
    qsort(want, count, sizeof *want, compare);
    uint32_t distinct = 0;

    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || want[i] != want[i - 1])
            want[distinct++] = want[i];
    CU_ASSERT_EQUAL(keys, distinct);
    for (uint32_t i = 0; i < keys; i++) {
        const uint64_t have = (uint64_t)key[i].key_class << 32 | key[i].galois;
        int found = 0;

        for (uint32_t k = 0; k < distinct; k++)
            found += want[k] == have;
        CU_ASSERT_EQUAL(found, 1);
        /* class app-high: 2 digits over 27 + 14 primes, both halves */
        CU_ASSERT_EQUAL(key[i].bytes, 2u * 2 * (27 + 14) * 4 * 1024);
    }
    sck_plan_free(plan);
    sck_params_free(p);
}

static void clear_is_the_plain_computation(void)
{
    sck_params *p = params();
    sck_plan *plan = mlp(p);
    double x[IN], y[OUT], want[OUT];
    const double *in = x;
    double *out = y;

    fill(x, IN, 1);
    mlp_in_doubles(x, want);
    CU_ASSERT_EQUAL(sck_plan_run_clear(plan, &in, &out), SCK_OK);
    for (int i = 0; i < OUT; i++)
        CU_ASSERT_DOUBLE_EQUAL(y[i], want[i], 1e-13);
    x[3] = NAN;
    CU_ASSERT_EQUAL(sck_plan_run_clear(plan, &in, &out), SCK_ERR_ARGUMENT);
    sck_plan_free(plan);
    sck_params_free(p);
}

static void noise_stays_within_the_prediction(void)
{
    sck_params *p = params();
    sck_plan *plan = mlp(p);
    struct sck_plan_totals totals;
    double x[IN], y[OUT], noisy[OUT], again[OUT];
    double worst = 0, squares = 0;
    const double *in = x;
    double *out = y, *out_noisy = noisy, *out_again = again;

    sck_plan_get_totals(plan, &totals);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        /* As large as the prediction allows for. */
        for (int i = 0; i < IN; i++)
            x[i] = sck_test_real() < 0 ? -1 : 1;
        CU_ASSERT_EQUAL(sck_plan_run_clear(plan, &in, &out), SCK_OK);
        CU_ASSERT_EQUAL(sck_plan_run_noise(plan, seed, &in, &out_noisy),
                        SCK_OK);
        CU_ASSERT_EQUAL(sck_plan_run_noise(plan, seed, &in, &out_again),
                        SCK_OK);
        CU_ASSERT_EQUAL(memcmp(noisy, again, sizeof noisy), 0);
        for (int i = 0; i < OUT; i++) {
            worst = fmax(worst, fabs(noisy[i] - y[i]));
            squares += pow(noisy[i] - y[i], 2) / (SEEDS * OUT);
        }
    }
    CU_ASSERT_TRUE(totals.precision_bits > 20);
    CU_ASSERT_TRUE(-log2(worst) >= totals.precision_bits);
    const double measured = -0.5 * log2(squares) - 2; /* four deviations */

    printf("predicted %.1f bits, measured %.1f ... ", totals.precision_bits,
           measured);
    CU_ASSERT_TRUE(fabs(measured - totals.precision_bits) <= 2);
    sck_plan_free(plan);
    sck_params_free(p);
}

static void the_plan_prints_as_text_and_json(void)
{
    sck_params *p = params();
    sck_plan *plan = mlp(p);
    struct sck_plan_totals totals;
    char *text = NULL;

    sck_plan_get_totals(plan, &totals);
    CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_TEXT, &text), SCK_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "fc1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "INSECURE"));
    free(text);
    CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_JSON, &text), SCK_OK);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    const json_t *nodes = json_object_get(root, "nodes");
    const json_t *sums = json_object_get(root, "totals");

    CU_ASSERT_EQUAL(json_array_size(nodes), 4);
    CU_ASSERT_STRING_EQUAL(
        json_string_value(json_object_get(json_array_get(nodes, 2), "layer")),
        "act");
    CU_ASSERT_EQUAL(
        json_integer_value(json_object_get(json_array_get(nodes, 3), "level")),
        sck_params_app_top(p) - 3);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(root, "keys")),
                    totals.keys);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(sums, "peak_bytes")),
                    (json_int_t)totals.peak_bytes);
    CU_ASSERT_TRUE(totals.peak_bytes > totals.key_bytes + totals.weight_bytes);
    CU_ASSERT_TRUE(totals.least_bytes > 0 && totals.time_us > 0);
    json_decref(root);
    free(text);
    sck_plan_free(plan);
    sck_params_free(p);
}

static CU_TestInfo cases[] = {
    {"a_fit_is_exact_on_polynomials_and_near_elsewhere",
     a_fit_is_exact_on_polynomials_and_near_elsewhere},
    {"the_keys_are_exactly_those_used", the_keys_are_exactly_those_used},
    {"clear_is_the_plain_computation", clear_is_the_plain_computation},
    {"noise_stays_within_the_prediction", noise_stays_within_the_prediction},
    {"the_plan_prints_as_text_and_json", the_plan_prints_as_text_and_json},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(plan, cases)
