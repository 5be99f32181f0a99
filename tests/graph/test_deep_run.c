/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep_run: random graphs that need bootstraps, on ciphertexts with
 * their plans' keys, against the clear run. */
#include "plan_kit.h"
#include "random_graph.h"

enum { RUNS = 6, MOST_OUTPUTS = OPS };

static struct op ops[OPS];

static void describe(sck_graph *g)
{
    build_ops(g, ops, 0);
}

/* Polynomials promise nothing beyond [-1, 1]: 0 where one would be there. */
static int stays_within_ranges(void)
{
    double reach[OPS + 1] = {1};

    for (int i = 0; i < OPS; i++) {
        const double a = reach[ops[i].a], b = reach[ops[i].b];

        if (ops[i].kind > 2 && a > 1)
            return 0;
        reach[i + 1] = ops[i].kind == 0 ? a * b : ops[i].kind == 1 ? a + b : a;
    }
    return 1;
}

static int needs_bootstraps(const sck_params *params)
{
    struct sck_plan_totals totals = {0};
    sck_graph *g = NULL;
    sck_plan *plan = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(params, 0, &g), SCK_OK);
    describe(g);
    if (sck_graph_compile(g, &plan) == SCK_OK)
        sck_plan_get_totals(plan, &totals);
    sck_plan_free(plan);
    sck_graph_free(g);
    return totals.bootstraps != 0;
}

static void run_one(void)
{
    struct sck_plan_totals totals;
    double x[WIDE], clear[MOST_OUTPUTS][WIDE], worst = 0;
    double *out[MOST_OUTPUTS];
    const double *in = x;
    sck_ciphertext *ct, *result[MOST_OUTPUTS] = {NULL};
    struct bench b;
    uint32_t outputs;

    start_with(&b, describe);
    sck_plan_get_totals(b.plan, &totals);
    (void)sck_plan_outputs(b.plan, &outputs);
    fill(x, WIDE, 1);
    for (int i = 0; i < MOST_OUTPUTS; i++)
        out[i] = clear[i];
    CU_ASSERT_EQUAL(sck_plan_run_clear(b.plan, &in, out), SCK_OK);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    ct = encrypt_at(&b, x, WIDE, sck_plan_slots(b.plan));
    CU_ASSERT_EQUAL_FATAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                       (const sck_ciphertext *const *)&ct,
                                       result),
                          SCK_OK);
    for (uint32_t i = 0; i < outputs; i++) {
        worst = fmax(worst, worst_error(&b, result[i], clear[i], WIDE));
        sck_ciphertext_free(result[i]);
    }
    printf(
        "\n    %u bootstraps, %u outputs: %.1f bits predicted, %.1f measured ",
        totals.bootstraps, outputs, totals.precision_bits, -log2(worst));
    CU_ASSERT(-log2(worst) >= totals.precision_bits);
    CU_ASSERT(-log2(worst) <= totals.precision_bits + 12);
    sck_ciphertext_free(ct);
    stop(&b);
}

static void random_graphs_agree_with_clear(void)
{
    sck_params *params = NULL;
    int runs = 0;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    for (int i = 0; i < 1000 && runs < RUNS; i++) {
        make_ops(ops);
        if (!stays_within_ranges() || !needs_bootstraps(params))
            continue;
        run_one();
        runs++;
    }
    CU_ASSERT_EQUAL(runs, RUNS);
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"random_graphs_agree_with_clear", random_graphs_agree_with_clear},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep_run, cases)
