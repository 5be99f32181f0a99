/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "graph_priv.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sck_op_name(enum sck_op op)
{
    static const char *const names[] = {
        [SCK_OP_INPUT] = "input",    [SCK_OP_LINEAR] = "linear",
        [SCK_OP_ADD] = "add",        [SCK_OP_MUL] = "mul",
        [SCK_OP_SQUARE] = "square",  [SCK_OP_POLY] = "poly",
        [SCK_OP_BOOTSTRAP] = "boot", [SCK_OP_LOWER] = "lower",
    };

    return names[op];
}

int sck_graph_grow(void **array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return 1;
    /* Node ids stay below UINT32_MAX, which is SCK_NO_NODE. */
    if (*room > UINT32_MAX / 4)
        return 0;
    const uint32_t more = *room == 0 ? 16 : 2 * *room;
    void *bigger = realloc(*array, more * size);

    if (bigger == NULL)
        return 0;
    *array = bigger;
    *room = more;
    return 1;
}

sck_status sck_graph_new(const sck_params *params, uint32_t slots,
                         sck_graph **graph)
{
    static _Atomic uint32_t tags;

    if (graph == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "graph is NULL");
    *graph = NULL;
    if (params == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "params is NULL");
    if ((slots & (slots - 1)) != 0 ||
        slots > UINT32_C(1) << (sck_params_logn(params) - 1))
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "slots is %u, not a power of two up to N/2 = %u", slots,
                        UINT32_C(1) << (sck_params_logn(params) - 1));
    sck_graph *g = calloc(1, sizeof *g);

    if (g == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a graph");
    g->params = params;
    g->slots = slots;
    do
        g->tag = atomic_fetch_add(&tags, 1) + 1;
    while (g->tag == 0);
    *graph = g;
    return SCK_OK;
}

void sck_graph_free(sck_graph *graph)
{
    if (graph == NULL)
        return;
    free(graph->node);
    free(graph->output);
    free(graph);
}

sck_node sck_graph_fail(sck_graph *graph, sck_status status, const char *where,
                        const char *format, ...)
{
    if (graph->status == SCK_OK) {
        va_list list;

        va_start(list, format);
        vsnprintf(graph->message, sizeof graph->message, format, list);
        va_end(list);
        graph->where = where;
        graph->status = sck_fail(status, where, "%s", graph->message);
    }
    return SCK_NO_NODE;
}

sck_status sck_graph_status(const sck_graph *graph)
{
    if (graph == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "graph is NULL");
    if (graph->status != SCK_OK)
        return sck_fail(graph->status, graph->where, "%s", graph->message);
    return SCK_OK;
}

void sck_layer(sck_graph *graph, const char *name)
{
    if (graph == NULL || graph->status != SCK_OK)
        return;
    if (name != NULL && strlen(name) >= SCK_LAYER_BYTES) {
        sck_graph_fail(graph, SCK_ERR_ARGUMENT, __func__,
                       "a name of %zu bytes, more than %d", strlen(name),
                       SCK_LAYER_BYTES - 1);
        return;
    }
    snprintf(graph->layer, sizeof graph->layer, "%s", name ? name : "");
}
