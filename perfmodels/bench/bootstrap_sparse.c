/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstraps of fewer slots than the ring has: floor of what they count, and
 * the plan's prediction beside what is measured. */
#include "bootstrap.h"

#include "eval_priv.h"
#include "plan_priv.h"

#include <stdio.h>

/* What a plan predicts for one bootstrap, on this machine's rates. */
static double predicted_us(const struct bootstrap *s)
{
    struct sck_step step = {.op = SCK_OP_BOOTSTRAP,
                            .from = s->o.level,
                            .level = sck_params_app_top(s->o.params)};
    sck_graph *graph;
    sck_plan *plan;

    operations_check(sck_graph_new(s->o.params, s->slots, &graph), "graph");
    sck_output(graph, "y",
               sck_bootstrap(graph, sck_input(graph, "x", s->slots)));
    operations_check(sck_graph_compile(graph, &plan), "plan");
    plan->grain.limbs = s->o.evaluator->grain;
    const double us = sck_step_time(plan, &step);

    sck_plan_free(plan);
    sck_graph_free(graph);
    return us;
}

static void row_of(struct bench *b, uint32_t slots, const char *name)
{
    struct bootstrap s;

    bootstrap_open(&s, b, slots);
    bootstrap_start(&s, 1, 0);
    bootstrap_look(&s);
    const size_t at = b->report.count;

    bootstrap_time(&s, name);
    if (at < b->report.count) {
        struct row row = b->report.rows[at];

        snprintf(row.name, sizeof row.name, "predict.%s", name);
        row.floor = predicted_us(&s);
        report_add(&b->report, &row);
    }
    bootstrap_stop(&s);
    bootstrap_close(&s);
}

void bootstrap_sparse(struct bench *b)
{
    /* All of them last: they take the memory of eight gigabytes. */
    static const uint32_t log_slots[] = {5, 10, 14, 15};

    for (size_t i = 0; i < sizeof log_slots / sizeof *log_slots; i++) {
        char name[32];

        snprintf(name, sizeof name, "bootstrap.slots.%u", 1u << log_slots[i]);
        /* With everything, half of the slots are enough. */
        if (!bench_wants(b, name) || (b->options.quick && log_slots[i] > 11) ||
            (log_slots[i] != 14 && bench_wants(b, "bootstrap")))
            continue;
        if (b->options.list)
            puts(name);
        else
            row_of(b, 1u << log_slots[i], name);
    }
}
