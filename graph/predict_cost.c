/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time and memory of every step and of the plan. */
#include "bootstrap.h"
#include "cost.h"

#include <math.h>

static struct sck_costs costs_of(const sck_plan *plan)
{
    return (struct sck_costs){plan->params, &plan->rates, plan->grain.limbs, 0};
}

static uint64_t vector_bytes(const sck_plan *plan, uint32_t level)
{
    return sck_cost_limb_bytes(
        plan->params, 2 * (uint64_t)sck_cost_limbs(plan->params, level));
}

static struct sck_cost_map map_of(const sck_plan *plan,
                                  const struct sck_step *step)
{
    return (struct sck_cost_map){plan->slots, step->diagonals, step->steps,
                                 step->turns};
}

static void linear(const sck_plan *plan, const struct sck_costs *m,
                   const struct sck_step *step, struct sck_cost *c)
{
    const struct sck_cost_map map = map_of(plan, step);

    sck_cost_linear(m, step->from, &map, c);
    if (step->bias != NULL)
        sck_cost_elementwise(m, step->level, 1, 2, c);
}

/* Powers, each from two of half its degree, then one weighted sum. */
static void polynomial(const struct sck_costs *m, const struct sck_step *step,
                       struct sck_cost *c)
{
    for (uint32_t k = 2; k <= step->fit.degree; k++) {
        const uint32_t at = step->from - sck_power_depth((k + 1) / 2);

        sck_cost_product(m, at, c);
        sck_cost_lower(m, at, at - 1, c);
        sck_cost_elementwise(m, at, 2, 2, c);
    }
    sck_cost_rescale(m, step->level + 1, c);
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

    around.around = vectors_of(step) * (double)vector_bytes(plan, level);
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

/* What a step holds beside its operands and result. */
static uint64_t step_bytes(const sck_plan *plan, const struct sck_step *step)
{
    const uint64_t vector = vector_bytes(plan, step->from);
    const struct sck_cost_map map = map_of(plan, step);

    if (step->op == SCK_OP_INPUT || step->op == SCK_OP_ADD)
        return 0;
    if (step->op == SCK_OP_BOOTSTRAP)
        return sck_bootstrap_step_bytes(plan);
    if (step->op == SCK_OP_LOWER)
        return vector;
    if (step->op == SCK_OP_LINEAR)
        return sck_cost_linear_bytes(plan->params, step->from, &map);
    if (step->op == SCK_OP_POLY && step->fit.degree < 2)
        return 2 * vector;
    /* A product has three polynomials; a polynomial keeps all powers. */
    return (step->op == SCK_OP_POLY ? step->fit.degree + 2 : 0) * vector +
           vector * 3 / 2 + sck_cost_switch_bytes(plan->params, step->from);
}

static uint64_t weight_bytes(const sck_plan *plan)
{
    uint64_t bytes =
        sck_cost_limb_bytes(plan->params, sck_bootstrap_weight_limbs(plan));

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];
        const struct sck_cost_map map = map_of(plan, step);

        if (step->op == SCK_OP_LINEAR)
            bytes += sck_cost_diagonal_bytes(plan->params, step->from, &map);
        if (step->bias != NULL)
            bytes +=
                sck_cost_limb_bytes(plan->params,
                                    sck_cost_limbs(plan->params, step->level)) /
                sck_cost_repeat(plan->params, plan->slots);
    }
    return bytes;
}

/* The most that live vectors and one step's temporaries take together. */
static uint64_t vectors_peak(const sck_plan *plan)
{
    uint64_t live = 0, peak = 0;

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];
        const uint32_t operands[2] = {step->a, step->b};

        live += vector_bytes(plan, step->level);
        if (live + step_bytes(plan, step) > peak)
            peak = live + step_bytes(plan, step);
        for (int k = 0; k < (step->a == step->b ? 1 : 2); k++)
            if (plan->step[operands[k]].last_reader == i)
                live -= vector_bytes(plan, plan->step[operands[k]].level);
    }
    return peak;
}

double sck_step_time(const sck_plan *plan, const struct sck_step *step)
{
    const struct sck_costs m = costs_of(plan);
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
    sck_grain_for_gpus(plan->params, &plan->gpu_grain);
}

void sck_plan_predict_cost(sck_plan *plan)
{
    const struct sck_costs m = costs_of(plan);
    uint64_t task = 0;

    plan->totals.span_us = plan->totals.submit_us = 0;
    plan->totals.tasks = 0;
    plan->totals.shared_us = 0;
    plan->work_us = plan->memory_us = plan->handed_us = 0;
    for (uint32_t i = 0; i < plan->steps; i++) {
        struct sck_step *step = &plan->step[i];
        uint64_t bytes = 2 * vector_bytes(plan, step->from);

        const struct sck_cost c = step_cost(plan, &m, step);

        step->time_us = sck_cost_us(&m, &c);
        plan->work_us += step->time_us;
        if (step->share == SCK_TAKES)
            plan->totals.shared_us +=
                sck_bootstrap_alone_us(plan, step->with, i) - step->time_us -
                plan->step[step->with].time_us;
        plan->totals.span_us += c.span_us;
        plan->totals.submit_us += sck_cost_submit_us(&m, &c);
        plan->memory_us += c.memory_us;
        plan->handed_us += c.handed_us;
        plan->totals.tasks += (uint64_t)c.tasks;
        if (step->op == SCK_OP_BOOTSTRAP)
            bytes = sck_bootstrap_task_bytes(plan);
        else if (step->key_switches != 0 &&
                 sck_cost_task_bytes(plan->params, step->from) > bytes)
            bytes = sck_cost_task_bytes(plan->params, step->from);
        if (bytes > task)
            task = bytes;
    }
    plan->totals.time_us = sck_plan_time_us(plan, 1);
    const struct sck_cost start = start_cost(plan, &m);

    plan->totals.start_us = sck_cost_us(&m, &start);
    plan->totals.weight_bytes = weight_bytes(plan);
    plan->totals.peak_bytes =
        plan->totals.key_bytes + plan->totals.weight_bytes + vectors_peak(plan);
    /* One task runs while the next one's data arrives. */
    plan->totals.least_bytes = 2 * task;
}

static struct sck_cost_parts parts_of(const sck_plan *plan)
{
    return (struct sck_cost_parts){.one = plan->work_us,
                                   .memory = plan->memory_us,
                                   .handed = plan->handed_us,
                                   .span = plan->totals.span_us,
                                   .submit = plan->totals.submit_us};
}

double sck_plan_time_us(const sck_plan *plan, uint32_t workers)
{
    const struct sck_cost_parts parts = parts_of(plan);

    return sck_cost_parts_us(&plan->rates, &parts, workers);
}

uint32_t sck_plan_submission_cores(const sck_plan *plan)
{
    const struct sck_cost_parts parts = parts_of(plan);

    for (uint32_t workers = 1; workers <= 1024; workers++)
        if (sck_cost_is_submission(&plan->rates, &parts, workers))
            return workers;
    return 0;
}
