/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A bootstrap's time on a core that it has alone, where no whole bootstrap has:
 * the other thread of a rented core comes and goes in tens of milliseconds
 * (alone.c), so that tasks are looked at one by one. Each counts by the median
 * over the rounds in which nobody was beside it; with the time between tasks
 * their sum is what the bootstrap takes alone. */
#include "bootstrap.h"
#include "repetitions.h"
#include "submit_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 3, USUAL_ROUNDS = 11, MOST_ROUNDS = 41, MOST_TASKS = 4096 };

/* A task as its worker saw it: `us` without the probes around it, which lie
 * between `begin` and `end`, too. */
struct mark {
    double begin, us, end, near;
    enum sck_codelet codelet;
};

static struct {
    struct bench *b;
    struct mark *mark; /* in the order of execution */
    size_t count;
    starpu_cpu_func_t own[SCK_CODELETS];
} watch;

static void watched(enum sck_codelet codelet, void *buffers[], void *argument)
{
    struct mark m = {.codelet = codelet, .begin = bench_wall_us()};
    const double before = bench_near_rate_here(watch.b);
    const double begin = bench_wall_us();

    watch.own[codelet](buffers, argument);
    m.us = bench_wall_us() - begin;
    m.near = fmin(before, bench_near_rate_here(watch.b));
    m.end = bench_wall_us();
    if (watch.count < MOST_TASKS)
        watch.mark[watch.count++] = m;
}

#define SCK_CODELET(name, what)                                                \
    static void watched_##name(void *buffers[], void *argument)                \
    {                                                                          \
        watched(SCK_CODELET_##name, buffers, argument);                        \
    }
#include "codelets.def"
#undef SCK_CODELET

static void watch_begin(struct bench *b)
{
    watch.b = b;
    watch.mark = bench_alloc(MOST_TASKS * sizeof *watch.mark);
#define SCK_CODELET(name, what)                                                \
    watch.own[SCK_CODELET_##name] = sck_##name##_codelet.cpu_funcs[0];         \
    sck_##name##_codelet.cpu_funcs[0] = watched_##name;
#include "codelets.def"
#undef SCK_CODELET
}

static void watch_end(void)
{
#define SCK_CODELET(name, what)                                                \
    sck_##name##_codelet.cpu_funcs[0] = watch.own[SCK_CODELET_##name];
#include "codelets.def"
#undef SCK_CODELET
    free(watch.mark);
}

/* What the rounds gave: of task i, in order of submission, round r is at
 * i MOST_ROUNDS + r. */
struct rounds {
    struct bootstrap *s;
    double *us, *near;
    double between[MOST_ROUNDS], floor[MOST_ROUNDS];
    size_t tasks;
    uint32_t count;
};

static int by_start(const void *a, const void *b)
{
    const struct sck_trace_event *const *x = a, *const *y = b;

    return ((*x)->start_us > (*y)->start_us) -
           ((*x)->start_us < (*y)->start_us);
}

/* Marks are in the order of execution, events in that of submission. */
static void keep(struct rounds *r, const struct sck_trace_event *e,
                 size_t count)
{
    const struct sck_trace_event **order = bench_alloc(count * sizeof *order);

    if (r->count == 0) {
        r->tasks = count;
        r->us = bench_alloc(count * MOST_ROUNDS * sizeof *r->us);
        r->near = bench_alloc(count * MOST_ROUNDS * sizeof *r->near);
    }
    for (size_t i = 0; i < count; i++)
        order[i] = &e[i];
    qsort(order, count, sizeof *order, by_start);
    for (size_t i = 0; i < count; i++) {
        const struct mark *m = &watch.mark[i];
        const size_t at = (size_t)(order[i] - e) * MOST_ROUNDS + r->count;

        if (count != r->tasks || count != watch.count ||
            m->codelet != order[i]->codelet) {
            fprintf(stderr, "bootstraps have different tasks\n");
            exit(1);
        }
        r->us[at] = m->us;
        r->near[at] = m->near;
        r->between[r->count] -= m->end - m->begin;
    }
    free(order);
}

static void another(struct rounds *r)
{
    struct operations *const o = &r->s->o;
    const struct counted c = bootstrap_counted(&r->s->work);
    sck_run *const run = o->run;
    size_t count;

    operations_check(sck_run_new(o->session, &o->run), "run");
    operations_check(sck_run_trace(o->run), "trace");
    watch.count = 0;
    const double begin = bench_wall_us();

    bootstrap_once(r->s);
    r->between[r->count] = bench_wall_us() - begin;
    const struct sck_trace_event *e = sck_run_events(o->run, &count);

    keep(r, e, count);
    sck_run_free(o->run);
    o->run = run;
    r->floor[r->count++] = bench_floor_now(o->b, &c, o->logn);
}

/* A task's rounds alone, or all of them: their times, sorted. */
static size_t times(const struct rounds *r, size_t task, int alone, double *us)
{
    const size_t at = task * MOST_ROUNDS;

    if (alone)
        return bench_alone(r->s->o.b, r->us + at, r->near + at, r->count, us);
    memcpy(us, r->us + at, r->count * sizeof *us);
    return r->count;
}

/* Tasks that were alone too rarely. */
static size_t missing(const struct rounds *r)
{
    double us[MOST_ROUNDS];
    size_t count = 0;

    for (size_t i = 0; i < r->tasks; i++)
        count += times(r, i, 1, us) < LEAST;
    return count;
}

static void report(struct rounds *r)
{
    const struct operations *o = &r->s->o;
    struct row row = {.name = "bootstrap.alone",
                      .logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = 1,
                      .block = operations_grain(o)};
    const size_t seldom = missing(r);
    double us[MOST_ROUNDS], beside = 0;

    for (size_t i = 0; i < r->tasks; i++) {
        const struct spread all = report_spread(us, times(r, i, 0, us));
        const size_t count = times(r, i, 1, us);
        const struct spread alone =
            count >= LEAST ? report_spread(us, count) : all;

        row.value.median += alone.median;
        row.value.min += alone.min;
        row.value.max += alone.max;
        beside += all.median;
    }
    const struct spread between = report_spread(r->between, r->count);

    row.value.median += between.median;
    row.value.min += between.min;
    row.value.max += between.max;
    row.floor = report_spread(r->floor, r->count).median;
    snprintf(row.unit, sizeof row.unit, "us");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    report_add(&o->b->report, &row);
    printf("%-31s %zu tasks in %u rounds, %.1f ms between them; medians of all "
           "rounds %.1f ms; %zu tasks not alone in %d\n",
           "", r->tasks, r->count, between.median / 1e3,
           (beside + between.median) / 1e3, seldom, LEAST);
}

void bootstrap_alone(struct bench *b)
{
    const uint32_t usual = b->options.quick ? LEAST : USUAL_ROUNDS;
    const uint32_t most = b->options.quick ? LEAST : MOST_ROUNDS;
    struct bootstrap s;
    struct rounds r = {.s = &s};

    if (b->options.names == 0 || !bench_wants(b, "bootstrap.alone") ||
        bench_wants(b, "bootstrap"))
        return;
    if (b->options.list) {
        puts("bootstrap.alone");
        return;
    }
    bootstrap_open(&s, b, 0);
    bootstrap_start(&s, 1, 0);
    bootstrap_look(&s);
    watch_begin(b);
    while (r.count < usual || (r.count < most && missing(&r) > 0))
        another(&r);
    watch_end();
    report(&r);
    free(r.us);
    free(r.near);
    bootstrap_stop(&s);
    bootstrap_close(&s);
}
