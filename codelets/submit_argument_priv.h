/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A submitted task's argument. */
#ifndef SCK_SUBMIT_ARGUMENT_PRIV_H
#define SCK_SUBMIT_ARGUMENT_PRIV_H

#include "runtime_priv.h"
#include "submit_priv.h"

/** Rows that a task has at most. */
enum { SCK_TASK_ROWS = 4096 };

/** What travels with a task: where its rows are, then the codelet's arguments.
 */
struct sck_argument {
    sck_run *run;
    void *event;    /* NULL unless the run is traced */
    uint64_t bytes; /* of the rows whose handles StarPU knows of */
    uint32_t parts, handles;
    uint32_t named; /* handles that StarPU knows of; the others' places follow
                       all handles and their access */
    uint32_t segments[SCK_TASK_PARTS][SCK_TASK_LISTS];
    uint32_t args_offset, args_bytes; /* a part's; the next's follow */
    struct sck_handle *handle[]; /* then places, access, segments, arguments */
};

/** Of a task that was checked; from malloc(). @return NULL: no memory */
struct sck_argument *sck_argument_new(const struct sck_task *task);

/** How each of its handles is used. */
const enum sck_access *sck_argument_access(const struct sck_argument *argument);

#endif
