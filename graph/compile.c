/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* From graph to plan: what is needed, levels, lowerings, lifetimes. */
#include "plan_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
    const sck_graph *graph;
    sck_plan *plan;
    uint8_t *needed; /* by node */
    uint32_t *step;  /* by node: the step of its value */
};

static uint32_t choose_slots(const sck_graph *g)
{
    uint32_t slots = g->slots;

    if (slots != 0)
        return slots;
    slots = 1;
    for (uint32_t i = 0; i < g->nodes; i++)
        while (slots < g->node[i].width)
            slots *= 2;
    return slots;
}

/* Inputs are always kept: they are what a caller passes. */
static void mark_needed(const sck_graph *g, uint8_t *needed)
{
    for (uint32_t i = 0; i < g->outputs; i++)
        needed[g->output[i].node] = 1;
    for (uint32_t i = g->nodes; i-- > 0;) {
        if (g->node[i].op == SCK_OP_INPUT) {
            needed[i] = 1;
        } else if (needed[i]) {
            needed[g->node[i].a] = 1;
            needed[g->node[i].b] = 1;
        }
    }
}

static sck_status append(sck_plan *plan, const struct sck_step *step,
                         uint32_t *at)
{
    if (!sck_graph_grow((void **)&plan->step, plan->steps, &plan->step_room,
                        sizeof *plan->step))
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a step");
    *at = plan->steps;
    plan->step[plan->steps++] = *step;
    return SCK_OK;
}

/* The step that holds value at a level: itself, an earlier lowering or a new
 * one. */
static sck_status lowered(sck_plan *plan, uint32_t value, uint32_t level,
                          const char *layer, uint32_t *at)
{
    struct sck_step step = {.op = SCK_OP_LOWER, .a = value, .b = value};

    *at = value;
    if (plan->step[value].level == level)
        return SCK_OK;
    for (*at = value + 1; *at < plan->steps; (*at)++)
        if (plan->step[*at].op == SCK_OP_LOWER && plan->step[*at].a == value &&
            plan->step[*at].level == level)
            return SCK_OK;
    step.width = plan->step[value].width;
    step.from = plan->step[value].level;
    step.level = level;
    snprintf(step.layer, sizeof step.layer, "%s", layer);
    return append(plan, &step, at);
}

static uint32_t cost_in_levels(const struct sck_graph_node *node)
{
    switch (node->op) {
    case SCK_OP_LINEAR:
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        return 1;
    case SCK_OP_POLY:
        return 1 + sck_power_depth(node->fit.degree);
    default:
        return 0;
    }
}

static double modulus_bits(const sck_params *params, uint32_t level)
{
    uint32_t count;
    const uint32_t *q = sck_params_primes(params, level, &count);
    double bits = 0;

    for (uint32_t i = 0; i < count; i++)
        bits += log2(q[i]);
    return bits;
}

/* A value beyond half the modulus over its scale wraps, silently: neither the
 * largest power, at the level before the last, nor the result may. What is
 * between wraps and comes back, sums being modular. */
static sck_status check_range(const sck_params *params,
                              const struct sck_step *step)
{
    enum { POINTS = 64 };
    const struct sck_fit *fit = &step->fit;
    const double reach = fmax(fabs(fit->lo), fabs(fit->hi));
    double largest = 0;

    for (int j = 0; j <= POINTS; j++)
        largest = fmax(
            largest,
            fabs(sck_fit_at(fit, fit->lo + (fit->hi - fit->lo) * j / POINTS)));
    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t level = step->level + k;
        const double bits = k == 0 ? log2(largest) : fit->degree * log2(reach);
        const double room = modulus_bits(params, level) - 1 -
                            sck_scale_log2(sck_params_scale(params, level));

        if (bits > room)
            return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                            "%s: on [%g, %g] %s takes %.1f bits, but level %u "
                            "holds %.1f above its scale",
                            step->layer, fit->lo, fit->hi,
                            k == 0 ? "the result" : "the largest power", bits,
                            level, room);
    }
    return SCK_OK;
}

static sck_status add_node(struct compiler *c, uint32_t id)
{
    const struct sck_graph_node *node = &c->graph->node[id];
    sck_plan *plan = c->plan;
    struct sck_step step = {
        .op = node->op, .width = node->width, .fit = node->fit};
    const uint32_t cost = cost_in_levels(node);

    memcpy(step.layer, node->layer, sizeof step.layer);
    if (node->op == SCK_OP_INPUT) {
        step.from = step.level = sck_params_app_top(plan->params);
        step.a = step.b = plan->steps;
        return append(plan, &step, &c->step[id]);
    }
    step.a = c->step[node->a];
    step.b = c->step[node->b];
    /* Operands come before their node: the plan has steps here. */
    step.from = plan->step[step.a].level; /* NOLINT(*NullDereference) */
    if (plan->step[step.b].level < step.from)
        step.from = plan->step[step.b].level;
    if (step.from < cost)
        return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                        "%s: %s takes %u level%s, but its operand is at level "
                        "%u of %u; take parameters of more levels than %s, or "
                        "fewer layers",
                        step.layer, sck_op_name(node->op), cost,
                        cost == 1 ? "" : "s", step.from,
                        sck_params_app_top(plan->params),
                        sck_params_name(plan->params));
    SCK_TRY(lowered(plan, step.a, step.from, step.layer, &step.a));
    SCK_TRY(lowered(plan, step.b, step.from, step.layer, &step.b));
    step.level = step.from - cost;
    if (node->op == SCK_OP_POLY)
        SCK_TRY(check_range(plan->params, &step));
    /* In the plan first, which frees whatever the matrix holds. */
    SCK_TRY(append(plan, &step, &c->step[id]));
    if (node->op == SCK_OP_LINEAR)
        return sck_step_take_matrix(&plan->step[c->step[id]], node,
                                    plan->slots);
    return SCK_OK;
}

static void find_lifetimes(sck_plan *plan)
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

static sck_status set_ports(struct compiler *c)
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

sck_status sck_graph_compile(const sck_graph *graph, sck_plan **plan)
{
    struct compiler c = {.graph = graph};
    sck_status status = SCK_OK;

    if (plan == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "plan is NULL");
    *plan = NULL;
    SCK_TRY(sck_graph_status(graph));
    if (graph->outputs == 0)
        return SCK_FAIL(SCK_ERR_STATE, "the graph has no output");
    c.plan = calloc(1, sizeof *c.plan);
    c.needed = calloc(graph->nodes, sizeof *c.needed);
    c.step = calloc(graph->nodes, sizeof *c.step);
    if (c.plan != NULL) {
        c.plan->input = calloc(graph->nodes, sizeof *c.plan->input);
        c.plan->input_step = calloc(graph->nodes, sizeof *c.plan->input_step);
        c.plan->output = calloc(graph->outputs, sizeof *c.plan->output);
        c.plan->output_step =
            calloc(graph->outputs, sizeof *c.plan->output_step);
    }
    if (c.plan == NULL || c.needed == NULL || c.step == NULL ||
        c.plan->input == NULL || c.plan->input_step == NULL ||
        c.plan->output == NULL || c.plan->output_step == NULL) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "no memory for a plan");
        goto done;
    }
    c.plan->params = graph->params;
    c.plan->slots = choose_slots(graph);
    mark_needed(graph, c.needed);
    for (uint32_t i = 0; i < graph->nodes && status == SCK_OK; i++)
        if (c.needed[i])
            status = add_node(&c, i);
    if (status == SCK_OK)
        status = set_ports(&c);
    if (status != SCK_OK)
        goto done;
    find_lifetimes(c.plan);
    if ((status = sck_plan_find_keys(c.plan)) != SCK_OK)
        goto done;
    sck_plan_predict_noise(c.plan);
    sck_plan_predict_cost(c.plan);
    *plan = c.plan;
    c.plan = NULL;
done:
    sck_plan_free(c.plan);
    free(c.needed);
    free(c.step);
    return status;
}
