/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_joined_priv.h"

#include "run_priv.h"
#include "submit_cuda.h"

#include <stdlib.h>

enum { MEMBERS = 32, HANDLES = 320 };

struct member {
    struct starpu_codelet *codelet;
    void *argument;
    uint32_t handles;
    uint16_t at[SCK_TASK_BUFFERS]; /* of its handles in the joined ones */
};

/* Tasks that are held, then a StarPU task's argument. */
struct sck_held {
    sck_run *run;
    void *event; /* of the member with the most bytes, what traces show */
    int priority;
    uint64_t bytes, most;
    uint32_t members, handles;
    struct sck_handle *handle[HANDLES];
    enum sck_access access[HANDLES];
    struct member member[MEMBERS];
};

static struct starpu_codelet joined_codelet;

static void free_held(struct sck_held *held)
{
    for (uint32_t m = 0; m < held->members; m++)
        free(held->member[m].argument);
    free(held);
}

static void joined_done(void *argument)
{
    struct sck_held *const held = argument;
    sck_run *const run = held->run;
    void *const event = held->event;
    const uint64_t bytes = held->bytes;

    sck_handles_leave(held->handle, held->access, held->handles);
    free_held(held);
    sck_run_task_done(run, event, bytes);
}

/* Under the session's lock. */
static void submit_held(sck_session *session)
{
    struct sck_held *const held = session->held;
    const struct sck_handing handing = {.codelet = &joined_codelet,
                                        .run = held->run,
                                        .argument = held,
                                        .bytes = held->bytes,
                                        .priority = held->priority,
                                        .handles = held->handles,
                                        .named = held->handles,
                                        .handle = held->handle,
                                        .access = held->access,
                                        .done = joined_done};
    struct sck_handle *handle[HANDLES];
    const uint32_t handles = held->handles;

    /* The task may end, and free what is held, before its handles are let go.
     */
    for (uint32_t i = 0; i < handles; i++) {
        handle[i] = held->handle[i];
        atomic_fetch_add(&handle[i]->users, 1);
    }
    session->held = NULL;
    if (sck_hand_over(&handing) != SCK_OK) {
        sck_run_fail(held->run, SCK_ERR_DEVICE, sck_last_error());
        free_held(held);
    }
    for (uint32_t i = 0; i < handles; i++) {
        sck_handle_release(handle[i]);
        sck_handle_leave(handle[i]);
    }
}

/* What reading and writing one after the other are together: a whole block
 * that is written first needs nothing of what was there. */
static enum sck_access then(enum sck_access first, enum sck_access second)
{
    return first == SCK_WRITE || first == second ? first : SCK_UPDATE;
}

static void name_handle(struct sck_held *held, struct member *member,
                        struct sck_handle *handle, enum sck_access access)
{
    uint32_t at = atomic_load(&handle->held);

    if (at != 0) {
        at--;
        held->access[at] = then(held->access[at], access);
    } else {
        at = held->handles++;
        held->handle[at] = handle;
        held->access[at] = access;
        atomic_store(&handle->held, at + 1);
    }
    handle->written |= access != SCK_READ;
    member->at[member->handles++] = (uint16_t)at;
}

static void add(struct sck_held *held, const struct sck_handing *task)
{
    struct member *const member = &held->member[held->members++];

    member->codelet = task->codelet;
    member->argument = task->argument;
    member->handles = 0;
    for (uint32_t i = 0; i < task->handles; i++)
        name_handle(held, member, task->handle[i], task->access[i]);
    held->bytes += task->bytes;
    if (task->priority > held->priority)
        held->priority = task->priority;
    if (task->bytes >= held->most) {
        held->most = task->bytes;
        held->event = sck_task_event(task->argument);
    }
}

/* Under the session's lock. */
static int join(sck_session *session, const struct sck_handing *task,
                sck_status *status)
{
    const uint64_t wanted = sck_run_task_bytes(task->run);
    struct sck_held *held = session->held;

    if (held != NULL &&
        (held->run != task->run || held->handles + task->handles > HANDLES)) {
        submit_held(session);
        held = NULL;
    }
    if (held == NULL && task->bytes >= wanted)
        return 0;
    if (held == NULL) {
        held = malloc(sizeof *held);
        if (held == NULL) {
            free(task->argument);
            *status = SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes for joined tasks",
                               sizeof *held);
            return 1;
        }
        held->run = task->run;
        held->event = NULL;
        held->priority = 0;
        held->bytes = held->most = 0;
        held->members = held->handles = 0;
        session->held = held;
        session->submit_held = submit_held;
    }
    add(held, task);
    if (held->bytes >= wanted || held->members == MEMBERS)
        submit_held(session);
    *status = SCK_OK;
    return 1;
}

/* Whether whoever takes the joined task can do this one. */
static int is_for_all(const struct sck_handing *task)
{
#ifdef SCK_TASKS_ON_CUDA
    if (task->codelet->cuda_funcs[0] == NULL)
        return 0;
#endif
    return sck_gpu_has_kernel(task->codelet, task->handle[0]->n);
}

int sck_task_joins(const struct sck_handing *task, sck_status *status)
{
    sck_session *const session = sck_run_session(task->run);
    int joined;

    if (sck_run_task_bytes(task->run) == 0 || !is_for_all(task)) {
        sck_session_submit_held(session);
        return 0;
    }
    pthread_mutex_lock(&session->held_lock);
    joined = join(session, task, status);
    pthread_mutex_unlock(&session->held_lock);
    return joined;
}

static void run_members(void *buffers[], struct sck_held *held, int on_gpu)
{
    for (uint32_t m = 0; m < held->members; m++) {
        const struct member *const member = &held->member[m];
        void *mine[SCK_TASK_BUFFERS];

        for (uint32_t i = 0; i < member->handles; i++)
            mine[i] = buffers[member->at[i]];
        if (on_gpu)
            member->codelet->cuda_funcs[0](mine, member->argument);
        else
            member->codelet->cpu_funcs[0](mine, member->argument);
    }
}

static void on_cpu(void *buffers[], void *argument)
{
    run_members(buffers, argument, 0);
}

#ifdef SCK_TASKS_ON_CUDA
/* A stream's launches follow one another, and so do its graphs. */
static void on_cuda(void *buffers[], void *argument)
{
    run_members(buffers, argument, 1);
}
#endif

static uint32_t footprint(struct starpu_task *task)
{
    const struct sck_held *const held = task->cl_arg;
    uint32_t hash = held->members;

    for (uint32_t m = 0; m < held->members; m++) {
        const char *const name = held->member[m].codelet->name;

        for (uint32_t i = 0; name[i] != 0; i++)
            hash = hash * 0x01000193u ^ (unsigned char)name[i];
        hash = hash * 0x01000193u ^ sck_task_shape(held->member[m].argument);
    }
    return hash;
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_joined",
    .footprint = footprint,
};

static struct starpu_codelet joined_codelet = {
    .name = "sck_joined",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x4c72b0,
};
