/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time and memory of the pieces that operations are made of. */
#ifndef SCK_COST_H
#define SCK_COST_H

#include "plan_priv.h"

/* One core, in microseconds, at a level. */
double sck_cost_key_switch(const sck_params *params, uint32_t level);
double sck_cost_rescale(const sck_params *params, uint32_t level);
/* Products or sums of count limbs. */
double sck_cost_elementwise(const sck_params *params, uint64_t limbs);

/* Bytes of count limbs. */
uint64_t sck_cost_limb_bytes(const sck_params *params, uint64_t limbs);
uint32_t sck_cost_limbs(const sck_params *params, uint32_t level);
/* Bytes that a key switch's temporaries take, and its largest task's data. */
uint64_t sck_cost_switch_bytes(const sck_params *params, uint32_t level);
uint64_t sck_cost_task_bytes(const sck_params *params, uint32_t level);

#endif
