/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_graph.h
 * Encrypted computations as graphs: build, then compile (sck_plan.h).
 *
 * A graph is a program over encrypted vectors of real numbers. Building one
 * needs no key and computes nothing.
 *
 * Packing: all vectors of a graph live in the same number of slots, a power of
 * two that holds the widest; it repeats over the ring's slots.
 *
 * Levels: a graph deeper than its parameters compiles where these can bootstrap
 * (b16-40, b16-35, b16-45): compiling places the bootstraps, the fewest that
 * do and of those the cheapest. Values that are bootstrapped must lie within
 * [-1, 1]. Compiling knows how far values can reach from the inputs' ranges and
 * the weights; sck_set_range() tells it what is known better.
 *
 * Errors: a builder that fails returns SCK_NO_NODE and marks the graph; every
 * later builder on it returns SCK_NO_NODE too, and sck_graph_status() and
 * sck_graph_compile() report the first failure. Model code checks once.
 */
#ifndef SCK_GRAPH_H
#define SCK_GRAPH_H

#include "sck_params.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A program over encrypted vectors, being built; by one thread at a time. */
typedef struct sck_graph sck_graph;

/** A vector inside one graph; cheap to copy, valid as long as its graph. */
typedef struct sck_node {
    uint32_t graph;
    uint32_t id;
} sck_node;

/** No vector: what a failing builder returns. */
#define SCK_NO_NODE ((sck_node){0, UINT32_MAX})

/** A public matrix, row-major; the values are borrowed until compile. */
typedef struct sck_matrix {
    const double *values;
    uint32_t rows;
    uint32_t columns;
} sck_matrix;

/**
 * Starts an empty graph.
 *
 * @param[in] params  borrowed; must outlive the graph and its plans
 * @param[in] slots   what all vectors are packed to: a power of two up to N/2,
 *                    or 0 for the least that holds the widest vector
 * @param[out] graph  the caller's, for sck_graph_free(); NULL on error
 * @return SCK_OK, SCK_ERR_ARGUMENT or SCK_ERR_MEMORY
 */
SCK_API sck_status sck_graph_new(const sck_params *params, uint32_t slots,
                                 sck_graph **graph);

/** Frees a graph; its plans stay valid. Takes NULL. */
SCK_API void sck_graph_free(sck_graph *graph);

/** Returns the first failure of a builder, with its message, or SCK_OK. */
SCK_API sck_status sck_graph_status(const sck_graph *graph);

/** Names the layer that the next nodes belong to, at most 47 bytes, copied;
 *  NULL: name each by its operation and number ("linear 3"). */
SCK_API void sck_layer(sck_graph *graph, const char *name);

/**
 * Declares an encrypted input of width values, at the top application level.
 *
 * Cost:  no level.
 * Error: that of encryption; values lie within [-1, 1] unless
 *        sck_set_range() says otherwise.
 * @param[in] name  unique among the inputs, copied, at most 47 bytes
 * @return the vector, or SCK_NO_NODE with SCK_ERR_ARGUMENT (the name) or
 *         SCK_ERR_SHAPE (width 0 or beyond the slots)
 */
SCK_API sck_node sck_input(sck_graph *graph, const char *name, uint32_t width);

/**
 * Multiplies an encrypted vector by a public matrix: y = W x + bias.
 *
 * Shape: x holds w.columns values, y holds w.rows. Unused slots of y are zero.
 * Cost:  1 level; about 2 sqrt(diagonals) rotations (baby-step giant-step).
 * Error: the plan's prediction; grows with the rows' 2-norms.
 *
 * @param[in] bias  w.rows values, or NULL for none; borrowed until compile
 * @return y, or SCK_NO_NODE with SCK_ERR_SHAPE (widths differ) or
 *         SCK_ERR_ARGUMENT (a weight or bias is not finite: layer and index
 *         are named; all weights are zero; x belongs to another graph)
 */
SCK_API sck_node sck_linear(sck_graph *graph, sck_matrix w, sck_node x,
                            const double *bias);

/** Adds two vectors of equal width. No level; the one at the higher level is
 *  lowered first.
 *  @return a + b, or SCK_NO_NODE with SCK_ERR_SHAPE or SCK_ERR_ARGUMENT */
SCK_API sck_node sck_add(sck_graph *graph, sck_node a, sck_node b);

/** Multiplies two vectors of equal width, slot by slot. 1 level below the lower
 *  of the two; one key switch.
 *  @return a b, or SCK_NO_NODE with SCK_ERR_SHAPE or SCK_ERR_ARGUMENT */
SCK_API sck_node sck_mul(sck_graph *graph, sck_node a, sck_node b);

/** Squares every value. 1 level; one key switch.
 *  @return x x, or SCK_NO_NODE with SCK_ERR_ARGUMENT */
SCK_API sck_node sck_square(sck_graph *graph, sck_node x);

/**
 * Applies a function to every value, as a polynomial: the Chebyshev series of f
 * on [lo, hi], cut at a degree and turned into powers of x.
 *
 * Shape: y is as wide as x. Unused slots of y hold the polynomial at 0.
 * Cost:  1 + ceil(log2 degree) levels. Terms that vanish to double precision
 *        are dropped, and the degree with them.
 * Error: the fit's, plus the plan's prediction; powers of a wide range amplify
 *        it, so scale x towards [-1, 1] in the matrix before. Outside [lo, hi]
 *        y is the polynomial's value, not f's, and soon large. Where x's range
 *        leaves [lo, hi] (sck_set_range()), plans warn, and y's range is what
 *        the polynomial comes to on all of x's: a bootstrap of y then divides
 *        by that, or is refused with both ranges. Where a calibration knows
 *        better, promise x's range.
 *
 * @param[in] f       called now, on [lo, hi] only
 * @param[in] degree  1..15
 * @return y, or SCK_NO_NODE with SCK_ERR_ARGUMENT (the range, the degree, f not
 *         finite or constant)
 */
SCK_API sck_node sck_poly(sck_graph *graph, sck_node x, double (*f)(double),
                          double lo, double hi, uint32_t degree);

/**
 * Refreshes x: the same values at the top application level.
 *
 * Graphs need it only to force a place: compiling inserts what is missing.
 * Cost:  the plan's prediction, seconds at N = 2^16; x is at
 *        sck_bootstrap_input_level() or above.
 * Error: about 2^-22 with b16-40, times the power of two that
 *        brings x into [-1, 1].
 * @return x, or SCK_NO_NODE with SCK_ERR_ARGUMENT (the parameters have no
 *         levels for it; x belongs to another graph)
 */
SCK_API sck_node sck_bootstrap(sck_graph *graph, sck_node x);

/**
 * Promises that all values of x lie within [lo, hi], as a calibration found.
 *
 * Without it an input's range is [-1, 1] and other ranges follow: weights by
 * their rows' sums, polynomials by their extremes on what their argument can
 * be. The narrower of both counts; values beyond a promise give wrong results
 * from the next bootstrap on.
 * The graph is marked SCK_ERR_ARGUMENT when lo > hi or one is not finite.
 */
SCK_API void sck_set_range(sck_graph *graph, sck_node x, double lo, double hi);

/** Declares a result. A node is output once, and is not itself an input.
 *
 *  The graph is marked SCK_ERR_ARGUMENT otherwise, or when x is another
 * graph's.
 *  @param[in] name  unique among the outputs, copied, at most 47 bytes */
SCK_API void sck_output(sck_graph *graph, const char *name, sck_node x);

#ifdef __cplusplus
}
#endif
#endif
