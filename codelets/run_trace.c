/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a traced run sees of its tasks: who did them, when, and how much memory
 * was resident. */
#include "run_state_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* By StarPU's own times where nobody else has said who did the task. */
void sck_run_event_ended(sck_run *run, void *event)
{
    struct event *const e = event;
    const struct starpu_task *task = starpu_task_get_current();

    if (e == NULL || e->seen.worker >= 0 || task == NULL ||
        task->profiling_info == NULL)
        return;
    struct starpu_profiling_task_info *info = task->profiling_info;

    e->seen.worker = info->workerid;
    e->seen.start_us = starpu_timing_timespec_to_us(&info->start_time);
    e->seen.end_us = starpu_timing_timespec_to_us(&info->end_time);
    e->seen.resident = sample(run, e->seen.end_us);
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
