/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted times beside measured ones; no CUDA, so that it is tested without.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum { LAUNCHES = 1024, NAME = 64 };

struct launch {
    char task[NAME];
    double count, memory, moved, instructions, narrow, wide, other;
};

struct bench_predictions {
    struct gpu_rates assumed;
    size_t count;
    struct launch launch[LAUNCHES];
};

static int read_line(const char *line, struct bench_predictions *p)
{
    struct launch *const l = &p->launch[p->count];
    struct gpu_rates *const r = &p->assumed;

    if (line[0] == '#')
        return 1;
    if (sscanf(line, "rates\t%lf\t%lf\t%lf\t%lf\t%lf\t%lf\t%lf\t%lf",
               &r->memory, &r->cache, &r->issue, &r->narrow, &r->wide,
               &r->other, &r->gap, &r->node) == 8)
        return 1;
    if (p->count == LAUNCHES ||
        sscanf(line, "%63[^\t]\t%*[^\t]\t%lf\t%lf\t%lf\t%lf\t%lf\t%lf\t%lf",
               l->task, &l->count, &l->memory, &l->moved, &l->instructions,
               &l->narrow, &l->wide, &l->other) != 8)
        return 0;
    p->count++;
    return 1;
}

struct bench_predictions *bench_predictions_read(const char *path)
{
    struct bench_predictions *p = calloc(1, sizeof *p);
    FILE *file = fopen(path, "r");
    int good = p != NULL && file != NULL;
    char line[512];

    while (good && fgets(line, sizeof line, file) != NULL)
        good = read_line(line, p);
    if (file != NULL)
        fclose(file);
    if (good && p->count != 0 && p->assumed.memory > 0)
        return p;
    free(p);
    return NULL;
}

void bench_predictions_free(struct bench_predictions *p)
{
    free(p);
}

struct gpu_rates bench_predictions_assumed(const struct bench_predictions *p)
{
    return p->assumed;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

static double launch_us(const struct launch *l, const struct gpu_rates *r)
{
    double s = most(l->memory / r->memory, l->moved / r->cache);

    s = most(s, l->instructions / r->issue);
    s = most(s, l->narrow / r->narrow + l->wide / r->wide);
    s = most(s, l->other / r->other);
    return s * 1e6 + r->gap;
}

double bench_predict(const struct bench_predictions *p, const char *task,
                     const struct gpu_rates *rates)
{
    double us = -1;

    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->launch[i].task, task) == 0)
            us = most(us, 0) +
                 p->launch[i].count * launch_us(&p->launch[i], rates);
    return us;
}

const char bench_bootstrap[] = "a bootstrap: b16-40, full slots";

/* What is to be reached: a row's us, shared by `per`, at most the time in which
 * so many bytes are copied, several times over, or so many us. A limb's two
 * passes read and write it twice; 47 limbs in four digits are 51 us of keys,
 * inputs and outputs at 4.3 TB/s. */
static const struct bar {
    const char *what, *task;
    double per, bytes, times, us;
} bars[] = {
    {"a limb's transform, twice its floor", "ntt, 16 limbs" BENCH_TOGETHER_NAME,
     16, 4.0 * (4 << 16), 2, 0},
    {"a key switch, three times its floor",
     "a whole key switch: 47 limbs, 4 digits", 1, 51e-6 * 4.3e12, 3, 0},
    {"a bootstrap at first", bench_bootstrap, 1, 0, 0, 20000},
    {"a bootstrap, the goal", bench_bootstrap, 1, 0, 0, 10000},
};

static void write_bars(FILE *json, FILE *table, const struct gpu_rates *rates,
                       const struct bench_row *rows, size_t count)
{
    const char *separator = "";

    fputs("],\n \"bars\": [", json);
    fputs("\n| bar | us | measured us | kept |\n|---|---|---|---|\n", table);
    for (size_t b = 0; b < sizeof bars / sizeof bars[0]; b++) {
        const struct bar *const bar = &bars[b];
        const double us = bar->us > 0
                              ? bar->us
                              : bar->times * bar->bytes * 1e6 / rates->memory;

        for (size_t i = 0; i < count; i++) {
            const double measured = rows[i].measured_us / bar->per;

            if (strcmp(rows[i].task, bar->task) != 0 || measured <= 0)
                continue;
            fprintf(json,
                    "%s\n  {\"bar\": \"%s\", \"us\": %.3f, "
                    "\"measured_us\": %.3f, \"kept\": %s}",
                    separator, bar->what, us, measured,
                    measured <= us ? "true" : "false");
            fprintf(table, "| %s | %.3f | %.3f | %s |\n", bar->what, us,
                    measured, measured <= us ? "yes" : "no");
            separator = ",";
        }
    }
}

int bench_write(FILE *json, FILE *table, const char *device, int processors,
                const struct gpu_rates *rates, const struct bench_row *rows,
                size_t count)
{
    fprintf(json,
            "{\"device\": \"%s\", \"multiprocessors\": %d,\n \"rates\": "
            "{\"copied_bytes_per_s\": %.4g, \"cache_bytes_per_s\": %.4g, "
            "\"warp_instructions_per_s\": %.4g, \"mad_per_s\": %.4g, "
            "\"mad_wide_per_s\": %.4g, \"logic_per_s\": %.4g, "
            "\"launch_gap_us\": %.3f, \"graph_gap_us\": %.3f},\n \"tasks\": [",
            device, processors, rates->memory, rates->cache, rates->issue,
            rates->narrow, rates->wide, rates->other, rates->gap, rates->node);
    fprintf(
        table,
        "# %s\n\nCopied %.2f TB/s, second cache %.2f TB/s; 10^12 warp "
        "instructions a second: %.3f issued, %.3f multiply-adds, %.3f "
        "64-bit ones, %.3f logic;\na launch after another %.2f us, a graph's "
        "node %.2f us. N = "
        "2^16.\n\n| task | predicted us | at these rates us | measured us "
        "|\n|---|---|---|---|\n",
        device, rates->memory / 1e12, rates->cache / 1e12, rates->issue / 1e12,
        rates->narrow / 1e12, rates->wide / 1e12, rates->other / 1e12,
        rates->gap, rates->node);
    for (size_t i = 0; i < count; i++) {
        fprintf(json,
                "%s\n  {\"task\": \"%s\", \"predicted_us\": %.2f, "
                "\"predicted_at_these_rates_us\": %.2f, \"measured_us\": %.2f}",
                i == 0 ? "" : ",", rows[i].task, rows[i].assumed_us,
                rows[i].rates_us, rows[i].measured_us);
        fprintf(table, "| %s | %.1f | %.1f | %.1f |\n", rows[i].task,
                rows[i].assumed_us, rows[i].rates_us, rows[i].measured_us);
    }
    write_bars(json, table, rates, rows, count);
    fputs("\n]}\n", json);
    return ferror(json) != 0 || ferror(table) != 0;
}
