/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Repetitions, random data, the core it all runs on. */
#include "repetitions.h"

#include "scratch.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPETITIONS = 11, QUICK_REPETITIONS = 7 };

/* Kernels are repeated as long until they had the core alone often enough. */
#define PATIENCE_US 6e5

static double clock_us(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

double bench_wall_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

struct bench_moment bench_moment(void)
{
    return (struct bench_moment){bench_wall_us(),
                                 clock_us(CLOCK_PROCESS_CPUTIME_ID)};
}

double bench_since(const struct bench_moment *begin, uint32_t workers)
{
    const struct bench_moment now = bench_moment();
    const double wall = now.wall - begin->wall;
    const double process = now.process - begin->process;

    return workers == 1 && process < wall ? process : wall;
}

double bench_now_us(const struct bench *b)
{
    return clock_us(b->time == BENCH_THREAD    ? CLOCK_THREAD_CPUTIME_ID
                    : b->time == BENCH_PROCESS ? CLOCK_PROCESS_CPUTIME_ID
                                               : CLOCK_MONOTONIC);
}

/* Microseconds since a moment; `now` is bench_now_us() of it. */
static double elapsed(const struct bench *b, const struct bench_moment *begin,
                      double now)
{
    return b->time == BENCH_OPERATION ? bench_since(begin, 1)
                                      : bench_now_us(b) - now;
}

static cpu_set_t all_cores;
static int have_all;

void bench_pin(void)
{
    const int core = sched_getcpu();
    cpu_set_t one;

    if (!have_all)
        have_all = sched_getaffinity(0, sizeof all_cores, &all_cores) == 0;
    CPU_ZERO(&one);
    if (core >= 0)
        CPU_SET((size_t)core, &one);
    if (core < 0 || sched_setaffinity(0, sizeof one, &one) != 0)
        fprintf(stderr, "not pinned to a core: times may vary more\n");
}

void bench_unpin(void)
{
    if (have_all)
        (void)sched_setaffinity(0, sizeof all_cores, &all_cores);
}

static int names_match(const struct bench *b, const char *name, int either)
{
    const struct bench_options *o = &b->options;

    for (uint32_t i = 0; i < o->names; i++) {
        const size_t length = strlen(o->name[i]);

        if (strncmp(name, o->name[i], length) == 0 ||
            (either && strncmp(name, o->name[i], strlen(name)) == 0))
            return 1;
    }
    return o->names == 0;
}

int bench_wants(const struct bench *b, const char *name)
{
    return names_match(b, name, 0);
}

int bench_wants_any(const struct bench *b, const char *prefix)
{
    return names_match(b, prefix, 1);
}

int bench_names_only(const struct bench *b)
{
    return b->options.list || b->options.roofline != NULL;
}

double bench_repeat(const struct bench *b, bench_work *work, void *context,
                    uint64_t *round, uint64_t calls)
{
    const struct bench_moment begin = bench_moment();
    const double now = bench_now_us(b);

    for (uint64_t i = 0; i < calls; i++)
        work(context, (*round)++);
    return elapsed(b, &begin, now) / (double)calls;
}

uint64_t bench_warm(const struct bench *b, bench_work *work, void *context,
                    uint64_t *round)
{
    const double target_us = b->options.quick ? 1000 : 15000;
    uint64_t calls = 1;

    while (bench_repeat(b, work, context, round, calls) * (double)calls <
               target_us &&
           calls < 1u << 20)
        calls *= 2;
    return calls;
}

/* Repetitions beside one floor, if any. */
static void repeat(struct bench *b, bench_work *work, void *context,
                   double floor_us, struct repetitions *r)
{
    const struct repetitions_wanted wanted = {
        b->options.quick ? QUICK_REPETITIONS : REPETITIONS, REPETITIONS, 0,
        PATIENCE_US};
    uint64_t round = 0;
    const uint64_t calls = bench_warm(b, work, context, &round);
    double before = bench_near_rate(b);

    while (repetitions_go_on(b, r, &wanted)) {
        const double us = bench_repeat(b, work, context, &round, calls);
        const double after = bench_near_rate(b);

        r->us[r->count] = us;
        r->floor[r->count] = floor_us;
        r->near[r->count++] = fmin(before, after);
        r->total += us * (double)calls;
        before = after;
    }
}

struct spread bench_time(struct bench *b, bench_work *work, void *context)
{
    struct repetitions r = {0};
    struct row row = {0};

    repeat(b, work, context, 0, &r);
    if (repetitions_spread(b, &r, 1, &row) == 0)
        (void)repetitions_spread(b, &r, 0, &row);
    return row.value;
}

int bench_row_begins(struct bench *b, struct row *row)
{
    if (!bench_wants(b, row->name))
        return 0;
    if (b->options.roofline != NULL) {
        report_shape(&b->report, row);
        return 0;
    }
    if (b->options.list) {
        puts(row->name);
        return 0;
    }
    if (isatty(2))
        fprintf(stderr, "\r\033[K%s ...", row->name);
    snprintf(row->isa, sizeof row->isa, "%s", sck_isa_name(b->isa));
    snprintf(row->unit, sizeof row->unit, "us");
    return 1;
}

void bench_row(struct bench *b, struct row row, bench_work *work, void *context,
               double floor_us)
{
    if (!bench_row_begins(b, &row))
        return;
    struct repetitions r = {0};

    repeat(b, work, context, floor_us, &r);
    repetitions_add(b, &row, &r);
}

uint64_t bench_random(struct bench *b)
{
    uint64_t x = b->random += 0x9e3779b97f4a7c15;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

void bench_fill(struct bench *b, uint32_t *x, size_t n, uint32_t q)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (uint32_t)((bench_random(b) >> 32) * q >> 32);
}

void *bench_alloc(size_t bytes)
{
    void *p = sck_large_alloc(bytes);

    if (p == NULL) {
        fprintf(stderr, "out of memory: %zu bytes\n", bytes);
        exit(1);
    }
    return p;
}

_Noreturn void bench_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sck_last_error());
    exit(1);
}
