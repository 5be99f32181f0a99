/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct spread report_spread(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    const double upper = values[count / 2];
    const double lower = values[(count - 1) / 2];

    return (struct spread){(lower + upper) / 2, values[0], values[count - 1]};
}

/* The first line of a command or file's "key : value", without its newline. */
static void first_line(FILE *from, const char *key, char *to, size_t room)
{
    char line[256];

    to[0] = '\0';
    while (from != NULL && fgets(line, sizeof line, from) != NULL)
        if (strncmp(line, key, strlen(key)) == 0) {
            const char *value = strchr(line, ':');

            snprintf(to, room, "%s", *key && value != NULL ? value + 2 : line);
            to[strcspn(to, "\n")] = '\0';
            break;
        }
}

void report_head(const char *starpu)
{
    char machine[256], commit[64];
    FILE *cpu = fopen("/proc/cpuinfo", "r");
    FILE *git = popen("git rev-parse --short HEAD 2>/dev/null", "r");

    first_line(cpu, "model name", machine, sizeof machine);
    first_line(git, "", commit, sizeof commit);
    if (cpu != NULL)
        fclose(cpu);
    if (git != NULL)
        pclose(git);
    printf("%s; StarPU %s; commit %s; medians of at least 7\n",
           machine[0] ? machine : "unknown processor", starpu,
           commit[0] ? commit : "unknown");
    printf("%-30s %4s %5s %5s %-6s %3s %3s %12s %12s %12s %-8s %11s %6s\n",
           "name", "logN", "level", "limbs", "isa", "wrk", "blk", "median",
           "min", "max", "unit", "floor", "ratio");
}

static void print_row(const struct row *r)
{
    if (isatty(2))
        fprintf(stderr, "\r\033[K");
    printf("%-30s %4u %5u %5u %-6s %3u %3u %12.2f %12.2f %12.2f %-8s %11.2f "
           "%6.2f\n",
           r->name, r->logn, r->level, r->limbs, r->isa, r->workers, r->block,
           r->value.median, r->value.min, r->value.max, r->unit, r->floor,
           r->ratio);
    fflush(stdout);
}

void report_append(struct report *r, const struct row *row)
{
    if (r->count == r->room) {
        const size_t room = r->room == 0 ? 64 : 2 * r->room;
        struct row *rows = realloc(r->rows, room * sizeof *rows);

        if (rows == NULL) {
            fprintf(stderr, "out of memory: %zu rows\n", room);
            exit(1);
        }
        r->rows = rows;
        r->room = room;
    }
    r->rows[r->count] = *row;
    if (row->ratio == 0 && row->floor > 0)
        r->rows[r->count].ratio = row->value.median / row->floor;
    r->count++;
}

void report_add(struct report *r, const struct row *row)
{
    report_append(r, row);
    print_row(&r->rows[r->count - 1]);
}

void report_add_precision(struct report *r, const struct precision *p)
{
    if (r->precisions == REPORT_PRECISIONS)
        return;
    r->precision[r->precisions++] = *p;
    printf("%-30s %s: %.2f bits worst, %.2f average, %u levels left\n",
           p->shape, p->set, p->bits_worst, p->bits_average, p->levels_left);
    fflush(stdout);
}

/* Five significant digits, as many as a median of this kind has. */
static json_t *number(double x)
{
    char text[32];

    snprintf(text, sizeof text, "%.5g", isfinite(x) ? x : 0.0);
    return json_real(strtod(text, NULL));
}

int report_json(const struct report *r, const char *path)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->count; i++) {
        const struct row *x = &r->rows[i];

        json_array_append_new(
            list,
            json_pack("{s:s, s:i, s:i, s:i, s:s, s:i, s:i, s:o, s:o, s:o, "
                      "s:s, s:o, s:o}",
                      "name", x->name, "logn", (int)x->logn, "level",
                      (int)x->level, "limbs", (int)x->limbs, "isa", x->isa,
                      "workers", (int)x->workers, "block", (int)x->block,
                      "median", number(x->value.median), "min",
                      number(x->value.min), "max", number(x->value.max), "unit",
                      x->unit, "floor", number(x->floor), "ratio",
                      number(x->ratio)));
    }
    for (size_t i = 0; i < r->precisions; i++) {
        const struct precision *p = &r->precision[i];

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:o, s:o, s:i}", "shape", p->shape,
                            "set", p->set, "bits_worst", number(p->bits_worst),
                            "bits_avg", number(p->bits_average), "levels_left",
                            (int)p->levels_left));
    }
    const int rc = json_array_size(list) == r->count + r->precisions
                       ? json_dump_file(list, path,
                                        JSON_INDENT(1) | JSON_REAL_PRECISION(6))
                       : -1;

    json_decref(list);
    return rc;
}

void report_free(struct report *r)
{
    free(r->rows);
    *r = (struct report){0};
}
