/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* trace: where a run's time went, by codelet, layer and worker. */
#include "trace.h"

#include "commands.h"

#include <stdlib.h>

/* Sums by one of an event's names. */
struct sum {
    uint64_t count;
    double us;
};

struct summary {
    double span_us, busy_us; /* first start to last end; all tasks */
    struct sum *codelet, *layer, *worker;
};

static sck_status add_up(const struct trace *t, struct summary *s)
{
    s->codelet = calloc(t->codelets, sizeof *s->codelet);
    s->layer = calloc(t->layers, sizeof *s->layer);
    s->worker = calloc(t->workers, sizeof *s->worker);
    if (s->codelet == NULL || s->layer == NULL || s->worker == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a summary of %zu tasks", t->count);
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_event *e = &t->event[i];
        const double us = e->end_us - e->start_us;
        struct sum *const to[3] = {&s->codelet[e->codelet], &s->layer[e->layer],
                                   &s->worker[e->worker]};

        for (int k = 0; k < 3; k++) {
            to[k]->count++;
            to[k]->us += us;
        }
        s->busy_us += us;
        if (e->end_us > s->span_us)
            s->span_us = e->end_us;
    }
    return SCK_OK;
}

static double share(double part, double of)
{
    return of > 0 ? part / of : 0;
}

static json_t *names(const struct options *o, const char *what,
                     char *const *name, const struct sum *sum, uint32_t count,
                     double busy_us)
{
    json_t *list = json_array();

    say(o, "%-24s %9s %10s %7s %10s\n", what, "tasks", "total s", "share",
        "mean us");
    for (uint32_t i = 0; i < count; i++) {
        const char *is = name[i][0] != 0 ? name[i] : "set-up";
        const double part = share(sum[i].us, busy_us);
        const double mean = share(sum[i].us, (double)sum[i].count);

        say(o, "%-24s %9llu %10.4f %6.1f%% %10.1f\n", is,
            (unsigned long long)sum[i].count, sum[i].us * 1e-6, 100 * part,
            mean);
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:f, s:f, s:f}", "name", is, "tasks",
                            (json_int_t)sum[i].count, "total_us", sum[i].us,
                            "share", part, "mean_us", mean));
    }
    return list;
}

static json_t *workers(const struct options *o, const struct summary *s,
                       uint32_t count)
{
    json_t *list = json_array();

    say(o, "%-24s %9s %10s %7s\n", "worker", "tasks", "busy s", "idle");
    for (uint32_t i = 0; i < count; i++) {
        const double idle = 1 - share(s->worker[i].us, s->span_us);

        say(o, "%-24u %9llu %10.4f %6.1f%%\n", i,
            (unsigned long long)s->worker[i].count, s->worker[i].us * 1e-6,
            100 * idle);
        json_array_append_new(list, json_pack("{s:I, s:f, s:f}", "tasks",
                                              (json_int_t)s->worker[i].count,
                                              "busy_us", s->worker[i].us,
                                              "idle", idle));
    }
    return list;
}

static sck_status summarise(const struct options *o, const struct trace *t)
{
    struct summary s = {0};
    sck_status status = add_up(t, &s);

    if (status == SCK_OK) {
        say(o, "%zu tasks in %.4f s\n", t->count, s.span_us * 1e-6);
        json_t *codelet =
            names(o, "codelet", t->codelet, s.codelet, t->codelets, s.busy_us);
        json_t *layer =
            names(o, "layer", t->layer, s.layer, t->layers, s.busy_us);
        json_t *json = json_pack(
            "{s:I, s:f, s:f, s:o, s:o, s:o}", "tasks", (json_int_t)t->count,
            "span_us", s.span_us, "busy_us", s.busy_us, "codelets", codelet,
            "layers", layer, "workers", workers(o, &s, t->workers));

        if (o->json != NULL)
            status = report_json(o, json);
        else
            json_decref(json);
    }
    free(s.codelet);
    free(s.layer);
    free(s.worker);
    return status;
}

int command_trace(const struct options *o)
{
    struct trace trace;
    sck_status status;

    if (options_need(o->operand[0], "FILE, a trace,") != 0)
        return EXIT_USAGE;
    status = trace_read(o->operand[0], &trace);
    if (status == SCK_OK)
        status = summarise(o, &trace);
    if (status == SCK_OK && o->out != NULL)
        status = trace_draw(&trace, o->out);
    trace_free(&trace);
    return status == SCK_OK ? 0 : fail(status);
}
