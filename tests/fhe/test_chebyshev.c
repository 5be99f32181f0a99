/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Chebyshev series: the plan against Clenshaw's recurrence, its cost against
 * counts by hand, and an encrypted run with exactly planned scales. */
#include "eval_chebyshev_priv.h"
#include "keyholder.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64, TOP = 17 };

static struct sck_chebyshev_plan plan;

/* Clenshaw, apart from everything the plan does. */
static double series(const double *c, uint32_t degree, double x)
{
    double b1 = 0, b2 = 0;

    for (uint32_t k = degree; k > 0; k--) {
        const double b0 = c[k] + 2 * x * b1 - b2;

        b2 = b1;
        b1 = b0;
    }
    return c[0] + x * b1 - b2;
}

/* The plan in doubles; every operand must exist above its reader. */
static double by_plan(double x)
{
    double value[SCK_CHEBYSHEV_NODES];

    value[0] = x;
    for (uint32_t i = 1; i < plan.nodes; i++) {
        const struct sck_chebyshev_node *n = &plan.node[i];
        double sum = 0;

        for (uint32_t k = 0; k < n->products; k++) {
            CU_ASSERT(plan.node[n->product[k].a].depth < n->depth);
            CU_ASSERT(plan.node[n->product[k].b].depth < n->depth);
            sum += value[n->product[k].a] * value[n->product[k].b];
        }
        if (n->twice)
            sum *= 2;
        for (uint32_t k = 0; k < n->terms; k++) {
            CU_ASSERT(plan.node[n->term[k].x].depth < n->depth);
            sum += n->term[k].c * value[n->term[k].x];
        }
        value[i] = sum + n->constant;
    }
    return value[plan.nodes - 1];
}

static void random_series(double *c, uint32_t degree, uint32_t step)
{
    memset(c, 0, (SCK_CHEBYSHEV_DEGREE + 1) * sizeof *c);
    for (uint32_t k = degree % step; k <= degree; k += step)
        c[k] = sck_test_real() / (1 + k);
}

static void a_plan_computes_its_series(void)
{
    double c[SCK_CHEBYSHEV_DEGREE + 1];

    for (uint32_t degree = 1; degree <= SCK_CHEBYSHEV_DEGREE; degree++)
        for (uint32_t step = 1; step <= 2; step++) {
            random_series(c, degree, step);
            if (degree == step && c[degree] == 0)
                continue;
            CU_ASSERT_EQUAL_FATAL(sck_chebyshev_plan_new(c, degree, &plan),
                                  SCK_OK);
            for (double x = -1; x <= 1; x += 0.125)
                CU_ASSERT_DOUBLE_EQUAL(by_plan(x), series(c, degree, x), 1e-12);
        }
}

static void check_cost(uint32_t degree, uint32_t step, uint32_t depth,
                       uint32_t switches, uint32_t products)
{
    double c[SCK_CHEBYSHEV_DEGREE + 1];

    random_series(c, degree, step);
    CU_ASSERT_EQUAL_FATAL(sck_chebyshev_plan_new(c, degree, &plan), SCK_OK);
    printf("\n    degree %u step %u: depth %u, %u key switches, %u products",
           degree, step, plan.depth, plan.key_switches, plan.products);
    CU_ASSERT_EQUAL(plan.depth, depth);
    CU_ASSERT(plan.key_switches <= switches);
    CU_ASSERT(plan.products <= products);
}

/* EvalMod's even degree 30: T2 T4 T6 T8 T16 and three sums (parameters.md,
 * section 4). A general degree 2^k - 1 has depth k. */
static void depth_switches_and_products_are_the_fewest(void)
{
    check_cost(30, 2, 5, 8, 9);
    check_cost(31, 1, 5, 10, 13);
    check_cost(27, 1, 5, 8, 11);
    check_cost(59, 1, 6, 13, 16);
    check_cost(1, 1, 1, 0, 0);
    check_cost(2, 2, 2, 1, 1);
}

static void constant_and_empty_series_are_refused(void)
{
    const double zero[4] = {1, 0, 0, 0};

    CU_ASSERT_EQUAL(sck_chebyshev_plan_new(zero, 3, &plan), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_chebyshev_plan_new(zero, 0, &plan), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_chebyshev_plan_new(zero, 128, &plan), SCK_ERR_ARGUMENT);
}

static void check_encrypted(sck_evaluator *evaluator, sck_run *run,
                            const struct keyholder *holder, uint32_t degree,
                            double bits)
{
    double c[SCK_CHEBYSHEV_DEGREE + 1], a[2 * SLOTS] = {0}, want[2 * SLOTS],
                                              got[2 * SLOTS];
    struct sck_limbs_ciphertext *ct;
    sck_ciphertext *x = NULL, *y = NULL;
    const sck_scale table = {0, 0};

    random_series(c, degree, 1);
    for (uint32_t i = 0; i < SLOTS; i++) {
        a[2 * i] = sck_test_real();
        want[2 * i] = series(c, degree, a[2 * i]);
        want[2 * i + 1] = 0;
    }
    ct = keyholder_encrypt(holder, a, SLOTS, TOP);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(evaluator, run, ct, &x),
                          SCK_OK);
    sck_limbs_ciphertext_free(ct);
    CU_ASSERT_EQUAL_FATAL(sck_eval_chebyshev(run, x, c, degree, table, &y),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(y, "y", &ct), SCK_OK);
    CU_ASSERT(sck_scale_equal(
        sck_ciphertext_scale(y),
        sck_params_scale(holder->params, sck_ciphertext_level(y))));
    keyholder_decrypt(holder, ct, got);
    const double measured = worst_bits(got, want, SLOTS);

    printf("\n    degree %u, level %u to %u: %.1f bits", degree, TOP,
           sck_ciphertext_level(y), measured);
    CU_ASSERT(measured >= bits);
    CU_ASSERT(measured < 60);
    sck_limbs_ciphertext_free(ct);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
}

/* Down the rational ladder, whose levels are not nested. */
static void an_encrypted_series_lands_on_the_tables_scale(void)
{
    struct keyholder holder;
    struct sck_limbs_keyset *keys;
    const uint32_t relin = 0;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;

    keyholder_new("test-10", &holder);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(session, holder.params, &evaluator),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(session, &run), SCK_OK);
    keys = keyholder_keys(&holder, TOP, &relin, 1);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(evaluator, run, keys), SCK_OK);
    sck_limbs_keyset_free(keys);
    check_encrypted(evaluator, run, &holder, 3, 28);
    check_encrypted(evaluator, run, &holder, 7, 28);
    check_encrypted(evaluator, run, &holder, 31, 26);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_run_free(run);
    sck_evaluator_free(evaluator);
    sck_session_free(session);
    keyholder_free(&holder);
}

static CU_TestInfo cases[] = {
    {"a_plan_computes_its_series", a_plan_computes_its_series},
    {"depth_switches_and_products_are_the_fewest",
     depth_switches_and_products_are_the_fewest},
    {"constant_and_empty_series_are_refused",
     constant_and_empty_series_are_refused},
    {"an_encrypted_series_lands_on_the_tables_scale",
     an_encrypted_series_lands_on_the_tables_scale},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(chebyshev, cases)
