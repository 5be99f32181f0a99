/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a second worker gains against a second process: throughput of two over
 * one, of operations at N = 2^16 one at a time. Each session is a process of
 * its own, so that two can run at once. */
#include "bootstrap.h"
#include "operations.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LEVEL = 25,
    ROUNDS = 3,
    PATIENCE_MS = 600000,
    LEAST_RUNS = 3,
    MOST_RUNS = 15,
    RUNS_US = 1500000
};

static const struct kind {
    const char *name;
    operations_submit *submit; /* NULL: a bootstrap */
} kinds[] = {{"gain.hmul", operations_hmul},
             {"gain.rotate", operations_rotate},
             {"gain.rotate_hoisted16", operations_hoisted},
             {"gain.bootstrap", NULL}};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* A process with a session: writes a byte when it is ready, begins when it can
 * read one, writes the median time of its operation. */
struct child {
    pid_t pid;
    int from, to;
};

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
    char go;

    if (kind->submit != NULL) {
        operations_start(o, workers);
        operations_once(o, kind->submit);
    } else {
        bootstrap = bootstrap_new(b, workers);
        bootstrap_once(bootstrap);
    }
    if (write(to, "r", 1) != 1 || read(from, &go, 1) != 1)
        _exit(1);
    const double us = median_us(o, kind->submit, bootstrap);

    _exit(write(to, &us, sizeof us) == (ssize_t)sizeof us ? 0 : 1);
}

/* Core -1: where the session places its workers. */
static int begin(struct child *c, struct bench *b, struct operations *o,
                 const struct kind *kind, uint32_t workers, int core)
{
    int in[2], out[2];

    if (pipe(in) != 0 || pipe(out) != 0)
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

/* Processes at once, the slower counts; 0: no answer. */
static double processes_us(struct bench *b, struct operations *o,
                           const struct kind *kind, uint32_t workers,
                           int processes)
{
    struct child child[2] = {{0, -1, -1}, {0, -1, -1}};
    double us = 0, worst = 0;
    char ready;
    int ok = 1;

    for (int p = 0; p < processes; p++)
        ok &= begin(&child[p], b, o, kind, workers, processes > 1 ? p : -1);
    for (int p = 0; p < processes && ok; p++)
        ok &= hear(&child[p], &ready, 1);
    for (int p = 0; p < processes && ok; p++)
        ok &= write(child[p].to, "g", 1) == 1;
    for (int p = 0; p < processes; p++) {
        ok = ok && hear(&child[p], &us, sizeof us);
        worst = us > worst ? us : worst;
        if (child[p].pid > 0 && !ok)
            kill(child[p].pid, SIGKILL);
        if (child[p].pid > 0)
            waitpid(child[p].pid, NULL, 0);
        if (child[p].from >= 0) {
            close(child[p].from);
            close(child[p].to);
        }
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
static void measure(struct bench *b, struct operations *o,
                    const struct kind *kind)
{
    double workers[ROUNDS], copies[ROUNDS], both[ROUNDS];
    /* A bootstrap's keys take as long as a dozen of them. */
    const int rounds = kind->submit != NULL ? ROUNDS : 1;

    for (int r = 0; r < rounds; r++) {
        const double one = processes_us(b, o, kind, 1, 1);
        const double two = processes_us(b, o, kind, 2, 1);
        const double apart = processes_us(b, o, kind, 1, 2);

        if (one * two * apart == 0) {
            fprintf(stderr, "%s: no answer, left out\n", kind->name);
            return;
        }
        workers[r] = one / two;
        copies[r] = 2 * one / apart;
        both[r] = workers[r] / copies[r];
        printf("%-30s one %.2f ms, two workers %.2f, two copies %.2f each\n",
               kind->name, one / 1e3, two / 1e3, apart / 1e3);
    }
    add(b, o, kind, "workers", workers, rounds);
    add(b, o, kind, "copies", copies, rounds);
    add(b, o, kind, "workers_by_copies", both, rounds);
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
        measure(b, &o, &kinds[i]);
    }
    if (open)
        operations_close(&o);
}
