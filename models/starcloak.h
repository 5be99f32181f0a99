/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file starcloak.h
 * Everything of libstarcloak in one include.
 *
 * @mainpage Starcloak
 *
 * Neural-network inference on encrypted data: RNS-CKKS ciphertexts, computed as
 * StarPU task graphs.
 *
 * Two sides, two libraries:
 * - whoever computes links libstarcloak and includes this header. It holds
 *   evaluation keys and ciphertexts, never a secret key;
 * - the key holder links libstarcloak-client and includes sck_client.h: keys,
 *   encryption and decryption. It needs no StarPU.
 *
 * They exchange the files of sck_encrypted.h.
 *
 * An inference, from top to bottom:
 * 1. sck_params.h: choose a parameter set.
 * 2. sck_graph.h: build the network, or read one with sck_tensors.h and
 *    sck_mlp.h.
 * 3. sck_plan.h: compile it; the plan lists the keys it needs, and predicts
 *    memory, time and precision before anything is encrypted.
 * 4. sck_session.h, sck_eval.h: start the runtime, load keys and ciphertexts
 *    (and compute on them without a graph: sck_linear.h, sck_bootstrap.h).
 * 5. sck_plan_run().
 *
 * Functions that can fail return an sck_status (sck_status.h); none prints,
 * exits or aborts.
 */
#ifndef STARCLOAK_H
#define STARCLOAK_H

#include "sck_bootstrap.h"
#include "sck_encrypted.h"
#include "sck_eval.h"
#include "sck_file.h"
#include "sck_graph.h"
#include "sck_linear.h"
#include "sck_mlp.h"
#include "sck_params.h"
#include "sck_plan.h"
#include "sck_scale.h"
#include "sck_session.h"
#include "sck_status.h"
#include "sck_tensors.h"

#endif
