/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_CLI_COMMANDS_H
#define SCK_CLI_COMMANDS_H

#include "options.h"
#include "sck_plan.h"
#include "submit.h"

int command_doctor(const struct options *options);
int command_info(const struct options *options);
int command_plan(const struct options *options);
int command_run(const struct options *options);

/** Parameters and compiled model of --params and --model. */
sck_status load_plan(const struct options *options, sck_params **params,
                     sck_plan **plan);

/** What a run of count inputs takes at its peak, beyond the program's start:
 * the plan's handles, the ring's tables, ciphertexts read and to be written. */
uint64_t predicted_bytes(const sck_params *params, const sck_plan *plan,
                         uint32_t count);

/** Draws a run's schedule: a row a worker, coloured by layer. */
sck_status write_trace(const sck_run *run, uint32_t workers, const char *path);

/** VmHWM of this process, bytes; 0 where /proc is missing. */
uint64_t peak_resident(void);

#endif
