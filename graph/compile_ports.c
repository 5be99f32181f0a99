/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What goes in, what comes out, and when values are freed. */
#include "compile_priv.h"

#include <stdlib.h>
#include <string.h>

void sck_plan_find_lifetimes(sck_plan *plan)
{
    for (uint32_t i = 0; i < plan->steps; i++) {
        plan->step[i].last_reader = i;
        plan->step[plan->step[i].a].last_reader = i;
        plan->step[plan->step[i].b].last_reader = i;
    }
    for (uint32_t i = 0; i < plan->outputs; i++)
        plan->step[plan->output_step[i]].last_reader = SCK_NEVER;
}

static sck_status set_port(const sck_plan *plan, uint32_t step,
                           const char *name, struct sck_plan_port *port)
{
    const size_t size = strlen(name) + 1;
    char *copy = malloc(size);

    if (copy == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a name");
    memcpy(copy, name, size);
    *port = (struct sck_plan_port){
        .name = copy,
        .width = plan->step[step].width,
        .level = plan->step[step].level,
        .scale = sck_params_scale(plan->params, plan->step[step].level)};
    return SCK_OK;
}

sck_status sck_compile_ports(struct sck_compiler *c)
{
    const sck_graph *g = c->graph;
    sck_plan *plan = c->plan;

    for (uint32_t i = 0; i < plan->steps; i++)
        if (plan->step[i].op == SCK_OP_INPUT) {
            plan->input_step[plan->inputs] = i;
            SCK_TRY(set_port(plan, i, plan->step[i].layer,
                             &plan->input[plan->inputs++]));
        }
    for (uint32_t i = 0; i < g->outputs; i++) {
        const uint32_t step = c->step[g->output[i].node];

        plan->output_step[plan->outputs] = step;
        SCK_TRY(set_port(plan, step, g->output[i].name,
                         &plan->output[plan->outputs++]));
    }
    return SCK_OK;
}
