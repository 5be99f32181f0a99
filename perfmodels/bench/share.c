/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What StarPU takes of a multiplication with relinearisation and rescale, in
 * rings of 2^13 to 2^16 and with blocks of several lengths; and what a second
 * worker gains against a second process. */
#include "eval_priv.h"
#include "operations.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 15, PATIENCE_MS = 120000, COPIES = 8 };

static const struct {
    const char *set;
    uint32_t level;
} rings[] = {{"l13-30", 3}, {"l14-40", 7}, {"l15-40", 16}, {"b16-40", 25}};

/* One multiplication, traced: 1 - kernels' time / (workers makespan). */
static double share_of(struct operations *o)
{
    sck_ciphertext *three, *out;
    sck_run *run;
    size_t count;
    double busy = 0;

    operations_check(sck_run_new(o->session, &run), "run");
    operations_check(sck_run_trace(run), "trace");
    const double begin = bench_wall_us();

    operations_check(sck_eval_mul(run, o->x, o->x, &three), "mul");
    operations_check(operations_relinearise_rescale(run, three, &out),
                     "relinearise and rescale");
    sck_ciphertext_free(three);
    operations_check(sck_run_wait(run), "wait");
    const double makespan = bench_wall_us() - begin;
    const struct sck_trace_event *event = sck_run_events(run, &count);

    for (size_t i = 0; i < count; i++)
        busy += event[i].end_us - event[i].start_us;
    sck_ciphertext_free(out);
    sck_run_free(run);
    return 1 - busy / (o->workers * makespan);
}

static void add_share(struct operations *o, const char *name, uint32_t block)
{
    double values[RUNS];
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = o->workers,
                      .block = block};

    (void)share_of(o);
    for (int i = 0; i < RUNS; i++)
        values[i] = share_of(o);
    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    snprintf(row.unit, sizeof row.unit, "share");
    row.value = report_spread(values, RUNS);
    report_add(&o->b->report, &row);
}

/* Grain 0 is the session's own choice. */
static void shares(struct operations *o, const char *name)
{
    static const char *const grains[] = {"1", "4", "16", NULL};

    for (size_t g = 0; g < sizeof grains / sizeof *grains; g++)
        for (uint32_t workers = 1; workers <= 2; workers++) {
            if (grains[g] != NULL)
                setenv("STARCLOAK_LIMBS_PER_BLOCK", grains[g], 1);
            operations_start(o, workers);
            if (o->workers == workers)
                add_share(o, name, operations_grain(o));
            operations_stop(o);
            unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
        }
}

/* count multiplications that wait for nothing but workers: microseconds each.
 */
static double many_us(struct operations *o, int count)
{
    sck_ciphertext *three, *out;
    const double begin = bench_wall_us();

    for (int i = 0; i < count; i++) {
        operations_check(sck_eval_mul(o->run, o->x, o->x, &three), "mul");
        operations_check(operations_relinearise_rescale(o->run, three, &out),
                         "relinearise and rescale");
        sck_ciphertext_free(three);
        sck_ciphertext_free(out);
    }
    operations_check(sck_run_wait(o->run), "wait");
    return (bench_wall_us() - begin) / count;
}

static _Noreturn void child(struct operations *o, uint32_t workers, int to)
{
    double us[RUNS];

    operations_start(o, workers);
    (void)many_us(o, 1);
    for (int i = 0; i < RUNS; i++)
        us[i] = many_us(o, COPIES);
    _exit(write(to, us, sizeof us) == (ssize_t)sizeof us ? 0 : 1);
}

/* The median of each process, since two cores are free at once more seldom than
 * one; the slower process counts. 0: no answer. */
static double processes_us(struct operations *o, uint32_t workers,
                           int processes)
{
    int ends[2][2];
    pid_t pid[2];
    double worst = 0;

    fflush(NULL);
    for (int p = 0; p < processes; p++) {
        if (pipe(ends[p]) != 0)
            return 0;
        pid[p] = fork();
        if (pid[p] == 0)
            child(o, workers, ends[p][1]);
        close(ends[p][1]);
    }
    for (int p = 0; p < processes; p++) {
        struct pollfd wait = {.fd = ends[p][0], .events = POLLIN};
        double us[RUNS];

        if (pid[p] > 0 && poll(&wait, 1, PATIENCE_MS) == 1 &&
            read(ends[p][0], us, sizeof us) == (ssize_t)sizeof us) {
            const struct spread s = report_spread(us, RUNS);

            worst = s.median > worst ? s.median : worst;
        } else {
            worst = 1e30;
            kill(pid[p], SIGKILL);
        }
        waitpid(pid[p], NULL, 0);
        close(ends[p][0]);
    }
    return worst < 1e30 ? worst : 0;
}

/* Throughput of two over that of one: two workers, two processes of one. */
static void add_gain(struct operations *o, const char *name)
{
    const double one = processes_us(o, 1, 1);
    const double workers = processes_us(o, 2, 1);
    const double copies = processes_us(o, 1, 2);
    const double gain[2] = {one / workers, 2 * one / copies};
    static const char *const what[2] = {"workers", "processes"};

    for (int i = 0; i < 2 && one * workers * copies > 0; i++) {
        struct row row = {.logn = o->logn,
                          .level = o->level,
                          .limbs = o->limbs,
                          .workers = 2,
                          .value = {gain[i], gain[i], gain[i]}};

        snprintf(row.name, sizeof row.name, "%s.%s", name, what[i]);
        snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
        snprintf(row.unit, sizeof row.unit, "gain");
        report_add(&o->b->report, &row);
    }
}

void bench_shares(struct bench *b)
{
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        struct operations o;
        char name[32], gain[32];

        snprintf(name, sizeof name, "share.%s", rings[i].set);
        snprintf(gain, sizeof gain, "gain.%s", rings[i].set);
        if (b->options.names == 0 ||
            (!bench_wants(b, name) && !bench_wants(b, gain)))
            continue;
        if (b->options.list) {
            printf("%s\n%s\n", name, gain);
            continue;
        }
        operations_open(&o, b, rings[i].set, rings[i].level);
        if (bench_wants(b, gain))
            add_gain(&o, gain);
        if (bench_wants(b, name))
            shares(&o, name);
        operations_close(&o);
    }
}
