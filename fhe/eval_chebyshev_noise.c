/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The noise of a Chebyshev evaluation. Its nodes share operands, so errors are
 * not independent: each is followed to the end by its derivative, found in
 * reverse over the plan, at points of the argument. */
#include "eval_chebyshev_priv.h"

#include <math.h>
#include <string.h>

struct derivatives {
    double value[SCK_CHEBYSHEV_NODES];
    double whole[SCK_CHEBYSHEV_NODES];   /* of the result by a node           */
    double lowered[SCK_CHEBYSHEV_NODES]; /* the same, by its lowered readers  */
};

/* Whether reading x at the operands' level of a node of that depth rounds it:
 * some level passed has primes of its own. */
static int rounds(const sck_params *params, uint32_t top,
                  const struct sck_chebyshev_node *x, uint32_t depth)
{
    uint32_t added = 0;

    for (uint32_t d = x->depth; d < depth - 1 && added == 0; d++)
        sck_params_added(params, top - d, &added);
    return added != 0;
}

static void forwards(const struct sck_chebyshev_plan *plan, double u,
                     double *value)
{
    value[0] = u;
    for (uint32_t i = 1; i < plan->nodes; i++) {
        const struct sck_chebyshev_node *node = &plan->node[i];

        value[i] = 0;
        for (uint32_t k = 0; k < node->products; k++)
            value[i] += value[node->product[k].a] * value[node->product[k].b];
        value[i] = (1 + node->twice) * value[i] + node->constant;
        for (uint32_t k = 0; k < node->terms; k++)
            value[i] += node->term[k].c * value[node->term[k].x];
    }
}

static void flows(const sck_params *params, uint32_t top,
                  const struct sck_chebyshev_plan *plan, uint32_t reader,
                  uint16_t x, double derivative, struct derivatives *d)
{
    d->whole[x] += derivative;
    if (rounds(params, top, &plan->node[x], plan->node[reader].depth))
        d->lowered[x] += derivative;
}

static void backwards(const sck_params *params, uint32_t top,
                      const struct sck_chebyshev_plan *plan,
                      struct derivatives *d)
{
    memset(d->whole, 0, sizeof d->whole);
    memset(d->lowered, 0, sizeof d->lowered);
    d->whole[plan->nodes - 1] = 1;
    for (uint32_t i = plan->nodes - 1; i > 0; i--) {
        const struct sck_chebyshev_node *node = &plan->node[i];
        const double by = d->whole[i], twice = by * (1 + node->twice);

        for (uint32_t k = 0; k < node->products; k++) {
            const uint16_t a = node->product[k].a, b = node->product[k].b;

            flows(params, top, plan, i, a, twice * d->value[b], d);
            flows(params, top, plan, i, b, twice * d->value[a], d);
        }
        for (uint32_t k = 0; k < node->terms; k++)
            flows(params, top, plan, i, node->term[k].x, by * node->term[k].c,
                  d);
    }
}

/* The error a node makes itself: its rounding, its key switch. */
static double made(const sck_params *params, uint32_t top, uint32_t slots,
                   const struct sck_chebyshev_node *node)
{
    const uint32_t level = top - (node->depth - 1);
    const double rounding =
        sck_noise_deviation(sck_noise_rounding(params, 2), slots, node->scale);

    if (node->products == 0)
        return rounding;
    return hypot(rounding, sck_noise_deviation(
                               sck_noise_key_switch(params, level), slots,
                               sck_scale_above(params, level, node->scale)));
}

struct sck_noise sck_chebyshev_noise(const sck_params *params,
                                     const struct sck_chebyshev_plan *plan,
                                     uint32_t top, uint32_t slots,
                                     struct sck_noise argument,
                                     const struct sck_spread *spread)
{
    double whole[SCK_CHEBYSHEV_NODES] = {0}, square = 0;
    double lowered[SCK_CHEBYSHEV_NODES] = {0};
    struct sck_noise out = {0};
    struct derivatives d;

    for (uint32_t s = 0; s < spread->count; s++) {
        const double weight = spread->weight[s];

        forwards(plan, spread->value[s], d.value);
        backwards(params, top, plan, &d);
        square += weight * pow(d.value[plan->nodes - 1], 2);
        for (uint32_t i = 0; i < plan->nodes; i++) {
            whole[i] += weight * d.whole[i] * d.whole[i];
            lowered[i] += weight * d.lowered[i] * d.lowered[i];
        }
    }
    out.magnitude = sqrt(square);
    for (uint32_t i = 0; i < plan->nodes; i++) {
        const struct sck_chebyshev_node *node = &plan->node[i];
        const double own =
            i == 0 ? argument.error : made(params, top, slots, node);

        out = sck_noise_and(out, sqrt(whole[i]) * own);
        /* Lowered values have table scales, all much alike. */
        if (lowered[i] > 0)
            out = sck_noise_and(
                out, sqrt(lowered[i]) *
                         sck_noise_deviation(
                             sck_noise_rounding(params, 2), slots,
                             sck_params_scale(params, top - plan->depth)));
    }
    return out;
}
