/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The rates that every other row is held against, on the core and in the run
 * that measures the kernels. */
#include "floors.h"
#include "bench.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct floor_loops *loops_of(enum sck_isa isa)
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

/* Two halves of one buffer. */
struct memory {
    const struct floor_loops *loops;
    uint32_t *words;
    size_t half; /* words */
    size_t step; /* words of one call, a divisor of half */
    int way;     /* 0: plain stores, 1: streaming, 2: memcpy */
    uint32_t sum;
};

static size_t at(const struct memory *m, uint64_t round)
{
    return round % (m->half / m->step) * m->step;
}

static void copy_work(void *context, uint64_t round)
{
    struct memory *m = context;
    uint32_t *to = m->words + at(m, round);
    const uint32_t *from = m->words + m->half + at(m, round);

    if (m->way == 2)
        memcpy(to, from, m->step * sizeof *to);
    else
        m->loops->copy(to, from, m->step, m->way);
}

static void read_work(void *context, uint64_t round)
{
    struct memory *m = context;

    m->sum += m->loops->read(m->words + at(m, round), m->step);
}

static void update_work(void *context, uint64_t round)
{
    struct memory *m = context;

    (void)round;
    m->loops->update(m->words, 2 * m->half);
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
static double copy_rate(struct bench *b, const char *name, struct memory *m)
{
    struct spread best = {0};

    for (m->way = 0; m->way < 3; m->way++) {
        const struct spread s = bench_time(b, copy_work, m);

        if (m->way == 0 || s.median < best.median)
            best = s;
    }
    return rate(b, name, "GB/s", best,
                2.0 * (double)m->step * sizeof(uint32_t));
}

static void memory_rates(struct bench *b, const struct floor_loops *loops)
{
    struct memory m = {.loops = loops};
    const size_t words = b->pool_bytes / sizeof *m.words;

    m.words = bench_alloc(b->pool_bytes);
    memset(m.words, 1, b->pool_bytes);
    m.half = words / 2;
    m.step = 1u << 18;
    b->floor.copy_memory = copy_rate(b, "floor.copy.memory", &m);
    m.half = words;
    b->floor.read_memory =
        rate(b, "floor.read.memory", "GB/s", bench_time(b, read_work, &m),
             (double)m.step * sizeof *m.words);
    /* Source and destination fill half of the cache. */
    m.half = m.step = b->l2_bytes / 4 / sizeof *m.words & ~(size_t)255;
    b->floor.copy_l2 = copy_rate(b, "floor.copy.l2", &m);
    b->floor.update_l2 =
        rate(b, "floor.update.l2", "GB/s", bench_time(b, update_work, &m),
             4.0 * (double)m.step * sizeof *m.words);
    free(m.words);
}

static size_t cache(hwloc_topology_t topology, hwloc_obj_type_t type,
                    size_t otherwise)
{
    const hwloc_obj_t at = hwloc_get_obj_by_type(topology, type, 0);

    return at != NULL && at->attr->cache.size > 0 ? at->attr->cache.size
                                                  : otherwise;
}

/* The pool is four times the last cache, within reason: a virtual machine may
 * claim a cache that it shares. */
static void look_at_caches(struct bench *b)
{
    hwloc_topology_t topology;
    size_t l3 = 32 << 20;

    b->l2_bytes = 1 << 20;
    if (hwloc_topology_init(&topology) == 0) {
        if (hwloc_topology_load(topology) == 0) {
            b->l2_bytes = cache(topology, HWLOC_OBJ_L2CACHE, b->l2_bytes);
            l3 = cache(topology, HWLOC_OBJ_L3CACHE, l3);
        }
        hwloc_topology_destroy(topology);
    }
    b->l3_bytes = l3;
    b->pool_bytes = 4 * l3;
    if (b->pool_bytes > (size_t)512 << 20)
        b->pool_bytes = (size_t)512 << 20;
    b->pool_bytes = b->pool_bytes >> 22 << 22;
    if (b->pool_bytes < (size_t)64 << 20)
        b->pool_bytes = (size_t)64 << 20;
}

void bench_measure_floors(struct bench *b)
{
    static const char *const names[] = {
        "floor.butterfly", "floor.mac",         "floor.complex_butterfly",
        "floor.chacha20",  "floor.copy.memory", "floor.read.memory",
        "floor.copy.l2",   "floor.update.l2"};
    const struct floor_loops *l = loops_of(b->isa);
    struct bench_floors *f = &b->floor;

    look_at_caches(b);
    if (b->options.list) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (bench_wants(b, names[i]))
                puts(names[i]);
        return;
    }
    f->butterfly = loop_rate(b, names[0], "G/s", l->butterfly, l->butterflies);
    f->mac = loop_rate(b, names[1], "G/s", l->mac, l->macs);
    f->complex = loop_rate(b, names[2], "G/s", l->complex, l->complexes);
    f->chacha = loop_rate(b, names[3], "M/s", l->chacha, l->blocks);
    memory_rates(b, l);
}
