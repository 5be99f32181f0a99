/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "eval_chebyshev_priv.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = 0xffff, COEFFICIENTS = SCK_CHEBYSHEV_DEGREE + 1 };

struct builder {
    struct sck_chebyshev_plan *plan;
    uint32_t leaf; /* T_k with k < leaf stand in leaves */
    int failed;    /* no room, or not within the depth  */
    uint16_t basis[COEFFICIENTS];
};

static uint32_t ceil_log2(uint32_t k)
{
    uint32_t d = 0;

    while (1u << d < k)
        d++;
    return d;
}

static uint16_t append(struct builder *b, const struct sck_chebyshev_node *node)
{
    if (b->plan->nodes == SCK_CHEBYSHEV_NODES) {
        b->failed = 1;
        return 0;
    }
    b->plan->node[b->plan->nodes] = *node;
    return (uint16_t)b->plan->nodes++;
}

static void add_product(struct builder *b, struct sck_chebyshev_node *node,
                        uint16_t x, uint16_t y)
{
    if (node->products == SCK_CHEBYSHEV_TERMS) {
        b->failed = 1;
        return;
    }
    node->product[node->products].a = x;
    node->product[node->products++].b = y;
}

static void add_term(struct builder *b, struct sck_chebyshev_node *node,
                     uint16_t x, double c)
{
    if (node->terms == SCK_CHEBYSHEV_TERMS) {
        b->failed = 1;
        return;
    }
    node->term[node->terms].x = x;
    node->term[node->terms++].c = c;
}

/* T_k as a node: T_(x+y) = 2 T_x T_y - T_(x-y), x a power of two. */
static uint16_t basis(struct builder *b, uint32_t k)
{
    if (b->basis[k] != NONE || b->failed)
        return b->basis[k];
    const uint32_t x = 1u << (ceil_log2(k) - 1), y = k - x;
    struct sck_chebyshev_node node = {.depth = ceil_log2(k), .twice = 1};

    add_product(b, &node, basis(b, x), basis(b, y));
    if (x == y)
        node.constant = -1;
    else
        add_term(b, &node, basis(b, x - y), -1);
    return b->basis[k] = append(b, &node);
}

static uint32_t degree_of(const double *c)
{
    uint32_t k = SCK_CHEBYSHEV_DEGREE;

    while (k > 0 && c[k] == 0)
        k--;
    return k;
}

/* c = q T_g + r, by T_k = 2 T_g T_(k-g) - T_|k-2g| from the top down. c becomes
 * r. */
static void divide(double *c, uint32_t g, double *q)
{
    memset(q, 0, COEFFICIENTS * sizeof *q);
    for (uint32_t k = degree_of(c); k > g; k--) {
        q[k - g] += 2 * c[k];
        c[k > 2 * g ? k - 2 * g : 2 * g - k] -= c[k];
        c[k] = 0;
    }
    q[0] += c[g];
    c[g] = 0;
}

static uint16_t value(struct builder *b, double *c, uint32_t depth);

/* Adds the series c to a node whose operands lie at depth at. c is used up. */
static void emit(struct builder *b, struct sck_chebyshev_node *node, double *c,
                 uint32_t at)
{
    for (uint32_t d = degree_of(c); d > 0 && !b->failed; d = degree_of(c)) {
        uint32_t g = 1;
        int is_leaf = d < b->leaf;

        for (uint32_t k = 1; k <= d && is_leaf; k++)
            is_leaf = c[k] == 0 || ceil_log2(k) <= at;
        if (is_leaf) {
            for (uint32_t k = 1; k <= d; k++)
                if (c[k] != 0)
                    add_term(b, node, basis(b, k), c[k]);
            break;
        }
        /* Of the powers of two that exist this high, the largest up to d. */
        while (2 * g <= d && ceil_log2(2 * g) <= at)
            g *= 2;
        double q[COEFFICIENTS];

        divide(c, g, q);
        if (degree_of(q) == 0)
            add_term(b, node, basis(b, g), q[0]);
        else if (at == 0)
            b->failed = 1;
        else
            add_product(b, node, value(b, q, at), basis(b, g));
    }
    node->constant += c[0];
}

/* The series c as a node of its own. */
static uint16_t value(struct builder *b, double *c, uint32_t depth)
{
    struct sck_chebyshev_node node = {.depth = depth};

    emit(b, &node, c, depth - 1);
    return b->failed ? 0 : append(b, &node);
}

static void count(struct sck_chebyshev_plan *plan)
{
    plan->key_switches = plan->products = 0;
    for (uint32_t i = 1; i < plan->nodes; i++) {
        const struct sck_chebyshev_node *node = &plan->node[i];

        plan->key_switches += node->products != 0;
        plan->products += node->products;
        for (uint32_t k = 0; k < node->products; k++) {
            plan->node[node->product[k].a].last_reader = i;
            plan->node[node->product[k].b].last_reader = i;
        }
        for (uint32_t k = 0; k < node->terms; k++)
            plan->node[node->term[k].x].last_reader = i;
    }
}

static int build(struct sck_chebyshev_plan *plan, const double *coefficients,
                 uint32_t degree, uint32_t depth, uint32_t leaf)
{
    struct builder b = {.plan = plan, .leaf = leaf};
    double c[COEFFICIENTS] = {0};

    memset(plan, 0, sizeof *plan);
    memset(b.basis, 0xff, sizeof b.basis);
    plan->nodes = 1;
    plan->depth = depth;
    b.basis[1] = 0;
    memcpy(c, coefficients, (degree + 1) * sizeof *c);
    value(&b, c, depth);
    if (b.failed)
        return 0;
    count(plan);
    return 1;
}

static int is_cheaper(const struct sck_chebyshev_plan *a,
                      const struct sck_chebyshev_plan *b)
{
    return a->key_switches != b->key_switches
               ? a->key_switches < b->key_switches
               : a->products < b->products;
}

sck_status sck_chebyshev_plan_new(const double *c, uint32_t degree,
                                  struct sck_chebyshev_plan *plan)
{
    struct sck_chebyshev_plan *trial;
    uint32_t used = 0;

    if (degree < 1 || degree > SCK_CHEBYSHEV_DEGREE)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "degree %u is not 1 to %d", degree,
                        SCK_CHEBYSHEV_DEGREE);
    for (uint32_t k = 1; k <= degree; k++)
        used = c[k] != 0 ? k : used;
    if (used == 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a series of degree 0");
    trial = malloc(sizeof *trial);
    if (trial == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *trial);
    plan->nodes = 0;
    for (uint32_t depth = ceil_log2(used + 1); plan->nodes == 0; depth++)
        for (uint32_t leaf = 2; leaf <= 32; leaf *= 2)
            if (build(trial, c, used, depth, leaf) &&
                (plan->nodes == 0 || is_cheaper(trial, plan)))
                *plan = *trial;
    free(trial);
    return SCK_OK;
}
