/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted times beside measured ones: four operations and the demo's network,
 * with one worker and with two. */
#include "cost.h"
#include "eval_priv.h"
#include "network.h"
#include "operations.h"
#include "repetitions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = NETWORK_RUNS, MATRIX = 64, BATCH_US = 20000 };

/* So long it is tried to have the cores alone. */
#define PATIENCE_US 2e6

static struct sck_rates rates;

/* The row's floor is the prediction: its ratio is measured by predicted. */
static void add(struct bench *b, struct row row, const char *name,
                const struct repetitions *r)
{
    snprintf(row.name, sizeof row.name, "predict.%s", name);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    snprintf(row.unit, sizeof row.unit, "us");
    repetitions_add(b, &row, r);
    printf("%-31s fastest %.0f us, predicted %.0f us: %.2f\n", "",
           row.value.min, row.floor, row.value.min / row.floor);
}

static void cost_pmul(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    sck_cost_dot(m, level, 1, c);
    sck_cost_rescale(m, level, c);
}

static const struct {
    const char *name;
    operations_submit *submit;
    void (*cost)(const struct sck_costs *, uint32_t, struct sck_cost *);
    int switches; /* keys */
} list[] = {{"hmul", operations_hmul, sck_cost_product, 1},
            {"rotate", operations_rotate, sck_cost_rotation, 1},
            {"pmul", operations_pmul, cost_pmul, 0}};

/* One after the other, so many that processor time's ticks do not show. */
static void measure(struct operations *o, operations_submit *submit,
                    double predicted, struct repetitions *r)
{
    static const struct repetitions_wanted wanted = {RUNS, RUNS, 0,
                                                     PATIENCE_US};
    const int calls =
        predicted < BATCH_US ? (int)(BATCH_US / predicted) + 1 : 1;
    int is_warm = 0;

    while (repetitions_go_on(o->b, r, &wanted)) {
        const double near = bench_near_rate(o->b);
        const struct bench_moment begin = bench_moment();

        for (int i = 0; i < calls; i++)
            operations_once(o, submit);
        if (is_warm++ == 0)
            continue;
        r->us[r->count] = bench_since(&begin, o->workers) / calls;
        r->near[r->count] = fmin(near, bench_near_rate(o->b));
        r->total += r->us[r->count] * calls;
        r->floor[r->count++] = predicted;
    }
}

static int wants(const struct bench *b, const char *name, const char *set)
{
    char whole[60];

    snprintf(whole, sizeof whole, "predict.%s.%s", name, set);
    return bench_wants(b, whole);
}

static void operations(struct operations *o, const char *set, uint32_t workers)
{
    int wanted = 0;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        wanted |= wants(o->b, list[i].name, set);
    if (!wanted)
        return;
    operations_start(o, workers);
    struct sck_costs m = {.params = o->params,
                          .rates = &rates,
                          .grain = o->evaluator->grain,
                          .workers = o->workers};

    for (size_t i = 0; i < sizeof list / sizeof *list && o->workers == workers;
         i++) {
        struct sck_cost c = {0};
        struct repetitions r = {0};
        char name[40];

        if (!wants(o->b, list[i].name, set))
            continue;
        /* Two operands and a result; a key. */
        m.around =
            3 * 8.0 * o->limbs * o->n +
            (list[i].switches ? (double)sck_cost_key_bytes(o->params, o->level)
                              : 0);
        list[i].cost(&m, o->level, &c);
        measure(o, list[i].submit, sck_cost_time_us(&m, &c, workers), &r);
        snprintf(name, sizeof name, "%s.%s", list[i].name, set);
        add(o->b,
            (struct row){.logn = o->logn,
                         .level = o->level,
                         .limbs = o->limbs,
                         .workers = workers,
                         .block = o->evaluator->grain},
            name, &r);
    }
    operations_stop(o);
}

/* A dense matrix of the network's ring, its plan's prediction. */
static sck_plan *matrix_plan(struct bench *b, const sck_params *params)
{
    static double values[MATRIX * MATRIX];
    sck_graph *graph;
    sck_plan *plan;

    for (int i = 0; i < MATRIX * MATRIX; i++)
        values[i] = (double)(bench_random(b) >> 11) * 0x1p-53 - .5;
    operations_check(sck_graph_new(params, MATRIX, &graph), "graph");
    sck_output(graph, "y",
               sck_linear(graph, (sck_matrix){values, MATRIX, MATRIX},
                          sck_input(graph, "x", MATRIX), NULL));
    operations_check(sck_graph_compile(graph, &plan), "plan");
    sck_graph_free(graph);
    return plan;
}

static void network(struct bench *b, const char *name, struct network *w,
                    uint32_t workers)
{
    struct network_runs runs;
    struct repetitions r = {.count = RUNS};
    uint32_t ports;
    const struct sck_plan_port *in = sck_plan_inputs(w->plan, &ports);

    w->workers = workers;
    network_measure(w, "lws", &runs);
    for (int i = 0; i < RUNS; i++) {
        r.us[i] = runs.alone_us[i];
        r.floor[i] = sck_plan_time_us(w->plan, workers);
    }
    add(b,
        (struct row){.logn = sck_params_logn(w->params),
                     .level = in->level,
                     .workers = runs.workers,
                     .block = runs.block},
        name, &r);
}

void bench_predict(struct bench *b)
{
    static const struct {
        const char *set;
        uint32_t level;
    } rings[] = {{"l13-30", 3}, {"l14-40", 7}, {"l15-40", 16}, {"b16-40", 25}};
    char path[SCK_RATES_PATH];
    struct network w;

    if (sck_rates_here(&rates, path) != SCK_OK)
        bench_die("rates");
    printf("rates: %s\n", path[0] != 0 ? path : "generic");
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        struct operations o;

        if (!wants(b, "hmul", rings[i].set) &&
            !wants(b, "rotate", rings[i].set) &&
            !wants(b, "pmul", rings[i].set))
            continue;
        operations_open(&o, b, rings[i].set, rings[i].level);
        for (uint32_t workers = 1; workers <= 2; workers++)
            operations(&o, rings[i].set, workers);
        operations_close(&o);
    }
    if (!wants(b, "demo", "l14-40") && !wants(b, "matrix64", "l14-40"))
        return;
    network_open(&w, b);
    w.untraced = 1;
    for (uint32_t workers = 1; workers <= 2; workers++)
        if (wants(b, "demo", "l14-40"))
            network(b, "demo.l14-40", &w, workers);
    network_replace(&w, matrix_plan(b, w.params));
    for (uint32_t workers = 1; workers <= 2; workers++)
        if (wants(b, "matrix64", "l14-40"))
            network(b, "matrix64.l14-40", &w, workers);
    network_close(&w);
}
