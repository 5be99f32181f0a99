/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a core reads and overwrites that another has just written: inverse
 * transforms of one limb, as in the second cache (intt.l2) but for that. Cores
 * that share no last cache, and virtual ones that the host moves apart, take
 * twice as long. */
#include "intt.h"
#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { ROUNDS = 201 };

/* Takes turns with a thread on the other cores: that one writes both rows. */
struct handed {
    const struct kernels *k;
    int core;
    atomic_int turn; /* 0: this core's, 1: the others', 2: the end */
};

static void leave_core(int core)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t others;

    CPU_ZERO(&others);
    for (int i = 0; i < cores; i++)
        if (i != core)
            CPU_SET((size_t)i, &others);
    (void)sched_setaffinity(0, sizeof others, &others);
}

static void *write_there(void *context)
{
    struct handed *h = context;
    uint32_t *in = kernels_in(h->k, 0), *out = kernels_out(h->k, 0);

    leave_core(h->core);
    for (int turn; (turn = atomic_load(&h->turn)) != 2;) {
        if (turn == 0)
            continue;
        for (uint32_t j = 0; j < h->k->n; j++) {
            out[j] = in[j];
            in[j] ^= 1;
        }
        atomic_store(&h->turn, 0);
    }
    return NULL;
}

static double round_us(struct handed *h)
{
    const struct kernels *k = h->k;
    const struct sck_ntt_args args = {k->ring->id, 1, {k->q[0]}};
    uint32_t *out = kernels_out(k, 0);
    const uint32_t *in = kernels_in(k, 0);

    atomic_store(&h->turn, 1);
    while (atomic_load(&h->turn) != 0)
        ;
    const double begin = bench_wall_us();

    sck_intt(&args, k->ring, &out, &in);
    return bench_wall_us() - begin;
}

void kernels_bench_handed(const struct kernels *k)
{
    struct row row = kernels_row(k, "intt.handed", 0, 1, 1);
    struct handed h = {.k = k, .core = sched_getcpu()};
    double us[ROUNDS];
    pthread_t thread;

    if (!bench_wants(k->b, row.name) || sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return;
    if (k->b->options.list) {
        puts(row.name);
        return;
    }
    if (pthread_create(&thread, NULL, write_there, &h) != 0)
        return;
    for (int i = 0; i < ROUNDS; i++)
        us[i] = round_us(&h);
    atomic_store(&h.turn, 2);
    pthread_join(thread, NULL);
    row.operations = (double)k->b->options.logn / 2 * k->n;
    row.bytes = 8.0 * k->n;
    snprintf(row.kind, sizeof row.kind, "butterfly");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(k->b->isa));
    snprintf(row.unit, sizeof row.unit, "us");
    row.value = report_spread(us, ROUNDS);
    report_add(&k->b->report, &row);
}
