/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_mlp.h
 * Multilayer perceptrons with square activations, from a weight file.
 */
#ifndef SCK_MLP_H
#define SCK_MLP_H

#include "sck_plan.h"
#include "sck_tensors.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compiles last(square(first(x))), or with hidden layers, each followed by a
 * square, between: input "image", output "scores". Layers are named as their
 * tensors, squares "square", "square.1", ...
 *
 * Shape: tensors first.weight [hidden, in], first.bias [hidden], hidden.1 and
 *        so on as far as there are any (at most 32), last.weight [out, hidden],
 *        last.bias [out].
 *        Optional, for bootstrapping (sck_set_range()): image.range,
 *        first.range, hidden.1.range, ... [2], the least and the greatest
 *        value before the square.
 * Cost:  3 levels, and 2 for every hidden.N; bootstraps where they run out.
 * @param[out] plan  the caller's, for sck_plan_free(); NULL on error; does not
 *                   borrow the weights
 * @return SCK_ERR_FORMAT or SCK_ERR_SHAPE naming the tensor, or what
 *         sck_graph_compile() returns
 */
SCK_API sck_status sck_mlp_compile(const sck_tensors *weights,
                                   const sck_params *params, sck_plan **plan);

#ifdef __cplusplus
}
#endif
#endif
