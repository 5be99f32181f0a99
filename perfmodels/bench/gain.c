/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a second worker gains against a second process: throughput of two over
 * one, of operations at N = 2^16 one at a time. Each session is a process of
 * its own, so that two can run at once: a copy on each core, and one with two
 * workers. They live through all rounds and take turns of a second and less,
 * stopped in between, since a worker without tasks polls: so that what else
 * the machine does comes to all of them. */
#include "bootstrap.h"
#include "operations.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LEVEL = 25,
    ROUNDS = 9,
    BOOTSTRAP_ROUNDS = 3,
    PATIENCE_MS = 600000,
    LEAST_RUNS = 3,
    MOST_RUNS = 15,
    RUNS_US = 700000
};

static const struct kind {
    const char *name;
    operations_submit *submit; /* NULL: a bootstrap */
} kinds[] = {{"gain.hmul", operations_hmul},
             {"gain.rotate", operations_rotate},
             {"gain.rotate_hoisted16", operations_hoisted},
             {"gain.bootstrap", NULL}};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* A process with a session: writes a byte when it is ready, takes a turn for
 * every byte that it can read, writes the median time of its operation. */
struct child {
    pid_t pid;
    int from, to;
};

enum { COPY_A, COPY_B, TWO_WORKERS, CHILDREN };

static double median_us(struct operations *o, operations_submit *submit,
                        struct bootstrap *bootstrap)
{
    double us[MOST_RUNS], total = 0;
    int count = 0;

    while (count < MOST_RUNS && (count < LEAST_RUNS || total < RUNS_US)) {
        const double begin = bench_wall_us();

        if (submit != NULL)
            operations_once(o, submit);
        else
            bootstrap_once(bootstrap);
        total += us[count++] = bench_wall_us() - begin;
    }
    return report_spread(us, (size_t)count).median;
}

static _Noreturn void work(struct bench *b, struct operations *o,
                           const struct kind *kind, uint32_t workers, int from,
                           int to)
{
    struct bootstrap *bootstrap = NULL;
    double us = 0;
    char go;

    if (kind->submit != NULL) {
        operations_start(o, workers);
        operations_once(o, kind->submit);
    } else {
        bootstrap = bootstrap_new(b, workers);
        bootstrap_once(bootstrap);
    }
    if (write(to, "r", 1) != 1)
        _exit(1);
    while (read(from, &go, 1) == 1) {
        us = median_us(o, kind->submit, bootstrap);
        if (write(to, &us, sizeof us) != (ssize_t)sizeof us)
            _exit(1);
    }
    _exit(0);
}

/* Core -1: where the session places its workers. */
static int begin(struct child *c, struct bench *b, struct operations *o,
                 const struct kind *kind, uint32_t workers, int core)
{
    int in[2], out[2];

    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        return 0;
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0) {
        char text[16];

        close(in[1]);
        close(out[0]);
        snprintf(text, sizeof text, "%d", core);
        /* Two sessions would both take the first core. */
        if (core >= 0)
            setenv("STARPU_WORKERS_CPUID", text, 1);
        work(b, o, kind, workers, in[0], out[1]);
    }
    close(in[0]);
    close(out[1]);
    c->to = in[1];
    c->from = out[0];
    return c->pid > 0;
}

static int hear(const struct child *c, void *what, size_t bytes)
{
    struct pollfd wait = {.fd = c->from, .events = POLLIN};

    return poll(&wait, 1, PATIENCE_MS) == 1 &&
           read(c->from, what, bytes) == (ssize_t)bytes;
}

/* One after another, each stopped as soon as it is ready. */
static int begin_all(struct child *child, struct bench *b, struct operations *o,
                     const struct kind *kind)
{
    static const struct {
        uint32_t workers;
        int core;
    } place[CHILDREN] = {{1, 0}, {1, 1}, {2, -1}};
    char ready;

    for (int i = 0; i < CHILDREN; i++)
        if (!begin(&child[i], b, o, kind, place[i].workers, place[i].core) ||
            !hear(&child[i], &ready, 1) || kill(child[i].pid, SIGSTOP) != 0)
            return 0;
    return 1;
}

static void end_all(struct child *child)
{
    for (int i = 0; i < CHILDREN; i++) {
        if (child[i].pid <= 0)
            continue;
        kill(child[i].pid, SIGKILL);
        waitpid(child[i].pid, NULL, 0);
        close(child[i].from);
        close(child[i].to);
    }
}

/* Of children at once the slower counts; 0: no answer. */
static double turn_us(const struct child *child, int count)
{
    double us = 0, worst = 0;
    int ok = 1;

    for (int i = 0; i < count; i++)
        ok &= kill(child[i].pid, SIGCONT) == 0;
    for (int i = 0; i < count; i++)
        ok &= write(child[i].to, "g", 1) == 1;
    for (int i = 0; i < count; i++) {
        ok = ok && hear(&child[i], &us, sizeof us);
        worst = us > worst ? us : worst;
        ok &= kill(child[i].pid, SIGSTOP) == 0;
    }
    return ok ? worst : 0;
}

static void add(struct bench *b, const struct operations *o,
                const struct kind *kind, const char *what, double *values,
                int rounds)
{
    struct row row = {
        .logn = o->logn, .level = o->level, .limbs = o->limbs, .workers = 2};

    snprintf(row.name, sizeof row.name, "%s.%s", kind->name, what);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    snprintf(row.unit, sizeof row.unit, "gain");
    row.value = report_spread(values, (size_t)rounds);
    report_add(&b->report, &row);
}

/* One worker, two workers, two copies, in turns. */
static int measure(struct bench *b, struct operations *o,
                   const struct kind *kind, const struct child *child)
{
    double workers[ROUNDS], copies[ROUNDS], both[ROUNDS];
    const int rounds = kind->submit != NULL ? ROUNDS : BOOTSTRAP_ROUNDS;

    for (int r = 0; r < rounds; r++) {
        const double one = turn_us(&child[COPY_A], 1);
        const double two = turn_us(&child[TWO_WORKERS], 1);
        const double apart = turn_us(&child[COPY_A], 2);

        if (one * two * apart == 0)
            return 0;
        workers[r] = one / two;
        copies[r] = 2 * one / apart;
        both[r] = workers[r] / copies[r];
        printf("%-30s one %.2f ms, two workers %.2f, two copies %.2f each\n",
               kind->name, one / 1e3, two / 1e3, apart / 1e3);
    }
    add(b, o, kind, "workers", workers, rounds);
    add(b, o, kind, "copies", copies, rounds);
    add(b, o, kind, "workers_by_copies", both, rounds);
    return 1;
}

static void one_kind(struct bench *b, struct operations *o,
                     const struct kind *kind)
{
    struct child child[CHILDREN] = {{0}};

    if (!begin_all(child, b, o, kind) || !measure(b, o, kind, child))
        fprintf(stderr, "%s: no answer, left out\n", kind->name);
    end_all(child);
}

void bench_gains(struct bench *b)
{
    struct operations o = {.b = b, .logn = 16};
    int open = 0;

    for (int i = 0; i < KINDS; i++) {
        if (b->options.names == 0 || !bench_wants(b, kinds[i].name))
            continue;
        if (b->options.list) {
            puts(kinds[i].name);
            continue;
        }
        if (kinds[i].submit != NULL && !open) {
            operations_open(&o, b, "b16-40", LEVEL);
            open = 1;
        }
        one_kind(b, &o, &kinds[i]);
    }
    if (open)
        operations_close(&o);
}
