/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_priv.h"

#include "runtime_priv.h"

#include "run_priv.h"

#include <stdlib.h>
#include <string.h>

static struct starpu_codelet *const codelets[] = {
#define SCK_CODELET(name, what) &sck_##name##_codelet,
#include "codelets.def"
#undef SCK_CODELET
};

enum { MAX_ROWS = 4096 };

/* What travels with a task: where its rows are, then the codelet's arguments.
 */
struct argument {
    sck_run *run;
    void *event; /* NULL unless the run is traced */
    uint32_t parts;
    uint32_t segments[SCK_TASK_PARTS][SCK_TASK_LISTS];
    uint32_t args_offset, args_bytes; /* a part's; the next's follow */
    struct sck_segment segment[];
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
    } else if (task->access[i] != access) {
        task->status = SCK_FAIL(SCK_ERR_ARGUMENT,
                                "%s names one block twice with different "
                                "access; in place is one update",
                                codelets[task->codelet]->name);
    }
    add(task, (int)i, first, count);
}

static struct argument *pack(const struct sck_task *task)
{
    size_t segments = 0;

    for (uint32_t p = 0; p < task->parts; p++)
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            segments += task->segments[p][l];
    const size_t offset =
        (sizeof(struct argument) + segments * sizeof(struct sck_segment) + 15) &
        ~(size_t)15;
    const size_t bytes = (task->args_bytes + 15) & ~(size_t)15;
    struct argument *a = malloc(offset + task->parts * bytes);

    if (a == NULL)
        return NULL;
    a->run = task->run;
    a->event = sck_run_event(task->run, task->codelet);
    memcpy(a->segments, task->segments, sizeof a->segments);
    a->parts = task->parts;
    a->args_offset = (uint32_t)offset;
    a->args_bytes = (uint32_t)bytes;
    struct sck_segment *to = a->segment;

    for (uint32_t p = 0; p < task->parts; p++) {
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++) {
            memcpy(to, task->segment[p][l], task->segments[p][l] * sizeof *to);
            to += task->segments[p][l];
        }
        memcpy((char *)a + offset + p * bytes, task->args[p], task->args_bytes);
    }
    return a;
}

static enum starpu_data_access_mode mode_of(enum sck_access access)
{
    return access == SCK_READ    ? STARPU_R
           : access == SCK_WRITE ? STARPU_W
                                 : STARPU_RW;
}

static void task_done(void *argument)
{
    sck_run *run = ((struct argument *)argument)->run;
    void *event = ((struct argument *)argument)->event;

    free(argument);
    sck_run_task_done(run, event);
}

static sck_status hand_over(struct sck_task *task, struct argument *argument)
{
    struct starpu_task *t = starpu_task_create();
    const uint32_t count = task->buffers;

    t->cl = codelets[task->codelet];
    t->nbuffers = (int)count;
    t->cl_arg = argument;
    t->cl_arg_size = sizeof *argument;
    t->priority = task->priority;
    t->synchronous = sck_run_synchronous(task->run);
    t->callback_func = task_done;
    t->callback_arg = argument;
    if (count > STARPU_NMAXBUFS) {
        /* StarPU frees both with the task: not by malloc, whose blocks tests
         * expect us to free. */
        void *handles = NULL, *modes = NULL;

        if (posix_memalign(&handles, 16, count * sizeof *t->dyn_handles) != 0)
            handles = NULL;
        if (posix_memalign(&modes, 16, count * sizeof *t->dyn_modes) != 0)
            modes = NULL;
        t->dyn_handles = handles;
        t->dyn_modes = modes;
        if (handles == NULL || modes == NULL) {
            t->destroy = 0;
            starpu_task_destroy(t);
            return SCK_FAIL(SCK_ERR_MEMORY, "a task of %u blocks", count);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        STARPU_TASK_SET_HANDLE(t, task->block[i]->handle, i);
        STARPU_TASK_SET_MODE(t, mode_of(task->access[i]), i);
    }
    sck_run_task_begins(task->run);
    const int rc = starpu_task_submit(t);

    if (rc != 0) {
        sck_run_task_refused(task->run);
        t->destroy = 0;
        starpu_task_destroy(t);
        return SCK_FAIL(SCK_ERR_DEVICE, "%s: StarPU refuses the task: %d",
                        codelets[task->codelet]->name, rc);
    }
    return SCK_OK;
}

sck_status sck_task_submit(struct sck_task *task)
{
    if (task->status != SCK_OK)
        return task->status;
    struct argument *argument = pack(task);

    if (argument == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "arguments of a %s task",
                        codelets[task->codelet]->name);
    const sck_status status = hand_over(task, argument);

    if (status != SCK_OK)
        free(argument);
    return status;
}

uint32_t sck_task_open_parts(void *buffers[], void *argument,
                             struct sck_task_part *parts)
{
    static _Thread_local uint32_t *row[MAX_ROWS];
    const struct argument *a = argument;
    const struct sck_segment *s = a->segment;
    uint32_t used = 0;

    if (sck_run_failed(a->run))
        return 0;
    for (uint32_t p = 0; p < a->parts; p++) {
        parts[p].args =
            (const char *)argument + a->args_offset + p * a->args_bytes;
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++) {
            parts[p].rows.list[l] = row + used;
            for (uint32_t k = 0; k < a->segments[p][l]; k++, s++) {
                for (uint32_t i = 0; i < s->count && used < MAX_ROWS; i++) {
                    if (s->buffer < 0) {
                        row[used++] = NULL;
                        continue;
                    }
                    void *b = buffers[s->buffer];

                    row[used++] =
                        (uint32_t *)STARPU_MATRIX_GET_PTR(b) +
                        (size_t)(s->first + i) * STARPU_MATRIX_GET_LD(b);
                }
            }
        }
    }
    return a->parts;
}

const void *sck_task_open(void *buffers[], void *argument,
                          struct sck_rows *rows)
{
    struct sck_task_part parts[SCK_TASK_PARTS];

    if (sck_task_open_parts(buffers, argument, parts) == 0)
        return NULL;
    *rows = parts[0].rows;
    return parts[0].args;
}

sck_run *sck_task_run(void *argument)
{
    return ((struct argument *)argument)->run;
}

const void *sck_task_args(const struct starpu_task *task)
{
    const struct argument *a = task->cl_arg;

    return (const char *)a + a->args_offset;
}

uint32_t sck_task_footprint(struct starpu_task *task)
{
    const struct argument *a = task->cl_arg;
    const struct sck_segment *s = a->segment;
    uint32_t hash = starpu_matrix_get_nx(STARPU_TASK_GET_HANDLE(task, 0));

    for (uint32_t l = 0; l < a->parts * SCK_TASK_LISTS; l++) {
        const uint32_t segments =
            a->segments[l / SCK_TASK_LISTS][l % SCK_TASK_LISTS];
        uint32_t rows = 0;

        for (uint32_t k = 0; k < segments; k++, s++)
            rows += s->buffer < 0 ? 0 : s->count;
        hash = hash * 0x01000193u ^ rows;
    }
    return hash;
}
