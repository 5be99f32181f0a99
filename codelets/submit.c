/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "run_priv.h"
#include "submit_argument_priv.h"
#include "submit_joined_priv.h"

#include <stdlib.h>
#include <string.h>

static struct starpu_codelet *const codelets[] = {
#define SCK_CODELET(name, what) &sck_##name##_codelet,
#include "codelets.def"
#undef SCK_CODELET
};

/* What a worker has room for, in sck_task_open(). */
static sck_status check_rows(const struct sck_task *task)
{
    uint32_t rows = 0;

    for (uint32_t p = 0; p < task->parts; p++)
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            for (uint32_t k = 0; k < task->segments[p][l]; k++)
                rows += task->segment[p][l][k].count;
    return rows <= SCK_TASK_ROWS
               ? SCK_OK
               : SCK_FAIL(SCK_ERR_ARGUMENT,
                          "%s: a task of %u rows, more than %d; take fewer "
                          "limbs a block or fewer blocks",
                          codelets[task->codelet]->name, rows, SCK_TASK_ROWS);
}

static enum starpu_data_access_mode mode_of(enum sck_access access)
{
    return access == SCK_READ    ? STARPU_R
           : access == SCK_WRITE ? STARPU_W
                                 : STARPU_RW;
}

/* A kernel has read and written more than caches hold: lines are asked for
 * together. */
void sck_handles_leave(struct sck_handle *const *handle,
                       const enum sck_access *access, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(handle[i], 1);
    for (uint32_t i = 0; i < count; i++) {
        if (access[i] != SCK_READ)
            atomic_fetch_sub(&handle[i]->writers, 1);
        sck_handle_leave(handle[i]);
    }
}

static void task_done(void *argument)
{
    const struct sck_argument *const a = argument;
    sck_run *const run = a->run;
    void *const event = a->event;
    const uint64_t bytes = a->bytes;

    sck_handles_leave(a->handle, sck_argument_access(a), a->handles);
    free(argument);
    sck_run_task_done(run, event, bytes);
}

sck_status sck_hand_over(const struct sck_handing *task)
{
    struct starpu_task *t = starpu_task_create();
    const uint32_t count = task->named;

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
        if (task->access[i] != SCK_READ) {
            atomic_fetch_add(&handle->writers, 1);
            handle->written = 1;
        }
    }
    for (uint32_t i = 0; i < task->handles; i++)
        atomic_fetch_add(&task->handle[i]->users, 1);
    sck_run_task_begins(task->run, task->bytes);
    const int rc = starpu_task_submit(t);

    if (rc != 0) {
        sck_run_task_refused(task->run, task->bytes);
        sck_handles_leave(task->handle, task->access, task->handles);
        t->destroy = 0;
        starpu_task_destroy(t);
        return SCK_FAIL(SCK_ERR_DEVICE, "%s: StarPU refuses the task: %d",
                        task->codelet->name, rc);
    }
    return SCK_OK;
}

sck_status sck_task_submit(struct sck_task *task)
{
    if (task->status != SCK_OK)
        return task->status;
    SCK_TRY(check_rows(task));
    struct sck_argument *argument = sck_argument_new(task);

    if (argument == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "arguments of a %s task",
                        codelets[task->codelet]->name);
    const struct sck_handing handing = {.codelet = codelets[task->codelet],
                                        .run = task->run,
                                        .argument = argument,
                                        .bytes = argument->bytes,
                                        .priority = task->priority,
                                        .handles = argument->handles,
                                        .named = argument->named,
                                        .handle = argument->handle,
                                        .access = sck_argument_access(argument),
                                        .done = task_done};
    sck_status status;

    if (sck_task_joins(&handing, &status))
        return status;
    status = sck_hand_over(&handing);
    if (status != SCK_OK)
        free(argument);
    return status;
}
