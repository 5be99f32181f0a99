/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The demo's network under every scheduler that StarPU has. Each is a process
 * of its own: one that hangs or aborts costs its row only. */
#include "network.h"

#include <poll.h>
#include <signal.h>
#include <starpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 300000 };

const char *bench_starpu(void)
{
    static char text[32];
    int major, minor, release;

    starpu_get_version(&major, &minor, &release);
    snprintf(text, sizeof text, "%d.%d.%d", major, minor, release);
    return text;
}

static _Noreturn void child(const struct network *w, const char *scheduler,
                            int to)
{
    struct network_runs runs;

    network_measure(w, scheduler, &runs);
    _exit(write(to, &runs, sizeof runs) == (ssize_t)sizeof runs ? 0 : 1);
}

/* 1 when the child answered; it has ended then, as otherwise. */
static int ask(const struct network *w, const char *scheduler,
               struct network_runs *runs)
{
    int ends[2], answered = 0;

    if (pipe(ends) != 0)
        return 0;
    fflush(NULL);
    const pid_t pid = fork();

    if (pid == 0) {
        close(ends[0]);
        child(w, scheduler, ends[1]);
    }
    close(ends[1]);
    if (pid > 0) {
        struct pollfd wait = {.fd = ends[0], .events = POLLIN};

        /* One write below PIPE_BUF: it arrives whole. */
        answered = poll(&wait, 1, PATIENCE_MS) == 1 &&
                   read(ends[0], runs, sizeof *runs) == (ssize_t)sizeof *runs;
        if (!answered)
            kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    close(ends[0]);
    return answered;
}

static void add(struct bench *b, const struct network *w, const char *scheduler,
                const char *what, const char *unit, double *values,
                const struct network_runs *runs)
{
    uint32_t ports;
    const struct sck_plan_port *in = sck_plan_inputs(w->plan, &ports);
    struct row row = {.logn = sck_params_logn(w->params),
                      .level = in->level,
                      .workers = runs->workers,
                      .block = runs->block};

    (void)sck_params_primes(w->params, in->level, &row.limbs);
    snprintf(row.name, sizeof row.name, "sched.%s%s", scheduler, what);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    snprintf(row.unit, sizeof row.unit, "%s", unit);
    row.value = report_spread(values, NETWORK_RUNS);
    report_add(&b->report, &row);
}

static void measure(struct bench *b, const struct network *w,
                    const char *scheduler)
{
    struct network_runs runs;

    if (isatty(2))
        fprintf(stderr, "\r\033[K%s ...", scheduler);
    if (!ask(w, scheduler, &runs)) {
        fprintf(stderr, "%s: no answer, left out\n", scheduler);
        return;
    }
    add(b, w, scheduler, "", "us", runs.makespan_us, &runs);
    add(b, w, scheduler, ".idle", "share", runs.idle, &runs);
    add(b, w, scheduler, ".starpu", "share", runs.starpu, &runs);
    add(b, w, scheduler, ".moved", "bytes", runs.bytes, &runs);
    add(b, w, scheduler, ".tasks", "tasks", runs.tasks, &runs);
}

void bench_schedulers(struct bench *b)
{
    struct starpu_sched_policy **policy =
        starpu_sched_get_predefined_policies();
    const char *asked = b->options.sched;
    struct network w;
    int found = 0;

    if (getenv("STARPU_SCHED") != NULL)
        fprintf(stderr, "STARPU_SCHED is set: it wins over every name here\n");
    network_open(&w, b);
    for (; *policy != NULL; policy++)
        if (strcmp(asked, "all") == 0 ||
            strcmp(asked, (*policy)->policy_name) == 0) {
            found = 1;
            measure(b, &w, (*policy)->policy_name);
        }
    if (!found)
        fprintf(stderr, "StarPU has no scheduler \"%s\"; all runs each\n",
                asked);
    network_close(&w);
}
