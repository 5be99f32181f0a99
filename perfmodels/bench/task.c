/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* StarPU's shares, in real operations of l14-40 on one worker: what lies
 * between the tasks of a batch, and how long the thread that submits it works.
 * Rotations, whose tasks name few handles, and sums of products, whose tasks
 * name many, tell what a task and what a handle takes of either. Tasks of next
 * to no work would say a third of it: they make no blocks. How much longer the
 * tasks are where every core works on one operation. And what a run takes
 * beside its tasks, from the first submission to the end of the wait: a run of
 * two tasks, workers woken and waiting woken. */
#include "bench.h"
#include "cost.h"
#include "operations.h"
#include "submit.h"

#include <math.h>
#include <starpu.h>
#include <starpu_profiling.h>
#include <time.h>

enum {
    BATCHES = 15,
    BUSY_BATCHES = 60,
    OPERATIONS = 4,
    TERMS = 16,
    STARTS = 101
};

struct measured {
    struct operations o;
    sck_ciphertext *x[TERMS];
    sck_plaintext *p[TERMS];
};

/* What one operation of a kind submits, what it takes beside its tasks of the
 * worker and of the thread that submits it. */
struct kind {
    void (*submit)(struct measured *m, sck_ciphertext **out);
    struct sck_cost count;
    double gaps_us, submit_us;
};

static void rotation(struct measured *m, sck_ciphertext **out)
{
    (void)operations_rotate(&m->o, out);
}

static void sum_of_products(struct measured *m, sck_ciphertext **out)
{
    operations_check(
        sck_eval_dot_plain(m->o.run, (const sck_ciphertext *const *)m->x,
                           (const sck_plaintext *const *)m->p, TERMS, out),
        "products");
}

static double thread_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

/* One batch: of its tasks, summed and between them on one worker; of the thread
 * that submits it. */
struct batch {
    double busy_us, gaps_us, submit_us;
};

static struct batch batch(struct measured *m, const struct kind *kind,
                          int traced, int apart)
{
    struct operations *const o = &m->o;
    sck_ciphertext *out[OPERATIONS];
    sck_run *run, *const whole = o->run;
    struct batch b = {0};
    size_t count;
    double last = 0;

    starpu_profiling_status_set(traced ? STARPU_PROFILING_ENABLE
                                       : STARPU_PROFILING_DISABLE);
    operations_check(sck_run_new(o->session, &run), "run");
    if (traced)
        operations_check(sck_run_trace(run), "trace");
    o->run = run;
    const double begin = thread_us();

    for (int i = 0; i < OPERATIONS; i++) {
        kind->submit(m, &out[i]);
        if (apart)
            operations_check(sck_run_wait(run), "wait");
    }
    b.submit_us = (thread_us() - begin) / OPERATIONS;
    operations_check(sck_run_wait(run), "wait");
    const struct sck_trace_event *event = sck_run_events(run, &count);

    for (size_t i = 0; i < count; i++) {
        b.busy_us += (event[i].end_us - event[i].start_us) / OPERATIONS;
        last = fmax(last, event[i].end_us);
    }
    b.gaps_us = last / OPERATIONS - b.busy_us;
    for (int i = 0; i < OPERATIONS; i++)
        sck_ciphertext_free(out[i]);
    sck_run_free(run);
    o->run = whole;
    return b;
}

/* Least times: what disturbs adds to them. */
static void measure(struct measured *m, struct kind *kind)
{
    double gaps[BATCHES], submit[BATCHES];

    for (int i = 0; i < BATCHES; i++) {
        gaps[i] = batch(m, kind, 1, 0).gaps_us;
        submit[i] = batch(m, kind, 0, 0).submit_us;
    }
    kind->gaps_us = report_spread(gaps, BATCHES).min;
    kind->submit_us = report_spread(submit, BATCHES).min;
}

/* The least of an operation's summed tasks, each operation waited for: of
 * several at once each worker would have one to itself. What the tasks hand to
 * each other costs every time, other programs beside them do not. */
static double busy_us(struct measured *m, const struct kind *kind)
{
    double us[BUSY_BATCHES];

    for (int i = 0; i < BUSY_BATCHES; i++)
        us[i] = batch(m, kind, 1, 1).busy_us;
    return report_spread(us, BUSY_BATCHES).min;
}

/* a tasks + b handles = us for both kinds; a tenth of either is the task's and
 * a hundredth the handle's at least. */
static void solve(const struct kind *k, double first_us, double second_us,
                  double *task_us, double *handle_us)
{
    const struct sck_cost *x = &k[0].count, *y = &k[1].count;
    const double b = (second_us * x->tasks - first_us * y->tasks) /
                     (y->handles * x->tasks - x->handles * y->tasks);
    const double most = first_us / x->tasks;

    *handle_us = fmax(fmin(b, .9 * first_us / x->handles), .01 * most);
    *task_us = fmax((first_us - *handle_us * x->handles) / x->tasks, .1 * most);
}

static void open_operands(struct measured *m)
{
    struct operations *const o = &m->o;

    for (int i = 0; i < TERMS; i++) {
        operations_check(sck_eval_neg(o->run, o->x, &m->x[i]), "operand");
        operations_check(sck_plaintext_encode(o->evaluator, o->run, o->values,
                                              o->n / 2, o->level,
                                              o->input->scale, &m->p[i]),
                         "operand");
    }
    operations_check(sck_run_wait(o->run), "operands");
}

static void of_tasks(struct measured *m, const struct kind *kind,
                     struct sck_rates *rates)
{
    open_operands(m);
    for (int i = 0; i < 2; i++)
        measure(m, (struct kind *)&kind[i]);
    for (int i = 0; i < TERMS; i++) {
        sck_ciphertext_free(m->x[i]);
        sck_plaintext_free(m->p[i]);
    }
    solve(kind, kind[0].gaps_us, kind[1].gaps_us, &rates->task_us,
          &rates->access_us);
    solve(kind, kind[0].submit_us, kind[1].submit_us, &rates->submit_us,
          &rates->submit_access_us);
}

/* With a worker on every core tasks of one operation take longer, by what they
 * find in another core's caches: of what an operation's tasks hand to each
 * other, all but one worker's share. */
static double handed_bytes(const struct kind *kind,
                           const struct sck_rates *rates, uint32_t workers,
                           double more_us)
{
    const double there = kind->count.handed_us * (1 - 1.0 / workers);

    return rates->last_bytes * there / (there + fmax(more_us, 0));
}

static void operations_shares(struct bench *b, struct sck_rates *rates)
{
    struct measured m;
    struct kind kind[2] = {{.submit = rotation}, {.submit = sum_of_products}};

    operations_open(&m.o, b, "l14-40", 7);
    operations_start(&m.o, 1);
    const struct sck_costs costs = {.params = m.o.params,
                                    .rates = rates,
                                    .grain = operations_grain(&m.o),
                                    .workers = 1};

    sck_cost_rotation(&costs, m.o.level, &kind[0].count);
    sck_cost_dot(&costs, m.o.level, TERMS, &kind[1].count);
    of_tasks(&m, kind, rates);
    const double alone = busy_us(&m, &kind[0]);

    operations_stop(&m.o);
    operations_start(&m.o, 0);
    rates->handed_bytes = m.o.workers > 1
                              ? handed_bytes(kind, rates, m.o.workers,
                                             busy_us(&m, &kind[0]) - alone)
                              : rates->last_bytes;
    operations_stop(&m.o);
    operations_close(&m.o);
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

static double start_us(uint32_t workers)
{
    const struct sck_session_options options = {.workers = workers,
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

void bench_task(struct bench *b, struct sck_rates *rates)
{
    operations_shares(b, rates);
    const double two = sck_rates_tasks_us(rates, 2, 4);

    rates->start_us = fmax(start_us(1) - two, two);
    rates->full_start_us = fmax(start_us(0) - two, rates->start_us);
}
