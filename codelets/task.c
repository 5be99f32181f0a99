/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A task row by row, until it is submitted. */
#include "submit.h"

#include <string.h>

static const char *const names[] = {
#define SCK_CODELET(name, what) "sck_" #name,
#include "codelets.def"
#undef SCK_CODELET
};

void sck_task_begin(struct sck_task *task, sck_run *run,
                    enum sck_codelet codelet, const void *args,
                    size_t args_bytes)
{
    task->run = run;
    task->codelet = codelet;
    task->args[0] = args;
    task->parts = 1;
    task->args_bytes = args_bytes;
    /* All that follows waits for a digit, and there are few. */
    task->priority = codelet == SCK_CODELET_decompose;
    task->lists = 1;
    task->buffers = 0;
    task->status = SCK_OK;
    memset(task->segments, 0, sizeof task->segments);
}

void sck_task_part(struct sck_task *task, const void *args)
{
    if (task->parts == SCK_TASK_PARTS) {
        task->status =
            SCK_FAIL(SCK_ERR_ARGUMENT, "more than %d parts", SCK_TASK_PARTS);
        return;
    }
    task->args[task->parts++] = args;
    task->lists = 1;
}

void sck_task_next(struct sck_task *task)
{
    if (task->lists == SCK_TASK_LISTS)
        task->status =
            SCK_FAIL(SCK_ERR_ARGUMENT, "more than %d operands", SCK_TASK_LISTS);
    else
        task->lists++;
}

static void add(struct sck_task *task, int buffer, uint32_t first,
                uint32_t count)
{
    const uint32_t part = task->parts - 1;
    const uint32_t list = task->lists - 1;
    uint32_t *used = &task->segments[part][list];
    struct sck_segment *last =
        *used ? &task->segment[part][list][*used - 1] : NULL;

    if (last != NULL && last->buffer == buffer &&
        (buffer < 0 || last->first + last->count == (int)first)) {
        last->count = (uint16_t)(last->count + count);
        return;
    }
    if (*used == SCK_TASK_SEGMENTS) {
        task->status = SCK_FAIL(SCK_ERR_ARGUMENT, "more than %d runs of rows",
                                SCK_TASK_SEGMENTS);
        return;
    }
    task->segment[part][list][(*used)++] =
        (struct sck_segment){(int16_t)buffer, (uint16_t)first, (uint16_t)count};
}

void sck_task_absent(struct sck_task *task, uint32_t count)
{
    add(task, -1, 0, count);
}

void sck_task_rows(struct sck_task *task, sck_block *block, uint32_t first,
                   uint32_t count, enum sck_access access)
{
    uint32_t i = 0;

    while (i < task->buffers && task->block[i] != block)
        i++;
    if (i == task->buffers) {
        if (i == SCK_TASK_BUFFERS) {
            task->status = SCK_FAIL(SCK_ERR_ARGUMENT, "more than %d blocks",
                                    SCK_TASK_BUFFERS);
            return;
        }
        task->block[i] = block;
        task->access[i] = access;
        task->buffers++;
        if (access != SCK_READ && sck_block_is_sealed(block))
            task->status =
                SCK_FAIL(SCK_ERR_ARGUMENT, "%s writes a block that is sealed",
                         names[task->codelet]);
        if (access != SCK_WRITE && !sck_block_is_written(block))
            task->status = SCK_FAIL(SCK_ERR_ARGUMENT,
                                    "%s reads a block that nothing has written",
                                    names[task->codelet]);
    } else if (task->access[i] != access) {
        task->status = SCK_FAIL(SCK_ERR_ARGUMENT,
                                "%s names one block twice with different "
                                "access; in place is one update",
                                names[task->codelet]);
    }
    add(task, (int)i, first, count);
}
