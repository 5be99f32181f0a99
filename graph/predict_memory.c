/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted memory of every step and of the plan. */
#include "bootstrap.h"
#include "cost.h"

uint64_t sck_plan_vector_bytes(const sck_plan *plan, uint32_t level)
{
    return sck_cost_limb_bytes(
        plan->params, 2 * (uint64_t)sck_cost_limbs(plan->params, level));
}

struct sck_cost_map sck_step_map(const sck_plan *plan,
                                 const struct sck_step *step)
{
    return (struct sck_cost_map){plan->slots, step->diagonals, step->steps,
                                 step->turns};
}

/* What a step holds beside its operands and result. */
static uint64_t step_bytes(const sck_plan *plan, const struct sck_step *step)
{
    const uint64_t vector = sck_plan_vector_bytes(plan, step->from);
    const struct sck_cost_map map = sck_step_map(plan, step);

    if (step->op == SCK_OP_INPUT || step->op == SCK_OP_ADD)
        return 0;
    if (step->op == SCK_OP_BOOTSTRAP)
        return sck_bootstrap_step_bytes(plan, step);
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
        const struct sck_cost_map map = sck_step_map(plan, step);

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

        live += sck_plan_vector_bytes(plan, step->level);
        if (live + step_bytes(plan, step) > peak)
            peak = live + step_bytes(plan, step);
        for (int k = 0; k < (step->a == step->b ? 1 : 2); k++)
            if (plan->step[operands[k]].last_reader == i)
                live -=
                    sck_plan_vector_bytes(plan, plan->step[operands[k]].level);
    }
    return peak;
}

/* Bytes of the largest task. */
static uint64_t largest_task(const sck_plan *plan)
{
    uint64_t task = 0;

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *step = &plan->step[i];
        uint64_t bytes = 2 * sck_plan_vector_bytes(plan, step->from);

        if (step->op == SCK_OP_BOOTSTRAP)
            bytes = sck_bootstrap_task_bytes(plan);
        else if (step->key_switches != 0 &&
                 sck_cost_task_bytes(plan->params, step->from) > bytes)
            bytes = sck_cost_task_bytes(plan->params, step->from);
        if (bytes > task)
            task = bytes;
    }
    return task;
}

void sck_plan_predict_memory(sck_plan *plan)
{
    struct sck_plan_totals *const t = &plan->totals;

    t->weight_bytes = weight_bytes(plan);
    t->peak_bytes = t->key_bytes + t->weight_bytes + vectors_peak(plan);
    /* One task runs while the next one's data arrives. */
    t->least_bytes = 2 * largest_task(plan);
}
