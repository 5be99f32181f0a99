/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What both programs tell: text, JSON, progress; and their text files. */
#ifndef SCK_CLI_REPORT_H
#define SCK_CLI_REPORT_H

#include "options.h"

#include <jansson.h>

/** Something long, shown as "what 3/16, 12 s left" on a terminal. */
struct progress {
    const char *what;
    uint32_t all;
    double begin;
};

struct progress progress_begin(const char *what, uint32_t all);

/** Rewrites the line on stderr, where that is a terminal. */
void progress_show(const struct progress *p, uint32_t done);

/** Ends a line of progress that stops short. */
void progress_end(void);

double seconds_now(void);

/** Whether stdout is for JSON alone. */
int json_on_stdout(const struct options *o);

/** Prints to stdout unless that is for JSON alone. */
void say(const struct options *o, const char *format, ...) SCK_PRINTF(2, 3);

/** Writes the object that --json asks for; takes the reference. */
sck_status report_json(const struct options *o, json_t *json);

/** -log2 of an absolute difference, at most 53. */
double bits_of(double difference);

/** A file's whole text, for free(); NULL with a message set. */
char *read_text(const char *path);

/** Whether path can be written, by its folder: asked before what takes long.
 *  @return SCK_OK, also for NULL and "-"; SCK_ERR_IO (the folder, or path is
 *          there and no plain file) */
sck_status can_write(const char *path);

/** Writes text to path by way of a temporary file beside it. */
sck_status write_text(const char *path, const char *text);

#endif
