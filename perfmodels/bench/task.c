/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* StarPU's share of a task: many tasks of next to no work on one worker, the
 * fastest of several batches, so that other programs do not count. And what a
 * run takes beside its tasks, from the first submission to the end of the wait:
 * a run of two tasks, workers woken and waiting woken. */
#include "bench.h"
#include "operations.h"
#include "submit.h"

#include <math.h>

enum { BATCHES = 12, ROUNDS = 250, STARTS = 101 };

/* Microseconds a task of one batch. */
static double batch(sck_run *run, const sck_ciphertext *x)
{
    const uint64_t before = sck_run_tasks(run);
    const double begin = bench_wall_us();
    sck_ciphertext *y;

    for (int i = 0; i < ROUNDS; i++) {
        operations_check(sck_eval_neg(run, x, &y), "neg");
        sck_ciphertext_free(y);
    }
    operations_check(sck_run_wait(run), "wait");
    return (bench_wall_us() - begin) / (double)(sck_run_tasks(run) - before);
}

/* The median run of one negation: two tasks. */
static double two_tasks(sck_run *run, const sck_ciphertext *x)
{
    double us[STARTS];
    sck_ciphertext *y;

    for (int i = 0; i < STARTS; i++) {
        const double begin = bench_wall_us();

        operations_check(sck_eval_neg(run, x, &y), "neg");
        operations_check(sck_run_wait(run), "wait");
        us[i] = bench_wall_us() - begin;
        sck_ciphertext_free(y);
    }
    return report_spread(us, STARTS).median;
}

void bench_task(double *task_us, double *start_us)
{
    const struct sck_session_options options = {.workers = 1,
                                                .limbs_per_block = 1};
    struct sck_limbs_ciphertext *zero;
    sck_params *params;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_ciphertext *x;
    sck_run *run;
    double least = 0;

    operations_check(sck_params_named("test-10", &params), "parameters");
    operations_check(sck_limbs_ciphertext_new(params, 0, 2, 0, &zero), "zero");
    zero->slots = 1;
    zero->scale = sck_params_scale(params, 0);
    operations_check(sck_session_new(&options, &session), "session");
    operations_check(sck_evaluator_new(session, params, &evaluator),
                     "evaluator");
    operations_check(sck_run_new(session, &run), "run");
    operations_check(sck_ciphertext_upload(evaluator, run, zero, &x), "upload");
    for (int i = 0; i < BATCHES; i++) {
        const double us = batch(run, x);

        least = i == 0 || us < least ? us : least;
    }
    *task_us = least;
    *start_us = fmax(two_tasks(run, x) - 2 * least, least);
    sck_ciphertext_free(x);
    sck_run_free(run);
    sck_evaluator_free(evaluator);
    sck_session_free(session);
    sck_limbs_ciphertext_free(zero);
    sck_params_free(params);
}
