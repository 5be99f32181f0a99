/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A plan's life and what it says of itself. */
#include "plan_priv.h"

#include <stdlib.h>

void sck_plan_free(sck_plan *plan)
{
    if (plan == NULL)
        return;
    sck_bootstrapper_free(plan->bootstrapper);
    for (uint32_t i = 0; i < plan->steps; i++)
        sck_step_free(&plan->step[i]);
    for (uint32_t i = 0; i < plan->inputs; i++)
        free((char *)plan->input[i].name);
    for (uint32_t i = 0; i < plan->outputs; i++)
        free((char *)plan->output[i].name);
    free(plan->step);
    free(plan->input);
    free(plan->output);
    free(plan->input_step);
    free(plan->output_step);
    free(plan->key);
    free(plan);
}

uint32_t sck_plan_slots(const sck_plan *plan)
{
    return plan->slots;
}

const struct sck_plan_port *sck_plan_inputs(const sck_plan *plan,
                                            uint32_t *count)
{
    *count = plan->inputs;
    return plan->input;
}

const struct sck_plan_port *sck_plan_outputs(const sck_plan *plan,
                                             uint32_t *count)
{
    *count = plan->outputs;
    return plan->output;
}

const struct sck_plan_key *sck_plan_keys(const sck_plan *plan, uint32_t *count)
{
    *count = plan->keys;
    return plan->key;
}

void sck_plan_get_totals(const sck_plan *plan, struct sck_plan_totals *totals)
{
    *totals = plan->totals;
}
