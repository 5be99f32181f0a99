/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time and memory of every step and of the plan. */
#include "bootstrap.h"
#include "cost.h"

#include <math.h>

/* With so many workers: one, or one on every core. */
static struct sck_costs costs_of(const sck_plan *plan, uint32_t workers)
{
    return (struct sck_costs){.params = plan->params,
                              .rates = &plan->rates,
                              .grain = workers == 1 ? plan->grain_alone.limbs
                                                    : plan->grain.limbs,
                              .workers = workers};
}

static void linear(const sck_plan *plan, const struct sck_costs *m,
                   const struct sck_step *step, struct sck_cost *c)
{
    const struct sck_cost_map map = sck_step_map(plan, step);

    sck_cost_linear(m, step->from, &map, c);
    if (step->bias != NULL)
        sck_cost_elementwise(m, step->level, 1, 2, c);
}

/* So many lowerings to a level, or none where they would start there. */
static void lowerings(const struct sck_costs *m, uint32_t from, uint32_t level,
                      uint32_t count, struct sck_cost *c)
{
    struct sck_cost one = {0};

    if (from == level || count == 0)
        return;
    sck_cost_lower(m, from, level, &one);
    sck_cost_add_times(c, &one, count, count);
}

/* Powers whose operands are at most `depth` levels down, one of them so many:
 * each from two of half its degree, at the lower one's level. */
static void powers(const struct sck_costs *m, const struct sck_step *step,
                   uint32_t depth, struct sck_cost *c)
{
    const uint32_t at = step->from - depth;
    struct sck_cost one = {0};
    uint32_t products = 0, higher = 0;

    for (uint32_t k = 2; k <= step->fit.degree; k++)
        if (sck_power_depth((k + 1) / 2) == depth) {
            products++;
            higher += sck_power_depth(k / 2) != depth;
        }
    lowerings(m, at + 1, at, higher, c);
    sck_cost_product(m, at, &one);
    sck_cost_add_times(c, &one, products, products);
}

/* The powers of a depth, brought to the lowest level and weighted.
 * @return how many */
static uint32_t weighted(const struct sck_costs *m, const struct sck_step *step,
                         uint32_t depth, uint32_t low, struct sck_cost *c)
{
    const uint32_t degree = step->fit.degree;
    struct sck_cost one = {0};
    uint32_t terms = 0;

    for (uint32_t k = 1; k <= degree; k++)
        terms +=
            sck_power_depth(k) == depth && (step->fit.c[k] != 0 || k == degree);
    lowerings(m, step->from - depth, low, terms, c);
    sck_cost_elementwise(m, low, 2, 1, &one);
    sck_cost_add_times(c, &one, terms, terms);
    return terms;
}

static void polynomial(const struct sck_costs *m, const struct sck_step *step,
                       struct sck_cost *c)
{
    const uint32_t deepest = sck_power_depth(step->fit.degree);
    const uint32_t low = step->from - deepest;
    struct sck_cost sum = {0};
    uint32_t terms = 0;

    for (uint32_t depth = 0; depth < deepest; depth++)
        powers(m, step, depth, c);
    for (uint32_t depth = 0; depth <= deepest; depth++)
        terms += weighted(m, step, depth, low, c);
    sck_cost_elementwise(m, low, 2, 2, &sum);
    sck_cost_add_times(c, &sum, terms - 1, terms - 1);
    sck_cost_rescale(m, low, c);
    sck_cost_elementwise(m, step->level, 1, 1, c);
}

/* Ciphertexts that a step goes around: a matrix's babies, a polynomial's
 * powers, else operands and result. */
static double vectors_of(const struct sck_step *step)
{
    if (step->op == SCK_OP_LINEAR)
        return 3.0 + step->steps - step->turns;
    return step->op == SCK_OP_POLY ? 2.0 + step->fit.degree : 3;
}

/* Switching keys that go by meanwhile; a bootstrap goes around more than a
 * cache holds without them. */
static uint32_t keys_of(const struct sck_step *step)
{
    switch (step->op) {
    case SCK_OP_LINEAR:
        return step->steps;
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        return 1;
    case SCK_OP_POLY:
        return step->fit.degree - 1;
    default:
        return 0;
    }
}

static struct sck_cost step_cost(const sck_plan *plan,
                                 const struct sck_costs *costs,
                                 const struct sck_step *step)
{
    const uint32_t level = step->op == SCK_OP_BOOTSTRAP
                               ? sck_params_levels(plan->params) - 1
                               : step->from;
    struct sck_costs around = *costs;
    const struct sck_costs *const m = &around;
    struct sck_cost c = {0};

    around.around =
        vectors_of(step) * (double)sck_plan_vector_bytes(plan, level);
    if (keys_of(step) != 0)
        around.around +=
            keys_of(step) * (double)sck_cost_key_bytes(plan->params, level);
    switch (step->op) {
    case SCK_OP_INPUT:
        break;
    case SCK_OP_LINEAR:
        linear(plan, m, step, &c);
        break;
    case SCK_OP_ADD:
        sck_cost_elementwise(m, step->level, 2, 2, &c);
        break;
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        sck_cost_product(m, step->from, &c);
        break;
    case SCK_OP_POLY:
        polynomial(m, step, &c);
        break;
    case SCK_OP_BOOTSTRAP:
        sck_bootstrap_cost(plan, m, step, &c);
        break;
    case SCK_OP_LOWER:
        sck_cost_lower(m, step->from, step->level, &c);
        break;
    }
    return c;
}

/* Keys and weights, before the first input. */
static struct sck_cost start_cost(const sck_plan *plan,
                                  const struct sck_costs *m)
{
    struct sck_cost c = {0};

    for (uint32_t i = 0; i < plan->keys; i++)
        sck_cost_key(m, plan->key[i].key_class, &c);
    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];
        uint32_t special = 0;

        if (step->steps != 0)
            special =
                sck_params_class(plan->params,
                                 sck_params_class_of(plan->params, step->from))
                    ->special_count;
        for (uint32_t k = 0; k < step->diagonals; k++)
            sck_cost_encode(m, step->from, special, plan->slots, &c);
        if (step->bias != NULL)
            sck_cost_encode(m, step->level, 0, plan->slots, &c);
    }
    return c;
}

double sck_step_time(const sck_plan *plan, const struct sck_step *step)
{
    const struct sck_costs m = costs_of(plan, 1);
    const struct sck_cost c = step_cost(plan, &m, step);

    return sck_cost_us(&m, &c);
}

/* The grain that a session without one of its own takes on this machine's
 * cores, and where it has a GPU. */
void sck_plan_choose_rates(sck_plan *plan)
{
    /* A file that cannot be used leaves the generic rates; plans say so. */
    plan->rates_status = sck_rates_here(&plan->rates, plan->rates_path);
    plan->workers = sck_machine_cores();
    sck_grain_choose(plan->params, &plan->rates, plan->workers, &plan->grain);
    sck_grain_choose(plan->params, &plan->rates, 1, &plan->grain_alone);
    sck_grain_for_gpus(plan->params, &plan->gpu_grain);
}

/* All steps' together; each step's own time is kept if it is to be. */
static struct sck_cost_parts parts_with(sck_plan *plan, uint32_t workers,
                                        int keeps)
{
    const struct sck_costs m = costs_of(plan, workers);
    struct sck_cost_parts parts = {0};

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_cost c = step_cost(plan, &m, &plan->step[i]);
        const double us = sck_cost_us(&m, &c);

        if (keeps)
            plan->step[i].time_us = us;
        parts.one += us;
        parts.memory += c.memory_us;
        parts.handed += c.handed_us;
        parts.span += c.span_us;
        parts.submit += sck_cost_submit_us(&m, &c);
        parts.tasks += c.tasks;
    }
    return parts;
}

void sck_plan_predict_cost(sck_plan *plan)
{
    const struct sck_costs m = costs_of(plan, 1);
    struct sck_plan_totals *const t = &plan->totals;
    const uint32_t cores = plan->workers;

    plan->shared = parts_with(plan, cores > 1 ? cores : 2, 0);
    plan->alone = parts_with(plan, 1, 1);
    t->shared_us = 0;
    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];

        if (step->share == SCK_TAKES)
            t->shared_us += sck_bootstrap_alone_us(plan, step->with, i) -
                            step->time_us - plan->step[step->with].time_us;
    }
    t->span_us = plan->shared.span;
    t->submit_us = plan->shared.submit;
    t->tasks = (uint64_t)(cores > 1 ? plan->shared : plan->alone).tasks;
    t->tasks_alone = (uint64_t)plan->alone.tasks;
    t->time_us = sck_plan_time_us(plan, 1);
    const struct sck_cost start = start_cost(plan, &m);

    t->start_us = sck_cost_us(&m, &start);
    sck_plan_predict_memory(plan);
}

static const struct sck_cost_parts *parts_of(const sck_plan *plan,
                                             uint32_t workers)
{
    return workers == 1 ? &plan->alone : &plan->shared;
}

double sck_plan_time_us(const sck_plan *plan, uint32_t workers)
{
    return sck_cost_parts_us(&plan->rates, parts_of(plan, workers), workers);
}

uint32_t sck_plan_submission_cores(const sck_plan *plan)
{
    for (uint32_t workers = 1; workers <= 1024; workers++)
        if (sck_cost_is_submission(&plan->rates, parts_of(plan, workers),
                                   workers))
            return workers;
    return 0;
}
