/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "run_priv.h"

#include "arena.h"
#include "runtime_priv.h"
#include "submit_joined_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tasks submitted and not ended, a worker: enough to keep it busy for some
 * milliseconds; more only costs memory (7 KiB a task with its arguments, and
 * the temporaries it will write: 8192 made a 100 MiB run 20 % larger). Tasks of
 * long rows are fewer: blocks that they are done with serve those submitted
 * later, and what they name takes 14 ms to read. A bootstrap at N = 2^16
 * registers 70 handles instead of 1500 with this and SHARE_KEPT
 * (memory/handles.c), with no more memory, and spends 1 % less of its time
 * between tasks (measured). */
enum { WINDOW_PER_WORKER = 48, BYTES_PER_WORKER = 384 << 20 };

struct event {
    struct event *next;
    struct sck_trace_event seen;
};

struct sck_run {
    sck_session *session;
    struct sck_arena arena;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    uint64_t window, pending, given;
    atomic_ullong tasks;
    uint64_t window_bytes, pending_bytes;
    uint32_t waiting;
    uint32_t submitting; /* of those that wait: for room in the window */
    int called;          /* who waits, and has not had a core since */
    atomic_int failed;
    char message[512];
    const char *label;
    int traced, synchronous;
    uint64_t task_bytes;
    int holds_while_busy;
    atomic_llong sampled_us; /* when memory was last looked at */
    struct event *events;    /* newest first */
    struct sck_trace_event *sorted;
    size_t sorted_count;
};

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
    r->holds_while_busy = sck_session_holds_while_busy(session);
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
    return atomic_load(&run->tasks);
}

uint64_t sck_run_tasks_given(const sck_run *run)
{
    sck_run *const r = (sck_run *)run;

    pthread_mutex_lock(&r->lock);
    const uint64_t given = r->given;

    pthread_mutex_unlock(&r->lock);
    return given;
}

void sck_run_task_counts(sck_run *run)
{
    atomic_fetch_add(&run->session->tasks, 1);
    atomic_fetch_add(&run->tasks, 1);
}

void sck_run_label(sck_run *run, const char *label)
{
    run->label = label;
}

sck_status sck_run_trace(sck_run *run)
{
    run->traced = 1;
    starpu_profiling_status_set(STARPU_PROFILING_ENABLE);
    return SCK_OK;
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

int sck_run_is_lone(const sck_run *run)
{
    return run->holds_while_busy;
}

int sck_run_is_idle(sck_run *run)
{
    pthread_mutex_lock(&run->lock);
    const int idle = run->holds_while_busy && run->pending == 0;

    pthread_mutex_unlock(&run->lock);
    return idle;
}

void sck_run_task_begins(sck_run *run, uint64_t bytes, int may_wait)
{
    pthread_mutex_lock(&run->lock);
    if (may_wait &&
        (run->pending >= run->window ||
         (run->pending != 0 && run->pending_bytes + bytes > run->window_bytes)))
        wait_for(run, 0);
    run->pending++;
    run->pending_bytes += bytes;
    run->given++;
    pthread_mutex_unlock(&run->lock);
}

/* @return 1 where a lone core has done all that StarPU was given */
static int leave(sck_run *run, uint64_t bytes)
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
    const int idle = run->holds_while_busy && run->pending == 0;

    pthread_mutex_unlock(&run->lock);
    return idle;
}

void sck_run_task_refused(sck_run *run, uint64_t bytes)
{
    (void)leave(run, bytes);
}

void *sck_run_event(sck_run *run, enum sck_codelet codelet)
{
    struct event *e =
        run->traced ? sck_arena_take(&run->arena, sizeof *e) : NULL;

    if (e == NULL)
        return NULL;
    e->seen.label = run->label;
    e->seen.codelet = codelet;
    e->seen.worker = -1;
    e->next = run->events;
    run->events = e;
    return e;
}

void sck_run_event_ran(void *event, double start_us)
{
    struct event *const e = event;

    if (e == NULL)
        return;
    e->seen.worker = starpu_worker_get_id();
    e->seen.start_us = start_us;
    e->seen.end_us = starpu_timing_now();
}

/* Resident bytes, looked at every 5 ms at most; 0 between. */
static uint64_t sample(sck_run *run, double now_us)
{
    const long long now = (long long)now_us;
    long long last = atomic_load(&run->sampled_us);
    char line[128], *end = line;
    uint64_t pages = 0;

    if (now - last < 5000 ||
        !atomic_compare_exchange_strong(&run->sampled_us, &last, now))
        return 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL)
        return 0;
    /* The whole size, then what is resident, in pages. */
    if (fgets(line, sizeof line, file) != NULL &&
        strtoull(line, &end, 10) != 0 && end != line)
        pages = strtoull(end, NULL, 10);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void sck_run_task_done(sck_run *run, void *event, uint64_t bytes)
{
    sck_session *const session = run->session;
    struct event *e = event;
    const struct starpu_task *task = starpu_task_get_current();

    if (e != NULL && e->seen.worker < 0 && task != NULL &&
        task->profiling_info != NULL) {
        struct starpu_profiling_task_info *info = task->profiling_info;

        e->seen.worker = info->workerid;
        e->seen.start_us = starpu_timing_timespec_to_us(&info->start_time);
        e->seen.end_us = starpu_timing_timespec_to_us(&info->end_time);
        e->seen.resident = sample(run, e->seen.end_us);
    }
    /* The run may be gone then, and whoever submits be at something else. */
    if (leave(run, bytes))
        sck_submit_idle(session);
}

struct sck_trace_event *sck_run_events(const sck_run *run, size_t *count)
{
    sck_run *r = (sck_run *)run;

    *count = 0;
    free(r->sorted);
    r->sorted = NULL;
    for (const struct event *e = r->events; e != NULL; e = e->next)
        *count += e->seen.worker >= 0;
    r->sorted = calloc(*count ? *count : 1, sizeof *r->sorted);
    if (r->sorted == NULL) {
        *count = 0;
        return NULL;
    }
    size_t at = *count;
    double first = 1e300;

    for (const struct event *e = r->events; e != NULL; e = e->next)
        if (e->seen.worker >= 0) {
            r->sorted[--at] = e->seen;
            if (e->seen.start_us < first)
                first = e->seen.start_us;
        }
    for (size_t i = 0; i < *count; i++) {
        r->sorted[i].start_us -= first;
        r->sorted[i].end_us -= first;
    }
    return r->sorted;
}
