/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_priv.h"

#include "run_priv.h"
#include "submit_joined_priv.h"

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
    uint32_t parts, handles;
    uint32_t segments[SCK_TASK_PARTS][SCK_TASK_LISTS];
    uint32_t args_offset, args_bytes; /* a part's; the next's follow */
    struct sck_handle *handle[];      /* then segments, then arguments */
};

static const struct sck_segment *segments_of(const struct argument *a)
{
    return (const struct sck_segment *)(a->handle + a->handles);
}

/* What a worker has room for, in sck_task_open(). */
static sck_status check_rows(const struct sck_task *task)
{
    uint32_t rows = 0;

    for (uint32_t p = 0; p < task->parts; p++)
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            for (uint32_t k = 0; k < task->segments[p][l]; k++)
                rows += task->segment[p][l][k].count;
    return rows <= MAX_ROWS
               ? SCK_OK
               : SCK_FAIL(SCK_ERR_ARGUMENT,
                          "%s: a task of %u rows, more than %d; take fewer "
                          "limbs a block or fewer blocks",
                          codelets[task->codelet]->name, rows, MAX_ROWS);
}

static struct argument *pack(const struct sck_task *task)
{
    size_t segments = 0;

    for (uint32_t p = 0; p < task->parts; p++)
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            segments += task->segments[p][l];
    const size_t offset =
        (sizeof(struct argument) + task->buffers * sizeof(struct sck_handle *) +
         segments * sizeof(struct sck_segment) + 15) &
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
    a->handles = task->buffers;
    for (uint32_t i = 0; i < task->buffers; i++)
        a->handle[i] = task->block[i]->handle;
    struct sck_segment *to = (struct sck_segment *)(a->handle + a->handles);

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

void sck_handles_leave(struct sck_handle *const *handle, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sck_handle_leave(handle[i]);
}

static void task_done(void *argument)
{
    sck_run *run = ((struct argument *)argument)->run;
    void *event = ((struct argument *)argument)->event;

    sck_handles_leave(((struct argument *)argument)->handle,
                      ((struct argument *)argument)->handles);
    free(argument);
    sck_run_task_done(run, event);
}

sck_status sck_hand_over(const struct sck_handing *task)
{
    struct starpu_task *t = starpu_task_create();
    const uint32_t count = task->handles;

    t->cl = task->codelet;
    t->nbuffers = (int)count;
    t->cl_arg = task->argument;
    t->cl_arg_size = sizeof(void *);
    t->priority = task->priority;
    t->synchronous = sck_run_synchronous(task->run);
    t->callback_func = task->done;
    t->callback_arg = task->argument;
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
        struct sck_handle *const handle = task->handle[i];

        STARPU_TASK_SET_HANDLE(t, handle->data, i);
        STARPU_TASK_SET_MODE(t, mode_of(task->access[i]), i);
        atomic_fetch_add(&handle->users, 1);
        handle->written |= task->access[i] != SCK_READ;
    }
    sck_run_task_begins(task->run);
    const int rc = starpu_task_submit(t);

    if (rc != 0) {
        sck_run_task_refused(task->run);
        sck_handles_leave(task->handle, count);
        t->destroy = 0;
        starpu_task_destroy(t);
        return SCK_FAIL(SCK_ERR_DEVICE, "%s: StarPU refuses the task: %d",
                        task->codelet->name, rc);
    }
    return SCK_OK;
}

/* Of all rows that a task names. */
static uint64_t bytes_of(const struct argument *a)
{
    const struct sck_segment *s = segments_of(a);
    uint64_t words = 0;

    for (uint32_t l = 0; l < a->parts * SCK_TASK_LISTS; l++)
        for (uint32_t k = 0;
             k < a->segments[l / SCK_TASK_LISTS][l % SCK_TASK_LISTS]; k++, s++)
            if (s->buffer >= 0)
                words += (uint64_t)s->count * a->handle[s->buffer]->n;
    return words * sizeof(uint32_t);
}

sck_status sck_task_submit(struct sck_task *task)
{
    if (task->status != SCK_OK)
        return task->status;
    SCK_TRY(check_rows(task));
    struct argument *argument = pack(task);

    if (argument == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "arguments of a %s task",
                        codelets[task->codelet]->name);
    const struct sck_handing handing = {.codelet = codelets[task->codelet],
                                        .run = task->run,
                                        .argument = argument,
                                        .priority = task->priority,
                                        .handles = task->buffers,
                                        .handle = argument->handle,
                                        .access = task->access,
                                        .done = task_done};
    sck_status status;

    if (sck_task_joins(&handing,
                       sck_run_task_bytes(task->run) != 0 ? bytes_of(argument)
                                                          : 0,
                       &status))
        return status;
    status = sck_hand_over(&handing);
    if (status != SCK_OK)
        free(argument);
    return status;
}

uint32_t sck_task_open_parts(void *buffers[], void *argument,
                             struct sck_task_part *parts)
{
    static _Thread_local uint32_t *row[MAX_ROWS];
    const struct argument *a = argument;
    const struct sck_segment *s = segments_of(a);
    uint32_t used = 0;

    if (sck_run_failed(a->run))
        return 0;
    for (uint32_t p = 0; p < a->parts; p++) {
        parts[p].args =
            (const char *)argument + a->args_offset + p * a->args_bytes;
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++) {
            parts[p].rows.list[l] = row + used;
            for (uint32_t k = 0; k < a->segments[p][l]; k++, s++) {
                for (uint32_t i = 0; i < s->count; i++) {
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

void *sck_task_event(void *argument)
{
    return ((struct argument *)argument)->event;
}

uint32_t sck_task_shape(const void *argument)
{
    const struct argument *a = argument;
    const struct sck_segment *s = segments_of(a);
    uint32_t hash = a->handle[0]->n;

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

uint32_t sck_task_footprint(struct starpu_task *task)
{
    return sck_task_shape(task->cl_arg);
}
