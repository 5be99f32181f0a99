/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A graph as stored: nodes in the order of building, hence topological. */
#ifndef SCK_GRAPH_PRIV_H
#define SCK_GRAPH_PRIV_H

#include "sck_graph.h"

#include <stddef.h>

#define SCK_LAYER_BYTES 48
#define SCK_MAX_DEGREE 15

enum sck_op {
    SCK_OP_INPUT,
    SCK_OP_LINEAR,
    SCK_OP_ADD,
    SCK_OP_MUL,
    SCK_OP_SQUARE,
    SCK_OP_POLY,
    SCK_OP_BOOTSTRAP, /* asked for, or placed by compile */
    SCK_OP_LOWER      /* compile inserts these */
};

/** A fitted polynomial; degree is that of its last nonzero coefficient. */
struct sck_fit {
    uint32_t degree;
    double lo, hi;
    double c[SCK_MAX_DEGREE + 1];
};

struct sck_graph_node {
    enum sck_op op;
    char layer[SCK_LAYER_BYTES];
    uint32_t a, b; /* operands; b == a where there is one */
    uint32_t width;
    sck_matrix w;       /* borrowed */
    const double *bias; /* borrowed */
    struct sck_fit fit;
    int ranged; /* sck_set_range() */
    double lo, hi;
};

struct sck_graph_output {
    char name[SCK_LAYER_BYTES];
    uint32_t node;
};

struct sck_graph {
    const sck_params *params;
    uint32_t tag; /* tells its nodes from another graph's; never 0 */
    uint32_t slots;
    char layer[SCK_LAYER_BYTES];
    uint32_t nodes, node_room;
    struct sck_graph_node *node;
    uint32_t outputs, output_room;
    struct sck_graph_output *output;
    sck_status status;
    const char *where; /* the builder that failed */
    char message[448];
};

const char *sck_op_name(enum sck_op op);

/* Keeps the first failure; always returns SCK_NO_NODE. */
sck_node sck_graph_fail(sck_graph *graph, sck_status status, const char *where,
                        const char *format, ...) SCK_PRINTF(4, 5);
/* Makes room for one more; 0 without memory. */
int sck_graph_grow(void **array, uint32_t count, uint32_t *room, size_t size);

/* Fits f on [lo, hi]; degree at most SCK_MAX_DEGREE. Returns 0 when f is not
 * finite there; *point is then where. */
int sck_fit_make(double (*f)(double), double lo, double hi, uint32_t degree,
                 struct sck_fit *fit, double *point);
double sck_fit_at(const struct sck_fit *fit, double x);
/* ceil(log2 k), k >= 1: how many levels below x lies x^k. */
uint32_t sck_power_depth(uint32_t k);

#endif
