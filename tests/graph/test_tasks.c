/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.tasks. Counted tasks against those that are submitted: of a
 * multiplication, a rotation, a matrix, a polynomial, a Chebyshev series, a
 * bootstrap and two as one, with one worker and with two, in small rings; of a
 * multiplication where tasks take several blocks. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "../fhe/evaluator_kit.h"
#include "cost.h"
#include "eval_chebyshev_priv.h"
#include "eval_priv.h"
#include "plan_kit.h"
#include "workers_kit.h"

enum { DEGREE = 15 };

static void near(const char *what, uint32_t workers, uint64_t submitted,
                 double predicted)
{
    printf("\n    %s, %u worker(s): %llu tasks, %.0f predicted", what, workers,
           (unsigned long long)submitted, predicted);
    CU_ASSERT(fabs(predicted / (double)submitted - 1) < 0.05);
}

static void square(sck_graph *g)
{
    sck_output(g, "y", sck_square(g, sck_input(g, "x", IN)));
}

static void matrix(sck_graph *g)
{
    static double a[HIDDEN * IN];

    fill(a, HIDDEN * IN, 0.3);
    sck_output(g, "y",
               sck_linear(g, (sck_matrix){a, HIDDEN, IN}, sck_input(g, "x", IN),
                          NULL));
}

static void polynomial(sck_graph *g)
{
    sck_output(g, "y",
               sck_poly(g, sck_input(g, "x", IN), soft, -2, 2, DEGREE - 2));
}

static void one_bootstrap(sck_graph *g)
{
    sck_output(g, "y", sck_bootstrap(g, sck_input(g, "x", IN)));
}

/* One is lowered to where the other is, halved and doubled; both share one. */
static void two_bootstraps(sck_graph *g)
{
    sck_node x = sck_input(g, "x", IN);
    sck_node y = sck_bootstrap(g, x);

    sck_output(g, "y", sck_add(g, y, sck_bootstrap(g, sck_add(g, x, x))));
}

/* A session of so many workers, the plan's grain and counts for them. */
static void open_with(struct bench *b, void (*describe)(sck_graph *),
                      uint32_t workers)
{
    set_workers(workers);
    start_with(b, describe);
    CU_ASSERT_EQUAL_FATAL(sck_session_workers(b->session), workers);
    b->plan->workers = workers;
    sck_grain_choose(b->params, &b->plan->rates, workers, &b->plan->grain);
    sck_plan_predict_cost(b->plan);
    CU_ASSERT_EQUAL(
        b->evaluator->grain,
        (workers == 1 ? &b->plan->grain_alone : &b->plan->grain)->limbs);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b->evaluator, b->run, b->keys),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_prepare(b->plan, b->evaluator, b->run), SCK_OK);
}

static void of_a_run(const char *what, void (*describe)(sck_graph *),
                     uint32_t workers)
{
    double x[IN];
    sck_ciphertext *in, *out = NULL;
    struct sck_plan_totals totals;
    struct bench b;
    sck_run *run;

    open_with(&b, describe, workers);
    fill(x, IN, 1);
    in = encrypt(&b, x, IN);
    CU_ASSERT_EQUAL(sck_run_wait(b.run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(b.session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_plan_run(b.plan, b.evaluator, run,
                                       (const sck_ciphertext *const *)&in,
                                       &out),
                          SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_plan_get_totals(b.plan, &totals);
    near(what, workers, sck_run_tasks(run), (double)totals.tasks);
    sck_run_free(run);
    sck_ciphertext_free(in);
    sck_ciphertext_free(out);
    stop(&b);
}

static void runs_submit_what_plans_count(void)
{
    for (uint32_t workers = 1; workers <= 2; workers++) {
        of_a_run("a square", square, workers);
        of_a_run("a matrix", matrix, workers);
        of_a_run("a polynomial", polynomial, workers);
        of_a_run("a bootstrap", one_bootstrap, workers);
        of_a_run("a pair of them", two_bootstraps, workers);
    }
    printf(" ... ");
}

static struct sck_costs costs_of(const struct bench *b, uint32_t workers)
{
    return (struct sck_costs){.params = b->params,
                              .rates = &b->plan->rates,
                              .grain = b->evaluator->grain,
                              .workers = workers};
}

static void of_a_rotation(uint32_t workers)
{
    struct sck_cost count = {0};
    sck_ciphertext *x, *y;
    double values[IN];
    struct bench b;
    sck_run *run;

    open_with(&b, matrix, workers);
    fill(values, IN, 1);
    x = encrypt(&b, values, IN);
    const struct sck_costs m = costs_of(&b, workers);

    CU_ASSERT_EQUAL_FATAL(sck_run_new(b.session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(run, x, 1, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_cost_rotation(&m, sck_ciphertext_level(x), &count);
    near("a rotation", workers, sck_run_tasks(run), count.tasks);
    sck_run_free(run);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    stop(&b);
}

/* What bringing a node's operand to a level takes, once for all that ask. */
static void add_lowering(const struct sck_costs *m,
                         const struct sck_chebyshev_plan *p, uint32_t top,
                         uint32_t *lowered, uint16_t x, uint32_t level,
                         struct sck_cost *c)
{
    const uint32_t from = top - p->node[x].depth;

    if (!sck_is_nested(m->params, from, level) && lowered[x] != level) {
        sck_cost_lower(m, from, level, c);
        lowered[x] = level;
    }
}

static void add_node(const struct sck_costs *m,
                     const struct sck_chebyshev_plan *p, uint32_t top,
                     uint32_t *lowered, uint32_t i, struct sck_cost *c)
{
    const struct sck_chebyshev_node *node = &p->node[i];
    const uint32_t level = top - (node->depth - 1);

    for (uint32_t k = 0; k < node->products; k++) {
        add_lowering(m, p, top, lowered, node->product[k].a, level, c);
        add_lowering(m, p, top, lowered, node->product[k].b, level, c);
    }
    for (uint32_t k = 0; k < node->terms; k++)
        add_lowering(m, p, top, lowered, node->term[k].x, level, c);
    sck_cost_combined(m, level, node->products, node->terms, c);
}

/* Node by node, with the keys of a polynomial as deep. */
static void of_a_series(uint32_t workers)
{
    struct sck_chebyshev_plan *series = malloc(sizeof *series);
    double values[IN], c[DEGREE + 1];
    uint32_t lowered[SCK_CHEBYSHEV_NODES] = {0};
    struct sck_cost count = {0};
    sck_ciphertext *x, *y = NULL;
    struct bench b;
    sck_run *run;

    CU_ASSERT_PTR_NOT_NULL_FATAL(series);
    open_with(&b, polynomial, workers);
    fill(values, IN, 1);
    fill(c, DEGREE + 1, 0.1);
    x = encrypt(&b, values, IN);
    const struct sck_costs m = costs_of(&b, workers);
    const uint32_t top = sck_ciphertext_level(x);

    CU_ASSERT_EQUAL_FATAL(sck_run_new(b.session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_chebyshev(run, x, c, DEGREE, (sck_scale){0, 0}, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_chebyshev_plan_new(c, DEGREE, series), SCK_OK);
    for (uint32_t i = 1; i < series->nodes; i++)
        add_node(&m, series, top, lowered, i, &count);
    near("a series", workers, sck_run_tasks(run), count.tasks);
    sck_run_free(run);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    stop(&b);
    free(series);
}

static void operations_submit_what_is_counted(void)
{
    for (uint32_t workers = 1; workers <= 2; workers++) {
        of_a_rotation(workers);
        of_a_series(workers);
    }
    printf(" ... ");
}

/* A multiplication and a rotation at a level of a set. */
static void of_long_rows(const char *set, uint32_t level, uint32_t workers)
{
    struct sck_limbs_key wanted[2] = {{.kind = SCK_KEY_RELIN},
                                      {.kind = SCK_KEY_GALOIS}};
    const struct sck_rates *const rates = &sck_rates_generic;
    struct sck_cost product = {0}, rotation = {0};
    sck_ciphertext *x, *square, *y, *z;
    struct kit k;
    sck_run *run;

    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &k.params), SCK_OK);
    wanted[1].galois = sck_galois_rotation(k.params, 1);
    wanted[0].key_class = wanted[1].key_class =
        sck_params_class_of(k.params, level);
    open_keys(&k, wanted, 2, level, SLOTS);
    set_workers(workers);
    open_session(&k, workers);
    sck_evaluator *const e = new_evaluator(&k, 0, &x);
    const struct sck_costs m = {.params = k.params,
                                .rates = rates,
                                .grain = e->grain,
                                .workers = workers};

    sck_cost_product(&m, level, &product);
    sck_cost_rotation(&m, level, &rotation);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k.session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(run, x, x, &square), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_relinearise_rescale(run, square, &y),
                          SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    near("a product of long rows", workers, sck_run_tasks(run), product.tasks);
    const uint64_t before = sck_run_tasks(run);

    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(run, x, 1, &z), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    near("a rotation of them", workers, sck_run_tasks(run) - before,
         rotation.tasks);
    sck_run_free(run);
    sck_ciphertext_free(x);
    sck_ciphertext_free(square);
    sck_ciphertext_free(y);
    sck_ciphertext_free(z);
    close_session(k.session, e, k.run);
    close_keys(&k);
}

static void tasks_of_several_blocks_are_counted_so(void)
{
    of_long_rows("l15-40", 12, 1);
    of_long_rows("b16-40", 10, 2);
    printf(" ... ");
}

static CU_TestInfo cases[] = {
    {"runs_submit_what_plans_count", runs_submit_what_plans_count},
    {"operations_submit_what_is_counted", operations_submit_what_is_counted},
    {"tasks_of_several_blocks_are_counted_so",
     tasks_of_several_blocks_are_counted_so},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tasks, cases)
