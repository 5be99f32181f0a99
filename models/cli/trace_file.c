/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Traces as JSON files. */
#define _POSIX_C_SOURCE 200809L
#include "trace.h"

#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORKERS = 4096, MOST_NAMES = 65536 };

void trace_free(struct trace *trace)
{
    for (uint32_t i = 0; i < trace->layers; i++)
        free(trace->layer[i]);
    for (uint32_t i = 0; i < trace->codelets; i++)
        free(trace->codelet[i]);
    free(trace->layer);
    free(trace->codelet);
    free(trace->event);
    *trace = (struct trace){0};
}

uint32_t trace_name(char ***names, uint32_t *count, const char *name)
{
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp((*names)[i], name) == 0)
            return i;
    char **more = realloc(*names, (*count + 1) * sizeof *more);

    if (more == NULL)
        return UINT32_MAX;
    *names = more;
    more[*count] = strdup(name);
    return more[*count] != NULL ? (*count)++ : UINT32_MAX;
}

static json_t *names_json(char *const *name, uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(name[i]));
    return list;
}

sck_status trace_write(const struct trace *t, const char *path)
{
    json_t *events = json_array();
    char *text;

    for (size_t i = 0; i < t->count; i++) {
        const struct trace_event *e = &t->event[i];

        json_array_append_new(
            events, json_pack("[i, i, i, f, f, I]", (int)e->layer,
                              (int)e->codelet, (int)e->worker, e->start_us,
                              e->end_us, (json_int_t)e->resident));
    }
    json_t *json = json_pack("{s:i, s:i, s:o, s:o, s:o}", "starcloak_trace", 1,
                             "workers", (int)t->workers, "codelets",
                             names_json(t->codelet, t->codelets), "layers",
                             names_json(t->layer, t->layers), "events", events);

    text = json != NULL
               ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9))
               : NULL;
    json_decref(json);
    const sck_status status = text != NULL
                                  ? write_text(path, text)
                                  : SCK_FAIL(SCK_ERR_MEMORY,
                                             "a trace of %zu tasks, or a "
                                             "name is not UTF-8",
                                             t->count);

    free(text);
    return status;
}

static sck_status read_names(const json_t *list, char ***names, uint32_t *count)
{
    const size_t length = json_array_size(list);

    if (length == 0 || length > MOST_NAMES)
        return SCK_FAIL(SCK_ERR_FORMAT, "%zu names", length);
    for (size_t i = 0; i < length; i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (name == NULL)
            return SCK_FAIL(SCK_ERR_FORMAT, "name %zu is no text", i);
        const uint32_t at = trace_name(names, count, name);

        if (at == UINT32_MAX)
            return SCK_FAIL(SCK_ERR_MEMORY, "%zu names", length);
        if (at != i)
            return SCK_FAIL(SCK_ERR_FORMAT, "name %zu is there twice", i);
    }
    return SCK_OK;
}

/* An index below a bound, or -1. */
static json_int_t index_at(const json_t *row, size_t at, json_int_t below)
{
    const json_t *x = json_array_get(row, at);
    const json_int_t value = json_integer_value(x);

    return json_is_integer(x) && value >= 0 && value < below ? value : -1;
}

static int read_event(const struct trace *t, const json_t *row,
                      struct trace_event *e)
{
    const json_int_t layer = index_at(row, 0, t->layers);
    const json_int_t codelet = index_at(row, 1, t->codelets);
    const json_int_t worker = index_at(row, 2, t->workers);
    const json_int_t resident = index_at(row, 5, (json_int_t)1 << 60);
    const json_t *start = json_array_get(row, 3), *end = json_array_get(row, 4);

    if (json_array_size(row) != 6 || layer < 0 || codelet < 0 || worker < 0 ||
        resident < 0 || !json_is_number(start) || !json_is_number(end))
        return 0;
    *e = (struct trace_event){(uint32_t)layer,        (uint32_t)codelet,
                              (uint32_t)worker,       json_number_value(start),
                              json_number_value(end), (uint64_t)resident};
    return e->start_us >= 0 && e->end_us >= e->start_us && e->end_us < 1e15;
}

static sck_status read_trace(const char *path, const json_t *json,
                             struct trace *t)
{
    const json_t *events = json_object_get(json, "events");
    const json_int_t workers =
        json_integer_value(json_object_get(json, "workers"));

    if (json_integer_value(json_object_get(json, "starcloak_trace")) != 1 ||
        workers < 1 || workers > MOST_WORKERS || !json_is_array(events))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s is no trace of starcloak run",
                        path);
    t->workers = (uint32_t)workers;
    SCK_TRY(read_names(json_object_get(json, "codelets"), &t->codelet,
                       &t->codelets));
    SCK_TRY(read_names(json_object_get(json, "layers"), &t->layer, &t->layers));
    t->event = calloc(json_array_size(events) + 1, sizeof *t->event);
    if (t->event == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu events", json_array_size(events));
    for (size_t i = 0; i < json_array_size(events); i++)
        if (!read_event(t, json_array_get(events, i), &t->event[t->count++]))
            return SCK_FAIL(SCK_ERR_FORMAT, "%s: event %zu is malformed", path,
                            i);
    return SCK_OK;
}

sck_status trace_read(const char *path, struct trace *t)
{
    char *text = read_text(path);

    *t = (struct trace){0};
    if (text == NULL)
        return SCK_ERR_IO;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const sck_status status = read_trace(path, json, t);

    free(text);
    json_decref(json);
    return status;
}
