/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A layer's value as a further output, in every back end. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Neither a lowering, which carries its reader's name, nor a bootstrap that was
 * placed; but when the layer's value is held times a power of two, its
 * bootstrap is what gives it. */
static int gives_layer(const struct sck_step *step)
{
    return step->op != SCK_OP_LOWER &&
           !(step->op == SCK_OP_BOOTSTRAP && step->placed &&
             step->down == step->up);
}

/* The last step of a layer. SCK_NEVER when there is none. */
static uint32_t find_layer(const sck_plan *plan, const char *layer)
{
    for (uint32_t i = plan->steps; i-- > 0;)
        if (gives_layer(&plan->step[i]) &&
            strcmp(plan->step[i].layer, layer) == 0)
            return i;
    return SCK_NEVER;
}

static sck_status no_layer(const sck_plan *plan, const char *layer)
{
    char known[300] = "";
    size_t used = 0;

    for (uint32_t i = 0; i < plan->steps && used < sizeof known; i++)
        if (plan->step[i].op != SCK_OP_LOWER &&
            plan->step[i].op != SCK_OP_INPUT && !plan->step[i].placed)
            used +=
                (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                 used == 0 ? "" : ", ", plan->step[i].layer);
    return sck_fail(SCK_ERR_ARGUMENT, "sck_plan_keep",
                    "the plan has no layer \"%.47s\", but %s", layer, known);
}

/* One more element's room in each of the outputs' arrays. */
static sck_status grow(sck_plan *plan)
{
    struct sck_plan_port *ports =
        realloc(plan->output, (plan->outputs + 1) * sizeof *ports);

    if (ports != NULL)
        plan->output = ports;
    uint32_t *steps =
        realloc(plan->output_step, (plan->outputs + 1) * sizeof *steps);

    if (steps != NULL)
        plan->output_step = steps;
    return ports != NULL && steps != NULL
               ? SCK_OK
               : SCK_FAIL(SCK_ERR_MEMORY, "%u outputs", plan->outputs + 1);
}

sck_status sck_plan_keep(sck_plan *plan, const char *layer, uint32_t *output)
{
    if (plan == NULL || layer == NULL || output == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    const uint32_t at = find_layer(plan, layer);

    if (at == SCK_NEVER)
        return no_layer(plan, layer);
    const struct sck_step *step = &plan->step[at];

    if (step->op == SCK_OP_INPUT)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%s is an input: it is kept already",
                        layer);
    for (uint32_t i = 0; i < plan->outputs; i++)
        if (plan->output_step[i] == at) {
            *output = i;
            return SCK_OK;
        }
    SCK_TRY(grow(plan));
    char *name = malloc(strlen(layer) + 1);

    if (name == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a name");
    strcpy(name, layer);
    plan->output[plan->outputs] = (struct sck_plan_port){
        .name = name,
        .width = step->width,
        .level = step->level,
        .scale = sck_params_scale(plan->params, step->level)};
    plan->output_step[plan->outputs] = at;
    plan->step[at].last_reader = SCK_NEVER;
    *output = plan->outputs++;
    /* What is kept stays in memory to the end. */
    plan->totals.time_us = 0;
    sck_plan_predict_cost(plan);
    return SCK_OK;
}
