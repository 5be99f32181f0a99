/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A traced run's events as a trace. */
#include "commands.h"
#include "trace.h"

#include <stdlib.h>
#include <string.h>

static const char *const codelets[] = {
#define SCK_CODELET(name, what) #name,
#include "codelets.def"
#undef SCK_CODELET
};

static int by_end(const void *a, const void *b)
{
    const struct trace_event *x = a, *y = b;

    return (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

static sck_status collect(const sck_run *run, uint32_t workers, struct trace *t)
{
    size_t count;
    const struct sck_trace_event *e = sck_run_events(run, &count);

    *t = (struct trace){.workers = workers};
    t->event = calloc(count + 1, sizeof *t->event);
    if (t->event == NULL || e == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a trace of %zu tasks", count);
    for (size_t i = 0; i < count; i++) {
        const uint32_t layer = trace_name(&t->layer, &t->layers, e[i].label);
        const uint32_t codelet =
            trace_name(&t->codelet, &t->codelets, codelets[e[i].codelet]);

        if (layer == UINT32_MAX || codelet == UINT32_MAX)
            return SCK_FAIL(SCK_ERR_MEMORY, "a trace of %zu tasks", count);
        t->event[t->count++] = (struct trace_event){
            layer,         codelet,     (uint32_t)e[i].worker,
            e[i].start_us, e[i].end_us, e[i].resident};
    }
    qsort(t->event, t->count, sizeof *t->event, by_end);
    return SCK_OK;
}

static int ends_in_json(const char *path)
{
    const size_t length = strlen(path);

    return length >= 5 && strcmp(path + length - 5, ".json") == 0;
}

sck_status trace_run(const sck_run *run, uint32_t workers, const char *path)
{
    struct trace trace;
    sck_status status = collect(run, workers, &trace);

    if (status == SCK_OK)
        status = ends_in_json(path) ? trace_write(&trace, path)
                                    : trace_draw(&trace, path);
    trace_free(&trace);
    return status;
}
