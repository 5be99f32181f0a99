/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time, memory and error of a plan's bootstraps, from its stages. */
#ifndef SCK_GRAPH_BOOTSTRAP_H
#define SCK_GRAPH_BOOTSTRAP_H

#include "cost.h"

/* Adds its time to a sum of pieces. */
void sck_bootstrap_cost(const sck_plan *plan, const struct sck_costs *m,
                        const struct sck_step *step, struct sck_cost *c);
/* Two steps' time with a bootstrap each; what sharing one saves of it. */
double sck_bootstrap_alone_us(const sck_plan *plan, uint32_t first,
                              uint32_t second);
double sck_bootstrap_pair_gain_us(const sck_plan *plan, uint32_t first,
                                  uint32_t second);
/* Beside operand and result; of its largest task; of the encoded matrices,
 * limbs, 0 without bootstraps. */
uint64_t sck_bootstrap_step_bytes(const sck_plan *plan,
                                  const struct sck_step *step);
uint64_t sck_bootstrap_task_bytes(const sck_plan *plan);
uint64_t sck_bootstrap_weight_limbs(const sck_plan *plan);
/* Standard deviation of what it adds to its result. */
double sck_bootstrap_noise(const sck_plan *plan, const struct sck_step *step);

#endif
