/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Levels, and where bootstraps are placed (place.c): a graph as the numbers
 * that placement works on, and what to say when there is none. */
#include "compile_priv.h"
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

uint32_t sck_node_depth(const struct sck_graph_node *node)
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

static int bootstraps(const sck_params *params)
{
    return sck_params_shape(params)->levels_stc != 0;
}

static sck_status levels_run_out(const struct sck_compiler *c, uint32_t id,
                                 uint32_t level)
{
    const struct sck_graph_node *node = &c->graph->node[id];
    const sck_params *params = c->plan->params;
    const uint32_t depth = sck_node_depth(node);

    return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                    "%s: %s takes %u level%s, but its operand is at level %u "
                    "of %u; take parameters of more levels than %s, those that "
                    "bootstrap (b16-40, b16-35, b16-45), or fewer layers",
                    node->layer, sck_op_name(node->op), depth,
                    depth == 1 ? "" : "s", level, sck_params_app_top(params),
                    sck_params_name(params));
}

sck_status sck_compile_depth(struct sck_compiler *c, int *fits)
{
    const sck_params *params = c->plan->params;
    const uint32_t top = sck_params_app_top(params);
    uint32_t *level = c->step; /* not in use yet */

    *fits = 1;
    for (uint32_t i = 0; i < c->graph->nodes && *fits; i++) {
        const struct sck_graph_node *node = &c->graph->node[i];
        uint32_t depth = sck_node_depth(node);

        level[i] = top;
        if (!c->needed[i] || node->op == SCK_OP_INPUT)
            continue;
        level[i] =
            level[node->a] < level[node->b] ? level[node->a] : level[node->b];
        *fits = level[i] >= depth && node->op != SCK_OP_BOOTSTRAP;
        if (!*fits && !bootstraps(params))
            return levels_run_out(c, i, level[i]);
        level[i] -= *fits ? depth : 0;
    }
    for (uint32_t i = c->graph->nodes; i-- > 0;) {
        const struct sck_graph_node *node = &c->graph->node[i];
        const uint32_t below = node->op == SCK_OP_BOOTSTRAP
                                   ? sck_bootstrap_input_level(params)
                                   : sck_node_depth(node) + c->follow[i];

        if (!c->needed[i] || node->op == SCK_OP_INPUT)
            continue;
        if (c->follow[node->a] < below)
            c->follow[node->a] = below;
        if (c->follow[node->b] < below)
            c->follow[node->b] = below;
    }
    return SCK_OK;
}

/* The problem, with the tables it points to. */
struct tables {
    struct sck_place_problem problem;
    struct sck_place_node *node;
    double *lower_us, *times; /* times: work and refresh by node and level */
    uint32_t *index;          /* by node of the graph; the inverse: */
    uint32_t *id;
    uint8_t *refresh;
    /* refresh times of a node whose value is scaled by so many bits, in the
     * layer before or not: those of all such nodes */
    const double *alike[2][SCK_MOST_SHIFT + 1];
};

static double time_of(const struct sck_compiler *c, struct sck_step step,
                      uint32_t from, uint32_t level)
{
    step.from = from;
    step.level = level;
    return sck_step_time(c->plan, &step);
}

static void fill_refresh(const struct sck_compiler *c, struct tables *t,
                         int whole, uint32_t bits, double *refresh)
{
    const struct sck_step step = {
        .op = SCK_OP_BOOTSTRAP, .down = whole ? 0 : bits, .up = bits};
    const uint32_t top = t->problem.top;
    const double **alike =
        bits <= SCK_MOST_SHIFT ? &t->alike[whole != 0][bits] : NULL;

    if (alike != NULL && *alike != NULL) {
        memcpy(refresh, *alike, (top + 1) * sizeof *refresh);
        return;
    }
    for (uint32_t l = sck_bootstrap_input_level(c->plan->params); l <= top; l++)
        refresh[l] = time_of(c, step, l, top);
    if (alike != NULL)
        *alike = refresh;
}

static void fill_node(const struct sck_compiler *c, struct tables *t,
                      uint32_t id, uint32_t most_shift)
{
    const struct sck_graph_node *node = &c->graph->node[id];
    const sck_params *params = c->plan->params;
    const uint32_t top = t->problem.top, in = sck_bootstrap_input_level(params);
    const uint32_t i = t->index[id];
    double *work = t->times + (size_t)i * 2 * (top + 1);
    double *refresh = work + top + 1;
    struct sck_place_node *n = &t->node[i];
    struct sck_step step = c->proto[id];
    const uint32_t bits = sck_range_bits(step.reach);

    *n = (struct sck_place_node){.a = t->index[node->a],
                                 .b = t->index[node->b],
                                 .depth = sck_node_depth(node),
                                 .source = node->op == SCK_OP_INPUT,
                                 .asked = node->op == SCK_OP_BOOTSTRAP,
                                 .work_us = work,
                                 .refresh_us = refresh};
    n->from = n->asked ? in + (step.down != 0) : n->depth;
    if (node->op == SCK_OP_POLY)
        /* A level where its powers fit, if there is any. */
        for (step.level = 0; step.level + n->depth <= top; step.level++)
            if (sck_compile_check_poly(c, &step) == SCK_OK) {
                n->from = step.level + n->depth;
                break;
            }
    n->whole = bits != 0 && !c->is_output[id] &&
               (node->op == SCK_OP_LINEAR || node->op == SCK_OP_POLY);
    n->least =
        bits <= most_shift ? in + (bits != 0 && !n->whole) : SCK_PLACE_NEVER;
    for (uint32_t l = n->from; l <= top && !n->source && !n->asked; l++)
        work[l] = time_of(c, step, l, l - n->depth);
    if (n->asked)
        fill_refresh(c, t, step.down == 0, step.up, work);
    fill_refresh(c, t, n->whole, bits, refresh);
}

static void fill(const struct sck_compiler *c, struct tables *t,
                 uint32_t most_shift)
{
    const struct sck_step step = {.op = SCK_OP_LOWER};
    const uint32_t top = t->problem.top;

    memset(t->alike, 0, sizeof t->alike);
    for (uint32_t from = 0; from <= top; from++)
        for (uint32_t to = 0; to < from; to++)
            t->lower_us[from * (top + 1) + to] = time_of(c, step, from, to);
    for (uint32_t i = 0; i < t->problem.nodes; i++)
        fill_node(c, t, t->id[i], most_shift);
}

static sck_status allocate(const struct sck_compiler *c, struct tables *t)
{
    const size_t nodes = c->graph->nodes;
    const uint32_t top = sck_params_app_top(c->plan->params);

    t->node = calloc(nodes, sizeof *t->node);
    t->lower_us = calloc((size_t)(top + 1) * (top + 1), sizeof *t->lower_us);
    t->times = calloc(nodes * 2 * (top + 1), sizeof *t->times);
    t->index = calloc(nodes, sizeof *t->index);
    t->id = calloc(nodes, sizeof *t->id);
    t->refresh = calloc(nodes, sizeof *t->refresh);
    if (t->node == NULL || t->lower_us == NULL || t->times == NULL ||
        t->index == NULL || t->id == NULL || t->refresh == NULL)
        return sck_fail(SCK_ERR_MEMORY, "sck_graph_compile",
                        "no memory for a placement");
    for (uint32_t i = 0; i < nodes; i++)
        if (c->needed[i]) {
            t->index[i] = t->problem.nodes;
            t->id[t->problem.nodes++] = i;
        }
    t->problem.node = t->node;
    t->problem.lower_us = t->lower_us;
    t->problem.top = top;
    return SCK_OK;
}

/* No placement: for want of one value's range, or of levels. */
static sck_status explain(const struct sck_compiler *c, struct tables *t,
                          const struct sck_placement *found)
{
    struct sck_placement free_of_ranges;
    const uint32_t stuck = t->id[found->stuck];

    fill(c, t, UINT32_MAX);
    const sck_status status =
        sck_place(&t->problem, t->refresh, &free_of_ranges);

    if (status == SCK_ERR_MEMORY)
        return status;
    for (uint32_t i = 0; status == SCK_OK && i < t->problem.nodes; i++)
        if (t->refresh[i] &&
            sck_range_bits(c->proto[t->id[i]].reach) > SCK_MOST_SHIFT)
            return sck_compile_too_far(c, t->id[i]);
    return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                    "%s: no placement of bootstraps before it%s leaves the %u "
                    "levels that it takes, of %u",
                    c->proto[stuck].layer,
                    found->exact ? "" : " was found that",
                    t->node[found->stuck].from, t->problem.top);
}

static sck_status place(struct sck_compiler *c, struct tables *t)
{
    struct sck_placement found;

    SCK_TRY(allocate(c, t));
    for (uint32_t i = 0; i < t->problem.nodes; i++)
        if (c->proto[t->id[i]].op == SCK_OP_BOOTSTRAP &&
            c->proto[t->id[i]].down > SCK_MOST_SHIFT)
            return sck_compile_too_far(c, t->id[i]);
    fill(c, t, SCK_MOST_SHIFT);
    const sck_status status = sck_place(&t->problem, t->refresh, &found);

    if (status == SCK_ERR_LEVEL)
        return explain(c, t, &found);
    SCK_TRY(status);
    c->plan->exact = found.exact;
    for (uint32_t i = 0; i < t->problem.nodes; i++) {
        c->refresh[t->id[i]] = t->refresh[i];
        c->whole[t->id[i]] = (uint8_t)t->node[i].whole;
    }
    return SCK_OK;
}

sck_status sck_compile_place(struct sck_compiler *c)
{
    struct tables t = {0};
    const sck_status status = place(c, &t);

    free(t.node);
    free(t.lower_us);
    free(t.times);
    free(t.index);
    free(t.id);
    free(t.refresh);
    return status;
}
