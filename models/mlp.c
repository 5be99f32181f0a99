/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_mlp.h"

#include <stdlib.h>

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

static sck_status build(sck_graph *graph, const sck_matrix *first,
                        const sck_matrix *last)
{
    sck_layer(graph, "image");
    sck_node x = sck_input(graph, "image", first->columns);

    sck_layer(graph, "first");
    x = sck_linear(graph, *first, x,
                   first->values + (size_t)first->rows * first->columns);
    sck_layer(graph, "square");
    x = sck_square(graph, x);
    sck_layer(graph, "last");
    x = sck_linear(graph, *last, x,
                   last->values + (size_t)last->rows * last->columns);
    sck_output(graph, "scores", x);
    return sck_graph_status(graph);
}

sck_status sck_mlp_compile(const sck_tensors *weights, const sck_params *params,
                           sck_plan **plan)
{
    double *first_values = NULL, *last_values = NULL;
    sck_graph *graph = NULL;
    sck_matrix first, last;
    sck_status status;

    *plan = NULL;
    status = read_layer(weights, "first.weight", "first.bias", 0, &first,
                        &first_values);
    if (status == SCK_OK)
        status = read_layer(weights, "last.weight", "last.bias", first.rows,
                            &last, &last_values);
    if (status == SCK_OK)
        status = sck_graph_new(params, 0, &graph);
    if (status == SCK_OK)
        status = build(graph, &first, &last);
    if (status == SCK_OK)
        status = sck_graph_compile(graph, plan);
    sck_graph_free(graph);
    free(first_values);
    free(last_values);
    return status;
}
