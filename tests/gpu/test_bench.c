/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite gpu.bench: what is predicted for every timed task, and the report. */
#define _POSIX_C_SOURCE 200809L /* fmemopen() */
#include "bench.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static struct bench_predictions *predictions(void)
{
    return bench_predictions_read(SCK_SOURCE_DIR "/perfmodels/gpu/tasks.txt");
}

static void every_timed_task_is_predicted(void)
{
    struct bench_predictions *p = predictions();

    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    const struct gpu_rates assumed = bench_predictions_assumed(p);

    for (size_t i = 0; i < timed_task_count; i++) {
        const double us = bench_predict(p, timed_tasks[i].name, &assumed);

        if (us <= assumed.gap)
            printf("%s: %.1f us\n", timed_tasks[i].name, us);
        CU_ASSERT_TRUE(us > assumed.gap && us < 1000);
    }
    const double real =
        bench_predict(p, "a bootstrap: b16-40, full slots", &assumed);
    const double both = bench_predict(
        p, "a bootstrap of complex slots: b16-40, full slots", &assumed);

    CU_ASSERT_TRUE(real > 1000);
    CU_ASSERT_TRUE(both > real && both < 2 * real);
    CU_ASSERT_TRUE(bench_predict(p, "no such task", &assumed) < 0);
    bench_predictions_free(p);
}

/* Twice the rates and no gap: half of what is not gaps. */
static void rates_scale_times(void)
{
    struct bench_predictions *p = predictions();

    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    struct gpu_rates one = bench_predictions_assumed(p), two = one;

    one.gap = two.gap = 0;
    two.memory *= 2;
    two.cache *= 2;
    two.issue *= 2;
    two.narrow *= 2;
    two.wide *= 2;
    two.other *= 2;
    for (size_t i = 0; i < timed_task_count; i++) {
        const double us = bench_predict(p, timed_tasks[i].name, &one);

        CU_ASSERT_DOUBLE_EQUAL(bench_predict(p, timed_tasks[i].name, &two),
                               us / 2, us * 1e-9);
    }
    bench_predictions_free(p);
}

static void what_is_no_file_of_predictions_is_refused(void)
{
    CU_ASSERT_PTR_NULL(bench_predictions_read("/nonexistent"));
    CU_ASSERT_PTR_NULL(
        bench_predictions_read(SCK_SOURCE_DIR "/perfmodels/gpu/predict.py"));
}

static void the_report_holds_every_row(void)
{
    const struct gpu_rates rates = {4e12, 5e12, 1e12, 5e11,
                                    2e11, 5e11, 1.25, 0.75};
    const struct bench_row rows[] = {{"one", 1, 2, 3}, {"two", 4, 5, 6.5}};
    char json[2048] = "", table[2048] = "";
    FILE *const to_json = fmemopen(json, sizeof json, "w");
    FILE *const to_table = fmemopen(table, sizeof table, "w");

    CU_ASSERT_EQUAL(
        bench_write(to_json, to_table, "a device", 132, &rates, rows, 2), 0);
    fclose(to_json);
    fclose(to_table);
    CU_ASSERT_PTR_NOT_NULL(strstr(json, "\"device\": \"a device\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(json, "\"launch_gap_us\": 1.250, "
                                        "\"graph_gap_us\": 0.750"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "\"measured_us\": 6.50}],\n \"bars\": [\n]}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "| two | 4.0 | 5.0 | 6.5 |"));
}

/* At 4 TB/s a limb's two passes are 0.262 us, a key switch 54.8. */
static void the_report_says_which_bars_are_kept(void)
{
    const struct gpu_rates rates = {4e12, 5e12, 1e12, 5e11, 2e11, 5e11, 1, 1};
    const struct bench_row rows[] = {
        {"ntt, 16 limbs, four in a graph", 1, 1, 8},
        {"a whole key switch: 47 limbs, 4 digits", 1, 1, 165},
        {bench_bootstrap, 1, 1, 12000}};
    char json[2048] = "", table[2048] = "";
    FILE *const to_json = fmemopen(json, sizeof json, "w");
    FILE *const to_table = fmemopen(table, sizeof table, "w");

    CU_ASSERT_EQUAL(
        bench_write(to_json, to_table, "a device", 132, &rates, rows, 3), 0);
    fclose(to_json);
    fclose(to_table);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(table, "transform, twice its floor | 0.524 | 0.500 | yes |"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        table, "switch, three times its floor | 164.475 | 165.000 | no |"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        table, "| a bootstrap at first | 20000.000 | 12000.000 | yes |"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(json, "\"bar\": \"a bootstrap, the goal\", \"us\": 10000.000, "
                     "\"measured_us\": 12000.000, \"kept\": false}\n]}"));
}

static CU_TestInfo cases[] = {
    {"every_timed_task_is_predicted", every_timed_task_is_predicted},
    {"rates_scale_times", rates_scale_times},
    {"what_is_no_file_of_predictions_is_refused",
     what_is_no_file_of_predictions_is_refused},
    {"the_report_holds_every_row", the_report_holds_every_row},
    {"the_report_says_which_bars_are_kept",
     the_report_says_which_bars_are_kept},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bench, cases)
