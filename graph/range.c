/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "range.h"

#include <math.h>

/* Bounds stay finite, so that no difference of theirs is undefined. */
#define MOST 1e100

/* Row by row: each weight takes the end that is worse. */
static void linear(const struct sck_graph_node *node, struct sck_range x,
                   struct sck_range *y)
{
    *y = (struct sck_range){INFINITY, -INFINITY, 0};
    for (size_t i = 0; i < node->w.rows; i++) {
        const double *w = node->w.values + i * node->w.columns;
        double lo = node->bias != NULL ? node->bias[i] : 0, hi = lo;

        for (uint32_t j = 0; j < node->w.columns; j++) {
            lo += w[j] * (w[j] < 0 ? x.hi : x.lo);
            hi += w[j] * (w[j] < 0 ? x.lo : x.hi);
        }
        y->lo = isnan(lo) ? -INFINITY : fmin(y->lo, lo);
        y->hi = isnan(hi) ? INFINITY : fmax(y->hi, hi);
    }
}

/* On all that x can be, the fit's range or not: on a grid of step h, p is off
 * by at most h^2 / 8 of |p''|, as p' is 0 at an extreme between its points. */
static void poly(const struct sck_fit *fit, struct sck_range x,
                 struct sck_range *y)
{
    enum { POINTS = 1024 };
    const double reach = fmax(fabs(x.lo), fabs(x.hi));
    const double h = (x.hi - x.lo) / POINTS;
    double bend = 0;

    *y = (struct sck_range){INFINITY, -INFINITY, sck_fit_at(fit, x.rest)};
    for (int i = 0; i <= POINTS; i++) {
        const double p = sck_fit_at(fit, i == POINTS ? x.hi : x.lo + h * i);

        y->lo = fmin(y->lo, p);
        y->hi = fmax(y->hi, p);
    }
    for (uint32_t k = fit->degree; k >= 2; k--)
        bend = bend * reach + k * (k - 1.0) * fabs(fit->c[k]);
    y->lo -= h * h / 8 * bend;
    y->hi += h * h / 8 * bend;
}

static void product(struct sck_range a, struct sck_range b, struct sck_range *y)
{
    const double corner[4] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo,
                              a.hi * b.hi};

    y->lo = y->hi = corner[0];
    for (int i = 1; i < 4; i++) {
        y->lo = fmin(y->lo, corner[i]);
        y->hi = fmax(y->hi, corner[i]);
    }
    y->rest = a.rest * b.rest;
}

static void square(struct sck_range a, struct sck_range *y)
{
    product(a, a, y);
    y->lo = a.lo <= 0 && a.hi >= 0 ? 0 : fmin(a.lo * a.lo, a.hi * a.hi);
}

/* y within MOST; what overflowed, or was undefined for that, at its ends. */
static void bound(struct sck_range *y)
{
    if (!(y->lo >= -MOST && y->lo <= MOST))
        y->lo = y->lo > MOST ? MOST : -MOST;
    if (!(y->hi >= -MOST && y->hi <= MOST))
        y->hi = y->hi < -MOST ? -MOST : MOST;
    if (!(fabs(y->rest) <= MOST))
        y->rest = MOST;
}

sck_status sck_range_of(const sck_graph *graph, uint32_t id,
                        struct sck_range *range)
{
    const struct sck_graph_node *node = &graph->node[id];
    const struct sck_range a = range[node->a], b = range[node->b];
    struct sck_range *y = &range[id];

    switch (node->op) {
    case SCK_OP_INPUT:
        *y = (struct sck_range){-1, 1, 0};
        if (node->ranged)
            *y = (struct sck_range){node->lo, node->hi, 0};
        break;
    case SCK_OP_LINEAR:
        linear(node, a, y);
        break;
    case SCK_OP_ADD:
        *y = (struct sck_range){a.lo + b.lo, a.hi + b.hi, a.rest + b.rest};
        break;
    case SCK_OP_MUL:
        product(a, b, y);
        break;
    case SCK_OP_SQUARE:
        square(a, y);
        break;
    case SCK_OP_POLY:
        poly(&node->fit, a, y);
        break;
    default:
        *y = a;
        break;
    }
    bound(y);
    if (!node->ranged)
        return SCK_OK;
    if (node->hi < y->lo || node->lo > y->hi)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_graph_compile",
                        "%s: its range was set to [%g, %g], but it can only be "
                        "in [%g, %g]",
                        node->layer, node->lo, node->hi, y->lo, y->hi);
    y->lo = fmax(y->lo, node->lo);
    y->hi = fmin(y->hi, node->hi);
    return SCK_OK;
}

int sck_range_leaves(const struct sck_range *x, const struct sck_fit *fit)
{
    const double slack = 1e-9 * (fit->hi - fit->lo);

    return x->lo < fit->lo - slack || x->hi > fit->hi + slack;
}

double sck_range_reach(const struct sck_range *range, int has_rest)
{
    const double reach = fmax(fabs(range->lo), fabs(range->hi));

    return has_rest ? fmax(reach, fabs(range->rest)) : reach;
}

uint32_t sck_range_bits(double reach)
{
    const double bits = ceil(log2(reach) - 1e-9);

    return bits >= 1 ? (uint32_t)fmin(bits, 1e6) : 0;
}
