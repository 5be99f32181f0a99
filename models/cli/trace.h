/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A run's schedule, apart from the run: which task ran where and when. */
#ifndef SCK_CLI_TRACE_H
#define SCK_CLI_TRACE_H

#include "sck_status.h"

#include <stddef.h>
#include <stdint.h>

struct trace_event {
    uint32_t layer, codelet; /**< indices of names         */
    uint32_t worker;
    double start_us, end_us; /**< from the first event     */
    uint64_t resident;       /**< bytes; 0: not looked at  */
};

struct trace {
    uint32_t workers, layers, codelets;
    size_t count;
    char **layer, **codelet; /**< names, owned */
    struct trace_event *event;
};

void trace_free(struct trace *trace);

/** Index of a name in a list of *count, added when new; UINT32_MAX without
 *  memory. */
uint32_t trace_name(char ***names, uint32_t *count, const char *name);

/** The file of `run --trace FILE.json`: an object with "starcloak_trace": 1,
 *  "workers", "codelets" and "layers" (names) and "events", each an array of
 *  layer, codelet, worker, start and end in microseconds, resident bytes. */
sck_status trace_write(const struct trace *trace, const char *path);

/** Reads such a file, trusting nothing; trace_free() in any case.
 *  @return SCK_ERR_IO, SCK_ERR_FORMAT naming the event, SCK_ERR_MEMORY */
sck_status trace_read(const char *path, struct trace *trace);

/** Draws it as SVG: a row a worker, coloured by layer, memory below. */
sck_status trace_draw(const struct trace *trace, const char *path);

#endif
