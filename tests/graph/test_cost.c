/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.cost. Predicted times from their parts: what more workers
 * shorten, and what submission bounds. */
#include "cost.h"
#include "plan_kit.h"

#include <string.h>

static const struct sck_rates rates = {.butterflies = 1e9,
                                       .macs = 1e9,
                                       .bytes = 2e9,
                                       .cache_bytes = 8e9,
                                       .complex_butterflies = 1e9,
                                       .chacha_blocks = 1e6,
                                       .task_us = 10,
                                       .last_bytes = 4e9,
                                       .shared_bytes = 1e9,
                                       .last_size = 1e6,
                                       .start_us = 5,
                                       .key_bytes = {1e9, 1e9, 1e9},
                                       .access_us = 1,
                                       .submit_us = 2,
                                       .submit_access_us = .5,
                                       .full_start_us = 7,
                                       .read_bytes = 1e9,
                                       .handed_bytes = 2e9};

/* A matrix, a product: neither an addition nor a polynomial, whose terms may be
 * left out. */
static void matrix_and_square(sck_graph *g)
{
    static double a[HIDDEN * IN];

    fill(a, HIDDEN * IN, 0.3);
    sck_layer(g, "matrix");
    sck_node x =
        sck_linear(g, (sck_matrix){a, HIDDEN, IN}, sck_input(g, "x", IN), NULL);

    sck_layer(g, "square");
    sck_output(g, "y", sck_square(g, x));
}

static void one_bootstrap(sck_graph *g)
{
    sck_output(g, "y", sck_bootstrap(g, sck_input(g, "x", IN)));
}

/* EvalMod with two products at a level has a sum of multiples beside them,
 * which is rescaled: more than two products. */
static void a_level_of_two_products_has_one_rescaling_more(void)
{
    const struct sck_bootstrap_stage one = {.name = "EvalMod", .level = 20};
    double time[3] = {0};
    sck_params *params;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    sck_plan *plan = build_with(params, one_bootstrap);
    struct sck_step *step = &plan->step[plan->output_step[0]];

    CU_ASSERT_EQUAL_FATAL(step->op, SCK_OP_BOOTSTRAP);
    plan->stage[0] = one;
    for (uint32_t products = 0; products < 3; products++) {
        plan->stages = 1;
        plan->stage[0].key_switches = products;
        plan->stage[0].products = products;
        plan->stage[0].sums = products + (products == 2);
        time[products] = sck_step_time(plan, step);
    }
    const double product = time[1] - time[0];

    CU_ASSERT(product > 0);
    CU_ASSERT(time[2] - time[0] > 2.1 * product);
    CU_ASSERT(time[2] - time[0] < 3 * product);
    sck_plan_free(plan);
    sck_params_free(params);
}

/* Both halves of a division are permuted where one alone is not: each word is
 * read and written once more, in the second cache. All other rates are beyond
 * measure here. */
static void permuting_takes_two_passes_in_cache(void)
{
    const double beyond = 1e30;
    struct sck_rates only = rates;
    struct sck_cost both = {0}, half = {0};
    sck_params *params;
    uint32_t limbs;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    (void)sck_params_primes(params, 9, &limbs);
    only.butterflies = only.macs = only.bytes = only.read_bytes = beyond;
    only.last_bytes = only.handed_bytes = beyond;
    only.task_us = only.access_us = 0;
    const struct sck_costs m = {.params = params,
                                .rates = &only,
                                .grain = 4,
                                .workers = 2,
                                .around = 1e12};

    sck_cost_mod_down(&m, 9, &both);
    sck_cost_mod_down_half(&m, 9, &half);
    CU_ASSERT_DOUBLE_EQUAL(both.work_us - 2 * half.work_us,
                           1e6 * 4 * limbs * 4096 / only.cache_bytes, 1e-6);
    sck_params_free(params);
}

static double us(const struct sck_cost_parts *parts, uint32_t workers)
{
    return sck_cost_parts_us(&rates, parts, workers);
}

/* More workers than the machine has cores: their thread that submits, too, is
 * on one of theirs. */
static void times_follow_from_parts(void)
{
    const uint32_t full = sck_machine_cores() + 1;
    const struct sck_cost_parts parts = {
        .one = 900, .memory = 100, .handed = 60, .span = 90, .submit = 30};
    /* Memory twice as slow; what is handed on twice as slow where it is. */
    const double share = 1.0 / full;

    CU_ASSERT_DOUBLE_EQUAL(us(&parts, full),
                           7 + (900 + 100 + 60 * (1 - share) + 30) * share +
                               90 * (1 - share),
                           1e-9);
    if (sck_machine_cores() > 1)
        CU_ASSERT_DOUBLE_EQUAL(us(&parts, 1), 905, 1e-9);
    for (uint32_t w = full; w < 64; w++)
        CU_ASSERT(us(&parts, w + 1) < us(&parts, w));
}

static void no_run_is_shorter_than_its_submission(void)
{
    const uint32_t full = sck_machine_cores() + 1;
    const struct sck_cost_parts parts = {.one = 900, .submit = 800};

    CU_ASSERT_DOUBLE_EQUAL(us(&parts, full + 8), 807, 1e-9);
    CU_ASSERT(sck_cost_is_submission(&rates, &parts, full + 8));
    if (sck_machine_cores() > 1)
        CU_ASSERT(!sck_cost_is_submission(&rates, &parts, 1));
}

/* The plan says from how many cores on; never where submission costs nothing.
 */
static void plans_say_when_submission_bounds_them(void)
{
    sck_params *params;
    char *text;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    sck_plan *plan = build_with(params, matrix_and_square);

    for (int slow = 0; slow < 2; slow++) {
        plan->rates = rates;
        plan->rates.submit_us = slow ? 1e6 : 1e-6;
        plan->rates.submit_access_us = slow ? 1e6 : 1e-6;
        sck_plan_predict_cost(plan);
        const uint32_t cores = sck_plan_submission_cores(plan);

        CU_ASSERT_EQUAL(cores, slow ? 1 : 0);
        CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_TEXT, &text),
                              SCK_OK);
        CU_ASSERT_EQUAL(strstr(text, "bound by that, not by work") != NULL,
                        slow);
        CU_ASSERT_EQUAL(strstr(text, "submitting") != NULL, slow);
        free(text);
    }
    sck_plan_free(plan);
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"a_level_of_two_products_has_one_rescaling_more",
     a_level_of_two_products_has_one_rescaling_more},
    {"permuting_takes_two_passes_in_cache",
     permuting_takes_two_passes_in_cache},
    {"times_follow_from_parts", times_follow_from_parts},
    {"no_run_is_shorter_than_its_submission",
     no_run_is_shorter_than_its_submission},
    {"plans_say_when_submission_bounds_them",
     plans_say_when_submission_bounds_them},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(cost, cases)
