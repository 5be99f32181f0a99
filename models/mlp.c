/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_mlp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One layer's weights and bias as doubles, in one allocation. */
static sck_status read_layer(const sck_tensors *weights, const char *weight,
                             const char *bias, uint32_t columns,
                             sck_matrix *matrix, double **values)
{
    struct sck_tensor t;

    *values = NULL;
    SCK_TRY(sck_tensors_get(weights, weight, &t));
    if (t.rank != 2 || t.shape[0] == 0 || t.shape[0] > 65536 ||
        t.shape[1] == 0 || t.shape[1] > 65536 ||
        (columns != 0 && t.shape[1] != columns))
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "tensor %s: rank %u, shape [%llu, %llu], %u columns "
                        "wanted",
                        weight, t.rank, (unsigned long long)t.shape[0],
                        (unsigned long long)t.shape[1], columns);
    *values = calloc(t.count + t.shape[0], sizeof **values);
    if (*values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%llu weights",
                        (unsigned long long)t.count);
    SCK_TRY(sck_tensors_read_f64(weights, weight, t.shape, 2, *values));
    SCK_TRY(sck_tensors_read_f64(weights, bias, t.shape, 1, *values + t.count));
    *matrix = (sck_matrix){*values, (uint32_t)t.shape[0], (uint32_t)t.shape[1]};
    return SCK_OK;
}

/* A layer's tensors are NAME.weight and NAME.bias. */
struct layer {
    char name[24];
    sck_matrix matrix;
    double *values; /* weights, then bias */
};

enum { MOST_LAYERS = 34 };

static int has_layer(const sck_tensors *weights, const char *name)
{
    struct sck_tensor t;
    char weight[40];

    snprintf(weight, sizeof weight, "%.23s.weight", name);
    return sck_tensors_get(weights, weight, &t) == SCK_OK;
}

/* first, hidden.1, hidden.2, ... as far as there are any, last. */
static sck_status read_layers(const sck_tensors *weights, struct layer *layer,
                              uint32_t *count)
{
    uint32_t columns = 0;
    int last = 0;

    for (*count = 0; !last && *count < MOST_LAYERS;) {
        struct layer *l = &layer[*count];
        char weight[40], bias[40];

        snprintf(l->name, sizeof l->name, "hidden.%u", *count);
        if (*count == 0)
            strcpy(l->name, "first");
        else if (!has_layer(weights, l->name)) {
            strcpy(l->name, "last");
            last = 1;
        }
        snprintf(weight, sizeof weight, "%.23s.weight", l->name);
        snprintf(bias, sizeof bias, "%.23s.bias", l->name);
        ++*count;
        SCK_TRY(
            read_layer(weights, weight, bias, columns, &l->matrix, &l->values));
        columns = l->matrix.rows;
    }
    return last ? SCK_OK
                : SCK_FAIL(SCK_ERR_SHAPE, "more than %d layers", MOST_LAYERS);
}

/* NAME.range, where the file has it, is what a calibration found. */
static sck_status promise(const sck_tensors *weights, const char *name,
                          sck_graph *graph, sck_node x)
{
    const uint64_t two = 2;
    struct sck_tensor t;
    double range[2];
    char tensor[40];

    snprintf(tensor, sizeof tensor, "%.23s.range", name);
    if (sck_tensors_get(weights, tensor, &t) != SCK_OK)
        return SCK_OK;
    SCK_TRY(sck_tensors_read_f64(weights, tensor, &two, 1, range));
    sck_set_range(graph, x, range[0], range[1]);
    return SCK_OK;
}

static sck_status build(const sck_tensors *weights, sck_graph *graph,
                        const struct layer *layer, uint32_t count)
{
    sck_layer(graph, "image");
    sck_node x = sck_input(graph, "image", layer[0].matrix.columns);

    SCK_TRY(promise(weights, "image", graph, x));

    for (uint32_t i = 0; i < count; i++) {
        const sck_matrix *w = &layer[i].matrix;
        char square[24] = "square";

        if (i > 0) {
            if (i > 1)
                snprintf(square, sizeof square, "square.%u", i - 1);
            sck_layer(graph, square);
            x = sck_square(graph, x);
        }
        sck_layer(graph, layer[i].name);
        x = sck_linear(graph, *w, x, w->values + (size_t)w->rows * w->columns);
        SCK_TRY(promise(weights, layer[i].name, graph, x));
    }
    sck_output(graph, "scores", x);
    return sck_graph_status(graph);
}

sck_status sck_mlp_compile(const sck_tensors *weights, const sck_params *params,
                           sck_plan **plan)
{
    struct layer layer[MOST_LAYERS] = {0};
    sck_graph *graph = NULL;
    uint32_t count = 0;
    sck_status status;

    *plan = NULL;
    status = read_layers(weights, layer, &count);
    if (status == SCK_OK)
        status = sck_graph_new(params, 0, &graph);
    if (status == SCK_OK)
        status = build(weights, graph, layer, count);
    if (status == SCK_OK)
        status = sck_graph_compile(graph, plan);
    sck_graph_free(graph);
    for (uint32_t i = 0; i < count; i++)
        free(layer[i].values);
    return status;
}
