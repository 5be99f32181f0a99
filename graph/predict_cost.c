/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time and memory of every step and of the plan. */
#include "bootstrap.h"
#include "cost.h"

static uint64_t vector_bytes(const sck_plan *plan, uint32_t level)
{
    return sck_cost_limb_bytes(
        plan->params, 2 * (uint64_t)sck_cost_limbs(plan->params, level));
}

static double step_time(const sck_plan *plan, const struct sck_step *step)
{
    const sck_params *p = plan->params;
    const uint32_t from = sck_cost_limbs(p, step->from);
    const uint32_t limbs = sck_cost_limbs(p, step->level);
    double time = 0;

    switch (step->op) {
    case SCK_OP_INPUT:
        return 0;
    case SCK_OP_LINEAR:
        if (step->steps != 0)
            time = step->steps * sck_cost_key_switch(p, step->from);
        return time + sck_cost_rescale(p, step->from) +
               sck_cost_elementwise(p, 2 * (uint64_t)step->diagonals * from +
                                           (step->bias != NULL ? limbs : 0));
    case SCK_OP_ADD:
        return sck_cost_elementwise(p, 2 * (uint64_t)limbs);
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        return sck_cost_key_switch(p, step->from) +
               sck_cost_rescale(p, step->from) +
               sck_cost_elementwise(p, 4 * (uint64_t)from);
    case SCK_OP_POLY:
        for (uint32_t k = 2; k <= step->fit.degree; k++) {
            const uint32_t at = step->from - sck_power_depth((k + 1) / 2);

            time +=
                sck_cost_key_switch(p, at) + 2 * sck_cost_rescale(p, at) +
                sck_cost_elementwise(p, 8 * (uint64_t)sck_cost_limbs(p, at));
        }
        return time + sck_cost_rescale(p, step->level + 1);
    case SCK_OP_BOOTSTRAP:
        return sck_bootstrap_time(plan, step);
    case SCK_OP_LOWER:
        /* As a rescale that drops all the difference, by its share of rows. */
        return (1 + step->from - step->level) * sck_cost_rescale(p, step->from);
    }
    return 0;
}

/* What a step holds beside its operands and result. */
static uint64_t step_bytes(const sck_plan *plan, const struct sck_step *step)
{
    const uint64_t vector = vector_bytes(plan, step->from);
    uint64_t babies = 1;

    if (step->op == SCK_OP_INPUT || step->op == SCK_OP_ADD)
        return 0;
    if (step->op == SCK_OP_BOOTSTRAP)
        return sck_bootstrap_step_bytes(plan);
    if (step->op == SCK_OP_LOWER)
        return vector;
    if (step->op == SCK_OP_LINEAR) {
        /* Babies: a power of two at or above the root (fhe/eval_linear.c);
         * one part and one sum beside them. */
        while (babies * babies < plan->slots)
            babies *= 2;
        if (babies > step->steps + 1)
            babies = step->steps + 1;
        return (babies + 2) * vector +
               (step->steps == 0
                    ? 0
                    : sck_cost_switch_bytes(plan->params, step->from));
    }
    if (step->op == SCK_OP_POLY && step->fit.degree < 2)
        return 2 * vector;
    /* A product has three polynomials; a polynomial keeps all powers. */
    return (step->op == SCK_OP_POLY ? step->fit.degree + 2 : 0) * vector +
           vector * 3 / 2 + sck_cost_switch_bytes(plan->params, step->from);
}

static uint64_t weight_bytes(const sck_plan *plan)
{
    uint64_t limbs = 0;

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];

        limbs += (uint64_t)step->diagonals *
                 sck_cost_limbs(plan->params, step->from);
        if (step->bias != NULL)
            limbs += sck_cost_limbs(plan->params, step->level);
    }
    limbs += sck_bootstrap_weight_limbs(plan);
    return sck_cost_limb_bytes(plan->params, limbs);
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
    return step_time(plan, step);
}

void sck_plan_predict_cost(sck_plan *plan)
{
    uint64_t task = 0;

    for (uint32_t i = 0; i < plan->steps; i++) {
        struct sck_step *step = &plan->step[i];
        uint64_t bytes = 2 * vector_bytes(plan, step->from);

        step->time_us = step_time(plan, step);
        plan->totals.time_us += step->time_us;
        if (step->op == SCK_OP_BOOTSTRAP)
            bytes = sck_bootstrap_task_bytes(plan);
        else if (step->key_switches != 0 &&
                 sck_cost_task_bytes(plan->params, step->from) > bytes)
            bytes = sck_cost_task_bytes(plan->params, step->from);
        if (bytes > task)
            task = bytes;
    }
    plan->totals.weight_bytes = weight_bytes(plan);
    plan->totals.peak_bytes =
        plan->totals.key_bytes + plan->totals.weight_bytes + vectors_peak(plan);
    /* One task runs while the next one's data arrives. */
    plan->totals.least_bytes = 2 * task;
}
