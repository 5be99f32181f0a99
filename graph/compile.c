/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* From graph to plan: what is needed, ranges, then levels and bootstraps
 * (compile_place.c), steps (compile_emit.c), keys and predictions. */
#include "compile_priv.h"

#include <stdlib.h>
#include <string.h>

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

static sck_status make_proto(struct sck_compiler *c, uint32_t id)
{
    const struct sck_graph_node *node = &c->graph->node[id];
    struct sck_step *step = &c->proto[id];

    SCK_TRY(sck_range_of(c->graph, id, c->range));
    step->op = node->op;
    step->width = node->width;
    step->fit = node->fit;
    step->reach = sck_range_reach(&c->range[id], node->width < c->plan->slots);
    memcpy(step->layer, node->layer, sizeof step->layer);
    step->argument_lo = c->range[node->a].lo;
    step->argument_hi = c->range[node->a].hi;
    step->leaves_fit = node->op == SCK_OP_POLY &&
                       sck_range_leaves(&c->range[node->a], &node->fit);
    if (node->op == SCK_OP_BOOTSTRAP)
        step->down = step->up = sck_range_bits(step->reach);
    if (node->op == SCK_OP_LINEAR)
        return sck_step_take_matrix(step, node, c->plan->slots);
    return SCK_OK;
}

static sck_status allocate(struct sck_compiler *c)
{
    const size_t nodes = c->graph->nodes, outputs = c->graph->outputs;

    c->plan = calloc(1, sizeof *c->plan);
    c->needed = calloc(nodes, sizeof *c->needed);
    c->is_output = calloc(nodes, sizeof *c->is_output);
    c->range = calloc(nodes, sizeof *c->range);
    c->proto = calloc(nodes, sizeof *c->proto);
    c->follow = calloc(nodes, sizeof *c->follow);
    c->refresh = calloc(nodes, sizeof *c->refresh);
    c->whole = calloc(nodes, sizeof *c->whole);
    c->step = calloc(nodes, sizeof *c->step);
    c->fresh = calloc(nodes, sizeof *c->fresh);
    if (c->plan != NULL) {
        c->plan->input = calloc(nodes, sizeof *c->plan->input);
        c->plan->input_step = calloc(nodes, sizeof *c->plan->input_step);
        c->plan->output = calloc(outputs, sizeof *c->plan->output);
        c->plan->output_step = calloc(outputs, sizeof *c->plan->output_step);
    }
    if (c->plan == NULL || c->needed == NULL || c->is_output == NULL ||
        c->range == NULL || c->proto == NULL || c->follow == NULL ||
        c->refresh == NULL || c->whole == NULL || c->step == NULL ||
        c->fresh == NULL || c->plan->input == NULL ||
        c->plan->input_step == NULL || c->plan->output == NULL ||
        c->plan->output_step == NULL)
        return sck_fail(SCK_ERR_MEMORY, "sck_graph_compile",
                        "no memory for a plan");
    return SCK_OK;
}

static void release(struct sck_compiler *c)
{
    sck_plan_free(c->plan);
    for (uint32_t i = 0; c->proto != NULL && i < c->graph->nodes; i++)
        sck_step_free(&c->proto[i]);
    free(c->needed);
    free(c->is_output);
    free(c->range);
    free(c->proto);
    free(c->follow);
    free(c->refresh);
    free(c->whole);
    free(c->step);
    free(c->fresh);
}

static sck_status compile(struct sck_compiler *c)
{
    int fits = 1;

    SCK_TRY(allocate(c));
    c->plan->params = c->graph->params;
    sck_plan_choose_rates(c->plan);
    c->plan->slots = choose_slots(c->graph);
    c->plan->exact = 1;
    mark_needed(c->graph, c->needed);
    for (uint32_t i = 0; i < c->graph->outputs; i++)
        c->is_output[c->graph->output[i].node] = 1;
    SCK_TRY(sck_compile_depth(c, &fits));
    if (!fits) {
        /* CoeffToSlot has no matrix for one slot. */
        if (c->plan->slots == 1 && c->graph->slots == 0)
            c->plan->slots = 2;
        SCK_TRY(sck_bootstrap_stages(c->plan->params, c->plan->slots,
                                     c->plan->stage, &c->plan->stages));
    }
    for (uint32_t i = 0; i < c->graph->nodes; i++)
        if (c->needed[i])
            SCK_TRY(make_proto(c, i));
    if (!fits)
        SCK_TRY(sck_compile_place(c));
    SCK_TRY(sck_compile_emit(c));
    sck_compile_pairs(c->plan);
    SCK_TRY(sck_compile_ports(c));
    sck_plan_find_lifetimes(c->plan);
    SCK_TRY(sck_plan_find_keys(c->plan));
    sck_plan_predict_noise(c->plan);
    sck_plan_predict_cost(c->plan);
    return SCK_OK;
}

sck_status sck_graph_compile(const sck_graph *graph, sck_plan **plan)
{
    struct sck_compiler c = {.graph = graph};
    sck_status status;

    if (plan == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "plan is NULL");
    *plan = NULL;
    SCK_TRY(sck_graph_status(graph));
    if (graph->outputs == 0)
        return SCK_FAIL(SCK_ERR_STATE, "the graph has no output");
    status = compile(&c);
    if (status == SCK_OK) {
        *plan = c.plan;
        c.plan = NULL;
    }
    release(&c);
    return status;
}
