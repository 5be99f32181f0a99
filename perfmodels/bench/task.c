/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* StarPU's share of a task, in real operations: rotations of l14-40 on one
 * worker, how much longer they take than their tasks. Tasks of next to no work
 * would say a third of it: they have few blocks, and make none. And what a run
 * takes beside its tasks, from the first submission to the end of the wait: a
 * run of two tasks, workers woken and waiting woken. */
#include "bench.h"
#include "operations.h"
#include "submit.h"

#include <math.h>
#include <starpu.h>
#include <starpu_profiling.h>

enum { BATCHES = 15, ROTATIONS = 4, STARTS = 101 };

/* Rotations that wait for nothing but the worker; sets how many tasks and, of a
 * traced run, their time. */
static double rotations_us(struct operations *o, int traced, double *tasks,
                           double *busy)
{
    sck_ciphertext *out[ROTATIONS];
    sck_run *run, *const whole = o->run;
    size_t count;

    starpu_profiling_status_set(traced ? STARPU_PROFILING_ENABLE
                                       : STARPU_PROFILING_DISABLE);
    operations_check(sck_run_new(o->session, &run), "run");
    if (traced)
        operations_check(sck_run_trace(run), "trace");
    o->run = run;
    const double begin = bench_wall_us();

    for (int i = 0; i < ROTATIONS; i++)
        (void)operations_rotate(o, &out[i]);
    operations_check(sck_run_wait(run), "wait");
    const double us = bench_wall_us() - begin;
    const struct sck_trace_event *event = sck_run_events(run, &count);

    *tasks = (double)sck_run_tasks(run);
    *busy = 0;
    for (size_t i = 0; i < count; i++)
        *busy += event[i].end_us - event[i].start_us;
    for (int i = 0; i < ROTATIONS; i++)
        sck_ciphertext_free(out[i]);
    sck_run_free(run);
    o->run = whole;
    return us;
}

static double task_us(struct bench *b)
{
    double us[BATCHES], busy[BATCHES], tasks, none;
    struct operations o;

    operations_open(&o, b, "l14-40", 7);
    operations_start(&o, 1);
    for (int i = 0; i < BATCHES; i++) {
        us[i] = rotations_us(&o, 0, &tasks, &none);
        (void)rotations_us(&o, 1, &tasks, &busy[i]);
    }
    operations_stop(&o);
    operations_close(&o);
    return (report_spread(us, BATCHES).median -
            report_spread(busy, BATCHES).median) /
           tasks;
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

static double start_us(void)
{
    const struct sck_session_options options = {.workers = 1,
                                                .limbs_per_block = 1};
    struct sck_limbs_ciphertext *zero;
    sck_params *params;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_ciphertext *x;
    sck_run *run;
    double us;

    operations_check(sck_params_named("test-10", &params), "parameters");
    operations_check(sck_limbs_ciphertext_new(params, 0, 2, 0, &zero), "zero");
    zero->slots = 1;
    zero->scale = sck_params_scale(params, 0);
    operations_check(sck_session_new(&options, &session), "session");
    operations_check(sck_evaluator_new(session, params, &evaluator),
                     "evaluator");
    operations_check(sck_run_new(session, &run), "run");
    operations_check(sck_ciphertext_upload(evaluator, run, zero, &x), "upload");
    us = two_tasks(run, x);
    sck_ciphertext_free(x);
    sck_run_free(run);
    sck_evaluator_free(evaluator);
    sck_session_free(session);
    sck_limbs_ciphertext_free(zero);
    sck_params_free(params);
    return us;
}

void bench_task(struct bench *b, double *task, double *start)
{
    *task = fmax(task_us(b), 1);
    *start = fmax(start_us() - 2 * *task, *task);
}
