/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rates of the moment: short samples of what floors.c measures at length. */
#include "floors.h"

static double seconds(double amount, double rate)
{
    return amount > 0 ? amount / rate : 0;
}

double counted_us(const struct bench_floors *f, const struct counted *c,
                  uint32_t logn)
{
    const double butterflies = c->ntts * logn / 2 * (double)(1u << logn);

    return 1e6 *
           (seconds(butterflies, f->butterfly) + seconds(c->macs, f->mac) +
            seconds(c->complex, f->complex) + seconds(c->blocks, f->chacha) +
            seconds(c->read, f->read_memory) +
            seconds(c->copied, f->copy_memory));
}

enum { SAMPLES = 5, ROUNDS = 100 };

/* A sample is so long that the clock's own time does not count. */
#define SAMPLE_SECONDS 4e-4

static void loop_work(void *context, uint64_t round)
{
    floor_loop *const *loop = context;

    (void)round;
    (*loop)(ROUNDS);
}

/* @param amount  of one call
 * @param known   the rate that the run began with
 * @return the rate now: the median of samples */
static double rate_now(const struct bench *b, bench_work *work, void *context,
                       double amount, double known)
{
    const uint64_t calls = 1 + (uint64_t)(SAMPLE_SECONDS * known / amount);
    double us[SAMPLES];
    uint64_t round = 0;

    for (int i = 0; i < SAMPLES; i++)
        us[i] = bench_repeat(b, work, context, &round, calls);
    return 1e6 * amount / report_spread(us, SAMPLES).median;
}

static void set_loop(const struct bench *b, floor_loop *loop, double operations,
                     double needed, double *rate)
{
    if (needed > 0)
        *rate = rate_now(b, loop_work, &loop, operations * ROUNDS, *rate);
}

struct bench_floors bench_floors_now(const struct bench *b,
                                     const struct counted *c)
{
    const struct floor_loops *l = floor_loops_of(b->isa);
    const size_t words = b->pool_bytes / sizeof *b->pool;
    struct floor_memory m = {l, b->pool, words / 2, 1u << 18, b->copy_way, 0};
    const double bytes = (double)m.step * sizeof *m.words;
    struct bench_floors f = b->floor;

    set_loop(b, l->butterfly, l->butterflies, c->ntts, &f.butterfly);
    set_loop(b, l->mac, l->macs, c->macs, &f.mac);
    set_loop(b, l->complex, l->complexes, c->complex, &f.complex);
    set_loop(b, l->chacha, l->blocks, c->blocks, &f.chacha);
    if (c->copied > 0)
        f.copy_memory = rate_now(b, floor_copy, &m, 2 * bytes, f.copy_memory);
    m.half = words;
    if (c->read > 0)
        f.read_memory = rate_now(b, floor_read, &m, bytes, f.read_memory);
    return f;
}
