/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "run_state_priv.h"

#include <stdlib.h>
#include <string.h>

/* Tasks submitted and not ended, a worker: enough to keep it busy for some
 * milliseconds; more only costs memory (7 KiB a task with its arguments, and
 * the temporaries it will write: 8192 made a 100 MiB run 20 % larger). Tasks of
 * long rows are fewer: blocks that they are done with serve those submitted
 * later, and what they name takes 14 ms to read. A bootstrap at N = 2^16
 * registers 70 handles instead of 1500 with this and SHARE_KEPT
 * (memory/handles.c), with no more memory, and spends 1 % less of its time
 * between tasks (measured). */
enum { WINDOW_PER_WORKER = 48, BYTES_PER_WORKER = 384 << 20 };

sck_status sck_run_new(sck_session *session, sck_run **run)
{
    /* Asked once a run: a task is submitted in microseconds. */
    const char *sync = getenv("STARCLOAK_SYNC");
    sck_run *r;

    *run = NULL;
    if (sync != NULL && strcmp(sync, "0") != 0 && strcmp(sync, "1") != 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "STARCLOAK_SYNC is \"%.40s\", not 0 or 1", sync);
    r = calloc(1, sizeof *r);
    if (r == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes for a run", sizeof *r);
    r->session = session;
    r->label = "";
    r->synchronous = sync != NULL && strcmp(sync, "1") == 0;
    r->task_bytes = r->synchronous ? 0 : sck_session_task_bytes(session);
    r->window = (uint64_t)WINDOW_PER_WORKER * starpu_worker_get_count();
    r->window_bytes =
        starpu_cuda_worker_get_count() != 0
            ? UINT64_MAX
            : (uint64_t)BYTES_PER_WORKER * starpu_worker_get_count();
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->ended, NULL);
    *run = r;
    return SCK_OK;
}

/* Whether half of the window is free. Under the lock. */
static int is_half_free(const sck_run *run)
{
    return run->pending <= run->window / 2 &&
           run->pending_bytes <= run->window_bytes / 2;
}

/* Sleeps until half of the window is free, or all of it. Under the lock. */
static void wait_for(sck_run *run, int all)
{
    run->waiting++;
    run->submitting += !all;
    while (all ? run->pending != 0 : !is_half_free(run)) {
        pthread_cond_wait(&run->ended, &run->lock);
        if (run->called)
            atomic_fetch_sub(&run->session->waking, 1);
        run->called = 0;
    }
    run->waiting--;
    run->submitting -= !all;
}

sck_status sck_run_wait(sck_run *run)
{
    sck_session_submit_held(run->session);
    pthread_mutex_lock(&run->lock);
    wait_for(run, 1);
    pthread_mutex_unlock(&run->lock);
    const int failed = atomic_load(&run->failed);

    return failed == 0 ? SCK_OK
                       : SCK_FAIL((sck_status)failed, "%s", run->message);
}

void sck_run_free(sck_run *run)
{
    if (run == NULL)
        return;
    (void)sck_run_wait(run);
    sck_arena_free(&run->arena);
    free(run->sorted);
    pthread_cond_destroy(&run->ended);
    pthread_mutex_destroy(&run->lock);
    free(run);
}

void sck_run_fail(sck_run *run, sck_status status, const char *message)
{
    pthread_mutex_lock(&run->lock);
    if (atomic_load(&run->failed) == 0) {
        strncpy(run->message, message, sizeof run->message - 1);
        atomic_store(&run->failed, (int)status);
    }
    pthread_mutex_unlock(&run->lock);
}

sck_session *sck_run_session(const sck_run *run)
{
    return run->session;
}

uint64_t sck_run_tasks(const sck_run *run)
{
    return run->tasks;
}

int sck_run_failed(const sck_run *run)
{
    return atomic_load(&run->failed) != 0;
}

int sck_run_synchronous(const sck_run *run)
{
    return run->synchronous;
}

uint64_t sck_run_task_bytes(const sck_run *run)
{
    return run->task_bytes;
}

void sck_run_task_begins(sck_run *run, uint64_t bytes)
{
    atomic_fetch_add(&run->session->tasks, 1);
    pthread_mutex_lock(&run->lock);
    if (run->pending >= run->window ||
        (run->pending != 0 && run->pending_bytes + bytes > run->window_bytes))
        wait_for(run, 0);
    run->pending++;
    run->pending_bytes += bytes;
    run->tasks++;
    pthread_mutex_unlock(&run->lock);
}

static void leave(sck_run *run, uint64_t bytes)
{
    pthread_mutex_lock(&run->lock);
    run->pending--;
    run->pending_bytes -= bytes;
    if (run->waiting != 0 &&
        (run->pending == 0 || (run->submitting != 0 && is_half_free(run)))) {
        if (!run->called)
            atomic_fetch_add(&run->session->waking, 1);
        run->called = 1;
        pthread_cond_broadcast(&run->ended);
    }
    pthread_mutex_unlock(&run->lock);
}

void sck_run_task_refused(sck_run *run, uint64_t bytes)
{
    leave(run, bytes);
}

void sck_run_task_done(sck_run *run, void *event, uint64_t bytes)
{
    sck_run_event_ended(run, event);
    leave(run, bytes);
}
