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
 * Compiles last(square(first(x))): input "image", output "scores".
 *
 * Shape: tensors first.weight [hidden, in], first.bias [hidden], last.weight
 *        [out, hidden], last.bias [out].
 * Cost:  3 levels.
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
