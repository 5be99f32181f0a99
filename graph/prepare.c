/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Weights encoded once for an evaluator, for many inputs. */
#include "plan_priv.h"

#include <stdlib.h>

void sck_plan_release(sck_plan *plan)
{
    if (plan == NULL)
        return;
    for (uint32_t i = 0; i < plan->steps; i++) {
        sck_linear_map_free(plan->step[i].map);
        sck_plaintext_free(plan->step[i].bias_plain);
        plan->step[i].map = NULL;
        plan->step[i].bias_plain = NULL;
    }
    sck_bootstrapper_free(plan->bootstrapper);
    plan->bootstrapper = NULL;
    plan->evaluator = NULL;
}

static sck_status prepare_bias(const sck_plan *plan, sck_evaluator *evaluator,
                               sck_run *run, struct sck_step *step)
{
    double *values = calloc(2 * (size_t)plan->slots, sizeof *values);

    if (values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: a bias of %u slots", step->layer,
                        plan->slots);
    for (uint32_t i = 0; i < step->rows; i++)
        values[2 * (size_t)i] = step->bias[i];
    const sck_status status = sck_plaintext_encode(
        evaluator, run, values, plan->slots, step->level,
        sck_params_scale(plan->params, step->level), &step->bias_plain);

    free(values);
    return status;
}

static sck_status prepare_matrix(const sck_plan *plan, sck_evaluator *evaluator,
                                 sck_run *run, struct sck_step *step)
{
    double *padded = sck_step_padded(step, plan->slots);

    if (padded == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: a matrix of %u x %u slots",
                        step->layer, plan->slots, plan->slots);
    const sck_status status = sck_linear_map_new(
        evaluator, run, padded, plan->slots, step->from, &step->map);

    free(padded);
    return status;
}

sck_status sck_plan_prepare(sck_plan *plan, sck_evaluator *evaluator,
                            sck_run *run)
{
    sck_status status = SCK_OK;

    if (plan == NULL || evaluator == NULL || run == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "plan, evaluator or run is NULL");
    if (plan->evaluator == evaluator)
        return SCK_OK;
    sck_plan_release(plan);
    for (uint32_t i = 0; i < plan->steps && status == SCK_OK; i++) {
        struct sck_step *step = &plan->step[i];

        if (step->op != SCK_OP_LINEAR)
            continue;
        status = prepare_matrix(plan, evaluator, run, step);
        if (status == SCK_OK && step->bias != NULL)
            status = prepare_bias(plan, evaluator, run, step);
    }
    if (status == SCK_OK && plan->bootstraps != 0)
        status = sck_bootstrapper_new(evaluator, run, plan->slots,
                                      &plan->bootstrapper);
    if (status != SCK_OK) {
        sck_plan_release(plan);
        return status;
    }
    plan->evaluator = evaluator;
    return SCK_OK;
}
