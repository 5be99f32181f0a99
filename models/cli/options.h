/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What both programs share: options and exit codes. */
#ifndef SCK_CLI_OPTIONS_H
#define SCK_CLI_OPTIONS_H

#include "sck_status.h"

#include <stddef.h>
#include <stdint.h>

/** Exit codes, documented in `--help`. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,   /**< a file is missing, malformed, of a wrong shape, or
                           cannot be written                                  */
    EXIT_KEY = 4,     /**< a key is missing or belongs to another set         */
    EXIT_LEVEL = 5,   /**< parameters do not suffice or are refused           */
    EXIT_RESOURCE = 6 /**< memory, workers                                   */
};

struct options {
    const char *params, *model, *keys, *secret, *public_key, *plan, *in, *out,
        *trace, *scheduler, *swap, *backend, *labels, *keep, *kept;
    const char *json; /**< file; "-": stdout, which then holds nothing else */
    const char *operand[2]; /**< words that are no option's value */
    uint32_t workers, limbs_per_block, first, count;
    uint64_t memory_mib, seed;
    int save_memory;
};

struct command {
    const char *name;
    unsigned operands;   /**< taken at most */
    const char *options; /**< taken, each followed by a space */
    const char *outputs; /**< those that name files to be written, likewise */
    int (*run)(const struct options *);
};

/** Fills options from "--name value" pairs and operands. "--json" without a
 *  value stands for "--json -"; a value does not begin with "--".
 *  @return 0, or EXIT_USAGE after a message on stderr: an option that no
 *          command has or this one does not take, or its value */
int options_read(int argc, char **argv, const struct command *command,
                 struct options *options);

/** A program's main: --help, before or after a command; --version; else the
 *  named command with its options.
 *  @return the exit code */
int dispatch(int argc, char **argv, const char *version, const char *usage,
             const struct command *commands, size_t count);

/** @return 0, or EXIT_USAGE naming the option that is missing */
int options_need(const char *value, const char *name);

/** Prints "error: what failed: why" and gives the exit code of a status. */
int fail(sck_status status);

#endif
