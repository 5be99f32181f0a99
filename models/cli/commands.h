/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_CLI_COMMANDS_H
#define SCK_CLI_COMMANDS_H

#include "report.h"
#include "sck_encrypted.h"
#include "sck_plan.h"
#include "submit.h"

int command_doctor(const struct options *options);
int command_info(const struct options *options);
int command_plan(const struct options *options);
int command_run(const struct options *options);
int command_trace(const struct options *options);

/** Becomes the benchmark's program with these arguments; returns on failure. */
int command_bench(char **argv);

/** Measures this machine's rates by that program, into --out or where plans
 *  look for them. */
int command_calibrate(const struct options *options);

/** The back ends of run. */
int run_encrypted(const struct options *options);
int run_doubles(const struct options *options, int noise);

/** Parameters and compiled model of --params and --model. */
sck_status load_plan(const struct options *options, sck_params **params,
                     sck_plan **plan);

enum { KEEP_MOST = 32 };

/** Layers of --keep and which of the plan's outputs they have become. */
struct keep {
    uint32_t count;
    const char *layer[KEEP_MOST]; /**< in text */
    uint32_t output[KEEP_MOST];
    char *text;
};

/** Makes outputs of the layers that --keep names.
 *  @return SCK_ERR_ARGUMENT (no such layer, one twice); keep_free() in any
 *          case */
sck_status keep_layers(const struct options *options, sck_plan *plan,
                       struct keep *keep);
void keep_free(struct keep *keep);

/** Names a kept value: input/layer, spaces as '_'; SCK_NAME_BYTES bytes. */
sck_status kept_name(const char *input, const char *layer, char *name);

/** What a run of count inputs takes at its peak, beyond the program's start:
 * the plan's handles, freed memory that is kept, the ring's tables, ciphertexts
 * read and to be written. Where memory is limited nothing is kept, and it is up
 * to a twelfth of the handles less. */
uint64_t predicted_bytes(const sck_params *params, const sck_plan *plan,
                         uint32_t count);

/** Writes a run's schedule to path: as JSON for starcloak trace when the name
 *  ends in .json, else drawn as SVG. */
sck_status trace_run(const sck_run *run, uint32_t workers, const char *path);

/** VmHWM of this process, bytes; 0 where /proc is missing. */
uint64_t peak_resident(void);

#endif
