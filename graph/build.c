/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The builders: every shape and number is checked here, at the door. */
#include "graph_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint32_t most_slots(const sck_graph *g)
{
    return g->slots != 0 ? g->slots
                         : UINT32_C(1) << (sck_params_logn(g->params) - 1);
}

/* The layer's name if one is set, else the operation and its number. */
static void name_node(const sck_graph *g, struct sck_graph_node *node)
{
    if (g->layer[0] != '\0')
        memcpy(node->layer, g->layer, sizeof node->layer);
    else
        snprintf(node->layer, sizeof node->layer, "%s %u",
                 sck_op_name(node->op), g->nodes);
}

static sck_node append(sck_graph *g, const char *where,
                       const struct sck_graph_node *node)
{
    if (!sck_graph_grow((void **)&g->node, g->nodes, &g->node_room,
                        sizeof *g->node))
        return sck_graph_fail(g, SCK_ERR_MEMORY, where, "no memory for a node");
    g->node[g->nodes] = *node;
    return (sck_node){g->tag, g->nodes++};
}

/* 1 when x may be an operand; marks the graph otherwise. */
static int is_operand(sck_graph *g, const char *where, const char *layer,
                      sck_node x)
{
    if (x.graph == g->tag && x.id < g->nodes)
        return 1;
    sck_graph_fail(g, SCK_ERR_ARGUMENT, where,
                   "%s: its operand is not a node of this graph", layer);
    return 0;
}

sck_node sck_input(sck_graph *graph, const char *name, uint32_t width)
{
    struct sck_graph_node node = {.op = SCK_OP_INPUT, .width = width};

    if (graph == NULL || graph->status != SCK_OK)
        return SCK_NO_NODE;
    if (name == NULL || name[0] == '\0' || strlen(name) >= SCK_LAYER_BYTES)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "an input's name has 1 to %d bytes",
                              SCK_LAYER_BYTES - 1);
    for (uint32_t i = 0; i < graph->nodes; i++)
        if (graph->node[i].op == SCK_OP_INPUT &&
            strcmp(graph->node[i].layer, name) == 0)
            return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                                  "two inputs are named %s", name);
    if (width == 0 || width > most_slots(graph))
        return sck_graph_fail(graph, SCK_ERR_SHAPE, __func__,
                              "%s: %u values, not 1 to %u slots", name, width,
                              most_slots(graph));
    snprintf(node.layer, sizeof node.layer, "%s", name);
    return append(graph, __func__, &node);
}

/* Refuses weights that no plaintext can hold; 0 when refused. */
static int check_weights(sck_graph *g, const char *where, const char *layer,
                         sck_matrix w, const double *bias)
{
    int nonzero = 0;

    for (size_t i = 0; i < w.rows; i++)
        for (size_t j = 0; j < w.columns; j++) {
            const double value = w.values[i * w.columns + j];

            if (!isfinite(value)) {
                sck_graph_fail(g, SCK_ERR_ARGUMENT, where,
                               "%s: weight [%zu][%zu] is %g", layer, i, j,
                               value);
                return 0;
            }
            nonzero |= value != 0;
        }
    for (size_t i = 0; bias != NULL && i < w.rows; i++)
        if (!isfinite(bias[i])) {
            sck_graph_fail(g, SCK_ERR_ARGUMENT, where, "%s: bias [%zu] is %g",
                           layer, i, bias[i]);
            return 0;
        }
    if (!nonzero)
        sck_graph_fail(g, SCK_ERR_ARGUMENT, where, "%s: all weights are zero",
                       layer);
    return nonzero;
}

sck_node sck_linear(sck_graph *graph, sck_matrix w, sck_node x,
                    const double *bias)
{
    struct sck_graph_node node = {.op = SCK_OP_LINEAR,
                                  .a = x.id,
                                  .b = x.id,
                                  .width = w.rows,
                                  .w = w,
                                  .bias = bias};

    if (graph == NULL || graph->status != SCK_OK)
        return SCK_NO_NODE;
    name_node(graph, &node);
    if (!is_operand(graph, __func__, node.layer, x))
        return SCK_NO_NODE;
    if (w.values == NULL)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: the matrix has no values", node.layer);
    if (w.columns != graph->node[x.id].width)
        return sck_graph_fail(graph, SCK_ERR_SHAPE, __func__,
                              "%s: a matrix of %u columns, but %s holds %u "
                              "values",
                              node.layer, w.columns, graph->node[x.id].layer,
                              graph->node[x.id].width);
    if (w.rows == 0 || w.rows > most_slots(graph))
        return sck_graph_fail(graph, SCK_ERR_SHAPE, __func__,
                              "%s: %u rows, not 1 to %u slots", node.layer,
                              w.rows, most_slots(graph));
    if (!check_weights(graph, __func__, node.layer, w, bias))
        return SCK_NO_NODE;
    return append(graph, __func__, &node);
}

static sck_node pointwise(sck_graph *g, const char *where, enum sck_op op,
                          sck_node a, sck_node b)
{
    struct sck_graph_node node = {.op = op, .a = a.id, .b = b.id};

    if (g == NULL || g->status != SCK_OK)
        return SCK_NO_NODE;
    name_node(g, &node);
    if (!is_operand(g, where, node.layer, a) ||
        !is_operand(g, where, node.layer, b))
        return SCK_NO_NODE;
    const struct sck_graph_node *first = &g->node[a.id];
    const struct sck_graph_node *second = &g->node[b.id];

    if (first->width != second->width)
        return sck_graph_fail(g, SCK_ERR_SHAPE, where,
                              "%s: %s holds %u values, %s holds %u", node.layer,
                              first->layer, first->width, second->layer,
                              second->width);
    node.width = first->width;
    return append(g, where, &node);
}

sck_node sck_add(sck_graph *graph, sck_node a, sck_node b)
{
    return pointwise(graph, __func__, SCK_OP_ADD, a, b);
}

sck_node sck_mul(sck_graph *graph, sck_node a, sck_node b)
{
    const int same = a.graph == b.graph && a.id == b.id;

    return pointwise(graph, __func__, same ? SCK_OP_SQUARE : SCK_OP_MUL, a, b);
}

sck_node sck_square(sck_graph *graph, sck_node x)
{
    return pointwise(graph, __func__, SCK_OP_SQUARE, x, x);
}

sck_node sck_poly(sck_graph *graph, sck_node x, double (*f)(double), double lo,
                  double hi, uint32_t degree)
{
    struct sck_graph_node node = {.op = SCK_OP_POLY, .a = x.id, .b = x.id};
    double point = 0;

    if (graph == NULL || graph->status != SCK_OK)
        return SCK_NO_NODE;
    name_node(graph, &node);
    if (!is_operand(graph, __func__, node.layer, x))
        return SCK_NO_NODE;
    if (f == NULL)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: f is NULL", node.layer);
    if (!isfinite(lo) || !isfinite(hi) || !(lo < hi))
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: [%g, %g] is no range", node.layer, lo, hi);
    if (degree < 1 || degree > SCK_MAX_DEGREE)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: degree %u, not 1 to %d", node.layer, degree,
                              SCK_MAX_DEGREE);
    if (!sck_fit_make(f, lo, hi, degree, &node.fit, &point))
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: f(%g) is not finite", node.layer, point);
    if (node.fit.degree == 0)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: f fits the constant %g on [%g, %g]",
                              node.layer, node.fit.c[0], lo, hi);
    node.width = graph->node[x.id].width;
    return append(graph, __func__, &node);
}

sck_node sck_bootstrap(sck_graph *graph, sck_node x)
{
    struct sck_graph_node node = {.op = SCK_OP_BOOTSTRAP, .a = x.id, .b = x.id};

    if (graph == NULL || graph->status != SCK_OK)
        return SCK_NO_NODE;
    name_node(graph, &node);
    if (!is_operand(graph, __func__, node.layer, x))
        return SCK_NO_NODE;
    if (sck_params_shape(graph->params)->levels_stc == 0)
        return sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                              "%s: %s has no levels for bootstrapping; b16-40, "
                              "b16-35 and b16-45 have",
                              node.layer, sck_params_name(graph->params));
    node.width = graph->node[x.id].width;
    return append(graph, __func__, &node);
}

void sck_set_range(sck_graph *graph, sck_node x, double lo, double hi)
{
    if (graph == NULL || graph->status != SCK_OK ||
        !is_operand(graph, __func__, "range", x))
        return;
    struct sck_graph_node *node = &graph->node[x.id];

    if (!isfinite(lo) || !isfinite(hi) || lo > hi) {
        sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                       "%s: [%g, %g] is no range", node->layer, lo, hi);
        return;
    }
    node->ranged = 1;
    node->lo = lo;
    node->hi = hi;
}

void sck_output(sck_graph *graph, const char *name, sck_node x)
{
    if (graph == NULL || graph->status != SCK_OK)
        return;
    if (name == NULL || name[0] == '\0' || strlen(name) >= SCK_LAYER_BYTES) {
        sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                       "an output's name has 1 to %d bytes",
                       SCK_LAYER_BYTES - 1);
        return;
    }
    if (!is_operand(graph, __func__, name, x))
        return;
    if (graph->node[x.id].op == SCK_OP_INPUT) {
        sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                       "%s: the input %s is not a result", name,
                       graph->node[x.id].layer);
        return;
    }
    for (uint32_t i = 0; i < graph->outputs; i++)
        if (graph->output[i].node == x.id ||
            strcmp(graph->output[i].name, name) == 0) {
            sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                           "%s: this %s is already the output %s", name,
                           graph->output[i].node == x.id ? "node" : "name",
                           graph->output[i].name);
            return;
        }
    if (!sck_graph_grow((void **)&graph->output, graph->outputs,
                        &graph->output_room, sizeof *graph->output)) {
        sck_graph_fail(graph, SCK_ERR_MEMORY, __func__,
                       "no memory for an output");
        return;
    }
    struct sck_graph_output *out = &graph->output[graph->outputs++];

    snprintf(out->name, sizeof out->name, "%s", name);
    out->node = x.id;
}
