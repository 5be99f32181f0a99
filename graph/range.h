/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How far the values of a graph can reach, by interval arithmetic. */
#ifndef SCK_RANGE_H
#define SCK_RANGE_H

#include "graph_priv.h"

/* All values of a vector lie in [lo, hi]; the slots beyond its width all hold
 * rest. */
struct sck_range {
    double lo, hi, rest;
};

/* Of one node, from its operands'; by node.
 * @return SCK_ERR_ARGUMENT when what was promised of it cannot be */
sck_status sck_range_of(const sck_graph *graph, uint32_t id,
                        struct sck_range *range);
/* Whether a polynomial's argument can lie where it was not fitted; rounding of
 * doubles forgiven. The slots that hold rest are none of the vector's. */
int sck_range_leaves(const struct sck_range *x, const struct sck_fit *fit);
/* The largest magnitude in any slot. */
double sck_range_reach(const struct sck_range *range, int has_rest);
/* The least bits with |values| 2^-bits <= 1; rounding of doubles forgiven. */
uint32_t sck_range_bits(double reach);

#endif
