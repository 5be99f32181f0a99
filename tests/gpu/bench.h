/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_GPU_BENCH_H
#define SCK_GPU_BENCH_H

#include "rates.h"

#include <stdio.h>

/** A task's launches, as perfmodels/gpu/predict.py counts them. */
struct bench_predictions;

/** Reads its file: the rates that it assumes, and every task's launches.
 *  @return NULL if it cannot be read or is none */
struct bench_predictions *bench_predictions_read(const char *path);
void bench_predictions_free(struct bench_predictions *p);
struct gpu_rates bench_predictions_assumed(const struct bench_predictions *p);

/** Microseconds of a task at these rates, a launch after another; negative if
 *  the file has no such task. */
double bench_predict(const struct bench_predictions *p, const char *task,
                     const struct gpu_rates *rates);

/** Calls that one graph holds, and what such a row's name ends with. */
#define BENCH_TOGETHER 4
#define BENCH_TOGETHER_NAME ", four in a graph"

/** The row of a whole bootstrap. */
extern const char bench_bootstrap[];

/** One row of the report. */
struct bench_row {
    const char *task;
    double assumed_us, rates_us, measured_us;
};

/** The rates, the rows, and of a limb's transform, a whole key switch and a
 *  bootstrap, if they are among them, whether they keep their bars at the rate
 *  that memory was copied with: as JSON and as a table.
 *  @return 0 if all was written */
int bench_write(FILE *json, FILE *table, const char *device, int processors,
                const struct gpu_rates *rates, const struct bench_row *rows,
                size_t count);

#endif
