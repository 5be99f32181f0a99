/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Operations beside the floors of their own moments. */
#include "repetitions.h"

#include <math.h>

enum { QUICK = 7, LEAST = 11, USUAL = 25 };

/* Operations of tens of milliseconds are repeated as long as this; before each
 * repetition they are done once more, as memory's rates leave nothing of theirs
 * in the caches. */
#define ENOUGH_US 2e6
#define PATIENCE_US 1.2e7
#define SHORT_US 1e5

struct look {
    struct bench *b;
    const struct counted *counted;
    uint32_t logn;
    double us;
};

/* Of a thread's own time: other programs' turns are not the core's rate. */
static void look(void *argument)
{
    struct look *l = argument;
    const enum bench_time_of time = l->b->time;

    l->b->time = BENCH_THREAD;
    const struct bench_floors now = bench_floors_now(l->b, l->counted);

    l->b->time = time;
    l->us = counted_us(&now, l->counted, l->logn);
}

double bench_floor_now(struct bench *b, const struct counted *counted,
                       uint32_t logn)
{
    struct look l = {b, counted, logn, 0};

    if (b->on_worker != NULL)
        b->on_worker(0, look, &l);
    else
        look(&l);
    return l.us;
}

void bench_row_beside(struct bench *b, struct row row, bench_work *work,
                      void *context, const struct counted *counted)
{
    const struct repetitions_wanted wanted = {b->options.quick ? QUICK : LEAST,
                                              USUAL, ENOUGH_US,
                                              PATIENCE_US / row.workers};
    struct repetitions r = {0};
    uint64_t round = 0;

    if (!bench_row_begins(b, &row))
        return;
    const uint64_t calls = bench_warm(b, work, context, &round);
    double before = bench_floor_now(b, counted, row.logn);

    while (repetitions_go_on(b, &r, &wanted)) {
        if (r.count > 0 && r.us[r.count - 1] < SHORT_US)
            (void)bench_repeat(b, work, context, &round, 1);
        const double near = bench_near_rate(b);
        const double us = bench_repeat(b, work, context, &round, calls);

        r.us[r.count] = us;
        r.near[r.count] = fmin(near, bench_near_rate(b));
        const double after = bench_floor_now(b, counted, row.logn);

        r.floor[r.count++] = (before + after) / 2 / row.workers;
        r.total += us * (double)calls;
        before = after;
    }
    repetitions_add(b, &row, &r);
}
