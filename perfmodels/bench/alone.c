/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Whose the core is. Two threads of a processor's core share its caches, its
 * queues and its pipes; of a rented core the other thread is somebody else's,
 * and no clock or counter of this one tells when that one runs. The rate at
 * which words in the second cache are changed does: on Zen 4 it is 230 GB/s
 * alone and 150 beside another thread, and little between. */
#include "floors.h"
#include "repetitions.h"

#include <math.h>

/* Words that the second cache holds and the first does not; a sample takes some
 * microseconds. */
enum { WORDS = 1 << 15, PASSES = 6, SAMPLES = 3 };

double bench_near_rate_here(struct bench *b)
{
    const struct floor_loops *l = floor_loops_of(b->isa);
    double least = 0;

    floor_open_pool(b);

    for (int i = 0; i < SAMPLES; i++) {
        const double begin = bench_wall_us();

        for (int pass = 0; pass < PASSES; pass++)
            l->update(b->pool, WORDS);
        const double us = bench_wall_us() - begin;

        if (i == 0 || us < least)
            least = us;
    }
    const double rate = PASSES * (double)WORDS / least;

    if (rate > b->near_best[b->isa])
        b->near_best[b->isa] = rate;
    return rate;
}

struct probe {
    struct bench *b;
    double rate;
};

static void probe(void *argument)
{
    struct probe *p = argument;

    p->rate = bench_near_rate_here(p->b);
}

double bench_near_rate(struct bench *b)
{
    struct probe p = {b, 0};

    if (b->on_worker == NULL)
        return bench_near_rate_here(b);
    double least = 0;

    for (uint32_t worker = 0; worker < b->workers; worker++) {
        b->on_worker(worker, probe, &p);
        least = worker == 0 ? p.rate : fmin(least, p.rate);
    }
    return least;
}
