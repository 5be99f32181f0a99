/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The rates that every other row is held against, on the core and in the run
 * that measures the kernels. */
#include "floors.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct floor_loops *floor_loops_of(enum sck_isa isa)
{
#if defined(__x86_64__)
    if (isa == SCK_ISA_AVX512)
        return &floor_loops_avx512;
    if (isa == SCK_ISA_AVX2)
        return &floor_loops_avx2;
#endif
    (void)isa;
    return &floor_loops_ref;
}

enum { ROUNDS = 1000 };

static void loop_work(void *context, uint64_t round)
{
    floor_loop *const *loop = context;

    (void)round;
    (*loop)(ROUNDS);
}

/* Adds a row of amount / time in the unit, 10^9 or 10^6 a second; returns it a
 * second. */
static double rate(struct bench *b, const char *name, const char *unit,
                   struct spread us, double amount)
{
    struct row row = {.workers = 1};

    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    snprintf(row.unit, sizeof row.unit, "%s", unit);
    const double scale = unit[0] == 'M' ? 1 : 1000;

    row.value.median = amount / us.median / scale;
    row.value.min = amount / us.max / scale;
    row.value.max = amount / us.min / scale;
    row.floor = row.value.median;
    if (bench_wants(b, name))
        report_add(&b->report, &row);
    return 1e6 * scale * row.value.median;
}

static double loop_rate(struct bench *b, const char *name, const char *unit,
                        floor_loop *loop, double operations)
{
    return rate(b, name, unit, bench_time(b, loop_work, &loop),
                operations * ROUNDS);
}

/* The fastest way of copying is the floor. */
static double copy_rate(struct bench *b, const char *name,
                        struct floor_memory *m)
{
    struct spread best = {0};
    int best_way = 0;

    for (m->way = 0; m->way < 3; m->way++) {
        const struct spread s = bench_time(b, floor_copy, m);

        if (m->way == 0 || s.median < best.median) {
            best = s;
            best_way = m->way;
        }
    }
    m->way = best_way;
    return rate(b, name, "GB/s", best,
                2.0 * (double)m->step * sizeof(uint32_t));
}

static void memory_rates(struct bench *b, const struct floor_loops *loops)
{
    struct floor_memory m = {.loops = loops};
    const size_t words = b->pool_bytes / sizeof *m.words;

    m.words = b->pool;
    m.half = words / 2;
    m.step = 1u << 18;
    b->floor.copy_memory = copy_rate(b, "floor.copy.memory", &m);
    b->copy_way = m.way;
    m.half = words;
    b->floor.read_memory =
        rate(b, "floor.read.memory", "GB/s", bench_time(b, floor_read, &m),
             (double)m.step * sizeof *m.words);
    /* Source and destination fill half of the cache. */
    m.half = m.step = b->l2_bytes / 4 / sizeof *m.words & ~(size_t)255;
    b->floor.copy_l2 = copy_rate(b, "floor.copy.l2", &m);
    b->floor.update_l2 =
        rate(b, "floor.update.l2", "GB/s", bench_time(b, floor_update, &m),
             4.0 * (double)m.step * sizeof *m.words);
}

void bench_measure_floors(struct bench *b)
{
    static const char *const names[] = {
        "floor.butterfly", "floor.mac",         "floor.complex_butterfly",
        "floor.chacha20",  "floor.copy.memory", "floor.read.memory",
        "floor.copy.l2",   "floor.update.l2"};
    const struct floor_loops *l = floor_loops_of(b->isa);
    struct bench_floors *f = &b->floor;

    if (b->options.list) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (bench_wants(b, names[i]))
                puts(names[i]);
        return;
    }
    floor_open_pool(b);
    f->butterfly = loop_rate(b, names[0], "G/s", l->butterfly, l->butterflies);
    f->mac = loop_rate(b, names[1], "G/s", l->mac, l->macs);
    f->complex = loop_rate(b, names[2], "G/s", l->complex, l->complexes);
    f->chacha = loop_rate(b, names[3], "M/s", l->chacha, l->blocks);
    memory_rates(b, l);
}
