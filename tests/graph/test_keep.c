/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.keep: layers whose values are outputs, too. */
#include "plan_kit.h"

/* A layer in the middle: kept by all back ends, as precise as the outputs, and
 * the outputs' values are what they were. */
static void a_kept_layer_is_one_more_output(void)
{
    double x[IN], skip[HIDDEN], y[4][HIDDEN], noisy[4][HIDDEN];
    const double *in[2] = {x, skip};
    double *out[4] = {y[0], y[1], y[2], y[3]};
    double *predicted[4] = {noisy[0], noisy[1], noisy[2], noisy[3]};
    uint32_t fc1 = 0, gate = 0, residual = 0, count;
    struct sck_plan_totals before, after;
    sck_ciphertext *ct[2], *result[4];
    struct bench b;

    start(&b);
    fill(x, IN, 1);
    fill(skip, HIDDEN, 1);
    sck_plan_get_totals(b.plan, &before);
    CU_ASSERT_EQUAL(sck_plan_keep(b.plan, "fc1", &fc1), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_keep(b.plan, "residual", &residual), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_keep(b.plan, "double", &gate), SCK_OK);
    CU_ASSERT_TRUE(fc1 == 2 && residual == 3 && gate == 0);
    const struct sck_plan_port *port = sck_plan_outputs(b.plan, &count);

    CU_ASSERT_EQUAL(count, 4);
    CU_ASSERT_STRING_EQUAL(port[fc1].name, "fc1");
    sck_plan_get_totals(b.plan, &after);
    CU_ASSERT_TRUE(after.peak_bytes >= before.peak_bytes);
    CU_ASSERT_DOUBLE_EQUAL(after.time_us, before.time_us, 1e-6);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_run_clear(b.plan, in, out), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_run_noise(b.plan, 1, in, predicted), SCK_OK);
    ct[0] = encrypt(&b, x, IN);
    ct[1] = encrypt(&b, skip, HIDDEN);
    CU_ASSERT_EQUAL_FATAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                       (const sck_ciphertext *const *)ct,
                                       result),
                          SCK_OK);
    for (uint32_t i = 0; i < 4; i++) {
        double worst = 0;
        const double seen =
            -log2(worst_error(&b, result[i], y[i], port[i].width));

        for (uint32_t k = 0; k < port[i].width; k++)
            worst = fmax(worst, fabs(noisy[i][k] - y[i][k]));
        CU_ASSERT_TRUE(seen > 24 && seen < 40);
        CU_ASSERT_TRUE(fabs(-log2(worst) - seen) < 5);
        sck_ciphertext_free(result[i]);
    }
    sck_ciphertext_free(ct[0]);
    sck_ciphertext_free(ct[1]);
    stop(&b);
}

static void an_unknown_layer_is_refused_with_those_there_are(void)
{
    sck_params *params = NULL;
    uint32_t at = 7;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    sck_plan *plan = build(params);

    CU_ASSERT_EQUAL(sck_plan_keep(plan, "fc9", &at), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_plan_keep: the plan has no layer \"fc9\", but "
                           "fc1, act, residual, gate, double, square, fc2");
    CU_ASSERT_EQUAL(sck_plan_keep(plan, "x", &at), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(at, 7);
    sck_plan_free(plan);
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"a_kept_layer_is_one_more_output", a_kept_layer_is_one_more_output},
    {"an_unknown_layer_is_refused_with_those_there_are",
     an_unknown_layer_is_refused_with_those_there_are},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(keep, cases)
