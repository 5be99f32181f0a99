/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Operations beside the floors of their own moments. */
#include "bench.h"

enum { QUICK = 7, LEAST = 11, MOST = 25 };

/* Operations of tens of milliseconds are repeated as long as this; before each
 * repetition they are done once more, as memory's rates leave nothing of theirs
 * in the caches. */
#define ENOUGH_US 2e6
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
        b->on_worker(look, &l);
    else
        look(&l);
    return l.us;
}

void bench_row_beside(struct bench *b, struct row row, bench_work *work,
                      void *context, const struct counted *counted)
{
    double us[MOST], floor[MOST], ratio[MOST], total = 0;
    const size_t least = b->options.quick ? QUICK : LEAST;
    const size_t most = b->options.quick ? QUICK : MOST;
    uint64_t round = 0;
    size_t count = 0;
    int is_short = 0;

    if (!bench_row_begins(b, &row))
        return;
    const uint64_t calls = bench_warm(b, work, context, &round);
    double before = bench_floor_now(b, counted, row.logn);

    while (count < least || (count < most && total < ENOUGH_US)) {
        if (is_short)
            (void)bench_repeat(b, work, context, &round, 1);
        us[count] = bench_repeat(b, work, context, &round, calls);
        total += us[count] * (double)calls;
        is_short = us[count] < SHORT_US;
        const double after = bench_floor_now(b, counted, row.logn);

        floor[count] = (before + after) / 2 / row.workers;
        ratio[count] = us[count] / floor[count];
        before = after;
        count++;
    }
    row.value = report_spread(us, count);
    row.floor = report_spread(floor, count).median;
    row.ratio = report_spread(ratio, count).median;
    report_add(&b->report, &row);
}
