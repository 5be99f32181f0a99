/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How a Chebyshev series is evaluated, found before anything runs: a list of
 * nodes, each a sum of products and of multiples of earlier nodes, rescaled
 * once. Paterson and Stockmeyer's split at powers of two (algorithms.md,
 * section 2.3; Bossuat et al., ePrint 2020/1203). */
#ifndef SCK_EVAL_CHEBYSHEV_PRIV_H
#define SCK_EVAL_CHEBYSHEV_PRIV_H

#include "noise.h"
#include "sck_eval.h"

enum {
    SCK_CHEBYSHEV_DEGREE = 127, /* at most */
    SCK_CHEBYSHEV_NODES = 128,
    SCK_CHEBYSHEV_TERMS = 40
};

/** sum of twice-or-once a b over products, plus c x over terms, plus constant;
 *  operands at depth - 1 levels below the input, the value at depth. */
struct sck_chebyshev_node {
    uint32_t depth;
    uint32_t twice; /**< 1: products count double (2 T_a T_b - T_(a-b)) */
    uint32_t products, terms;
    struct {
        uint16_t a, b;
    } product[SCK_CHEBYSHEV_TERMS];
    struct {
        uint16_t x;
        double c;
    } term[SCK_CHEBYSHEV_TERMS];
    double constant;
    uint32_t last_reader; /**< the last node that names it; 0: none */
    sck_scale scale;      /**< of the value, sck_chebyshev_scales() */
};

/** node[0] is the input, the last node the result. */
struct sck_chebyshev_plan {
    uint32_t nodes, depth;
    uint32_t key_switches; /**< nodes that relinearise */
    uint32_t products;     /**< of ciphertexts         */
    struct sck_chebyshev_node node[SCK_CHEBYSHEV_NODES];
};

/** Fewest levels, then relinearisations, then products. Zero coefficients cost
 * nothing, so an even or odd series uses even or odd parts only.
 *  @param c  c[0] ... c[degree] in the Chebyshev basis of [-1, 1]
 *  @return SCK_ERR_ARGUMENT: degree outside 1 ... 127, or all but c[0] zero */
sck_status sck_chebyshev_plan_new(const double *c, uint32_t degree,
                                  struct sck_chebyshev_plan *plan);

/** Every node's exact scale, from the end backwards, so that the result has
 *  scale target at level top - depth.
 *  @param input  the scale of node 0 at level top
 *  @return SCK_ERR_LEVEL when top < depth */
sck_status sck_chebyshev_scales(const sck_params *params, uint32_t top,
                                sck_scale input, sck_scale target,
                                struct sck_chebyshev_plan *plan);

/** Runs a plan whose scales are set on a batch of ciphertexts of its input's
 *  scale; out is all NULL on error. */
sck_status sck_chebyshev_run(sck_run *run, const sck_ciphertext *const *a,
                             uint32_t members,
                             const struct sck_chebyshev_plan *plan,
                             sck_ciphertext **out);

/** What the result of a plan whose scales are set carries, by first-order
 *  analysis: every error times the derivative of the result by it, root mean
 *  square over the argument's spread, so that what is read twice counts as one.
 *  @param argument  of the ciphertext of that many slots at level top */
struct sck_noise sck_chebyshev_noise(const sck_params *params,
                                     const struct sck_chebyshev_plan *plan,
                                     uint32_t top, uint32_t slots,
                                     struct sck_noise argument,
                                     const struct sck_spread *spread);

/** sck_eval_chebyshev() of an argument whose spread is known. */
sck_status sck_eval_chebyshev_over(sck_run *run, const sck_ciphertext *a,
                                   const double *coefficients, uint32_t degree,
                                   sck_scale target,
                                   const struct sck_spread *spread,
                                   sck_ciphertext **out);
/** The same of a batch; out is all NULL on error. */
sck_status sck_chebyshev_batch(sck_run *run, const sck_ciphertext *const *a,
                               uint32_t members, const double *coefficients,
                               uint32_t degree, sck_scale target,
                               const struct sck_spread *spread,
                               sck_ciphertext **out);

/** The scale that a value has once lowered: its own where the lower level's
 *  primes are all among the higher one's, else the table's. */
sck_scale sck_lowered_scale(const sck_params *params, sck_scale scale,
                            uint32_t from, uint32_t to);

/** The scale before the rescale from level that ends at scale. */
sck_scale sck_scale_above(const sck_params *params, uint32_t level,
                          sck_scale scale);

#endif
