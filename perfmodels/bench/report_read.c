/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rows of an earlier run. */
#include "report.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* 1, or 0 where a member is missing or is no number or word. */
static int read_row(json_t *from, struct row *row)
{
    const char *name, *isa, *unit;
    int logn, level, limbs, workers, block;

    *row = (struct row){0};
    if (json_unpack(from,
                    "{s:s, s:i, s:i, s:i, s:s, s:i, s:i, s:F, s:F, s:F, s:s, "
                    "s:F, s:F}",
                    "name", &name, "logn", &logn, "level", &level, "limbs",
                    &limbs, "isa", &isa, "workers", &workers, "block", &block,
                    "median", &row->value.median, "min", &row->value.min, "max",
                    &row->value.max, "unit", &unit, "floor", &row->floor,
                    "ratio", &row->ratio) != 0)
        return 0;
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->isa, sizeof row->isa, "%s", isa);
    snprintf(row->unit, sizeof row->unit, "%s", unit);
    row->logn = (uint32_t)logn;
    row->level = (uint32_t)level;
    row->limbs = (uint32_t)limbs;
    row->workers = (uint32_t)workers;
    row->block = (uint32_t)block;
    return 1;
}

int report_read(struct report *r, const char *path)
{
    json_error_t error;
    json_t *const list = json_load_file(path, 0, &error), *from;
    int rc = json_is_array(list) ? 0 : -1;
    size_t i;

    if (list == NULL)
        fprintf(stderr, "%s: %s\n", path, error.text);
    else if (rc != 0)
        fprintf(stderr, "%s: no array of rows\n", path);
    json_array_foreach(list, i, from)
    {
        struct row row;

        if (json_object_get(from, "name") == NULL &&
            json_object_get(from, "shape") != NULL)
            continue;
        if (!read_row(from, &row)) {
            fprintf(stderr, "%s: object %zu is no row of the benchmark\n", path,
                    i);
            rc = -1;
            break;
        }
        report_append(r, &row);
    }
    json_decref(list);
    return rc;
}

void report_shape(struct report *r, const struct row *shape)
{
    for (size_t i = 0; i < r->count; i++) {
        struct row *const row = &r->rows[i];

        if (strcmp(row->name, shape->name) != 0 || row->logn != shape->logn ||
            row->level != shape->level || row->limbs != shape->limbs ||
            row->block != shape->block)
            continue;
        row->operations = shape->operations;
        row->bytes = shape->bytes;
        memcpy(row->kind, shape->kind, sizeof row->kind);
    }
}
