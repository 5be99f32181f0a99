/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Repetitions as rows: all of them, and those that had the core alone. */
#include "repetitions.h"

#include <stdio.h>

/* Of the run's best rate (alone.c): above the middle between both. */
#define ALONE 0.88

static int is_alone(const struct bench *b, double near)
{
    return near > 0 && near >= ALONE * b->near_best[b->isa];
}

size_t bench_alone(const struct bench *b, const double *values,
                   const double *near, size_t count, double *alone)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (is_alone(b, near[i]))
            alone[found++] = values[i];
    return found;
}

int repetitions_go_on(const struct bench *b, const struct repetitions *r,
                      const struct repetitions_wanted *wanted)
{
    size_t alone = 0;

    if (r->count < wanted->least)
        return 1;
    if (b->options.quick || r->count == REPETITIONS_MOST)
        return 0;
    if (r->count < wanted->usual && r->total < wanted->enough_us)
        return 1;
    for (size_t i = 0; i < r->count; i++)
        alone += is_alone(b, r->near[i]);
    return alone < wanted->least && r->total < wanted->patience_us;
}

size_t repetitions_spread(const struct bench *b, const struct repetitions *r,
                          int alone, struct row *row)
{
    double us[REPETITIONS_MOST], floor[REPETITIONS_MOST],
        ratio[REPETITIONS_MOST];
    size_t count = 0;

    for (size_t i = 0; i < r->count; i++) {
        if (alone && !is_alone(b, r->near[i]))
            continue;
        us[count] = r->us[i];
        floor[count] = r->floor[i];
        ratio[count] = r->floor[i] > 0 ? r->us[i] / r->floor[i] : 0;
        count++;
    }
    if (count > 0) {
        row->value = report_spread(us, count);
        row->floor = report_spread(floor, count).median;
        row->ratio = report_spread(ratio, count).median;
    }
    return count;
}

void repetitions_add(struct bench *b, struct row *row,
                     const struct repetitions *r)
{
    struct row alone = *row;

    (void)repetitions_spread(b, r, 0, row);
    report_add(&b->report, row);
    if (b->options.quick ||
        repetitions_spread(b, r, 1, &alone) < REPETITIONS_LEAST_ALONE)
        return;
    snprintf(alone.name, sizeof alone.name, "%.57s.alone", row->name);
    alone.operations = alone.bytes = 0; /* one place in the picture */
    report_add(&b->report, &alone);
}
