/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What StarPU takes of a multiplication with relinearisation and rescale, in
 * rings of 2^13 to 2^16 and with blocks of several lengths: submission,
 * scheduling, waiting for the tasks before. */
#include "eval_priv.h"
#include "operations.h"
#include "repetitions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 15, GRAINS = 4, RINGS = 4, MOST_WORKERS = 2 };

static const struct {
    const char *set;
    uint32_t level;
} rings[RINGS] = {{"l13-30", 3}, {"l14-40", 7}, {"l15-40", 16}, {"b16-40", 25}};

/* The last is the session's own choice; 16 limbs are a digit at most. */
static const char *const grains[GRAINS] = {"1", "4", "16", NULL};

/* So long it is tried to have the cores alone. */
#define PATIENCE_US 8e6

/* Median shares over all repetitions and over those with the cores alone, 0
 * without enough of them; the grain, 0 where nothing was measured. */
struct cell {
    double share, alone;
    uint32_t grain;
};

static struct cell table[RINGS][MOST_WORKERS][GRAINS];

/* One multiplication, traced: 1 - kernels' time / (workers makespan).
 * @param total_us  gets the makespan added */
static double share_of(struct operations *o, double *total_us)
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
    *total_us += makespan;
    return 1 - busy / (o->workers * makespan);
}

static void add_share(struct operations *o, const char *name, struct cell *cell)
{
    static const struct repetitions_wanted wanted = {RUNS, RUNS, 0,
                                                     PATIENCE_US};
    struct repetitions r = {0};
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = o->workers,
                      .block = operations_grain(o)};
    double warm = 0;

    (void)share_of(o, &warm);
    while (repetitions_go_on(o->b, &r, &wanted)) {
        const double near = bench_near_rate(o->b);

        r.us[r.count] = share_of(o, &r.total);
        r.near[r.count++] = fmin(near, bench_near_rate(o->b));
    }
    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    snprintf(row.unit, sizeof row.unit, "share");
    repetitions_add(o->b, &row, &r);
    cell->share = row.value.median;
    cell->grain = row.block;
    if (repetitions_spread(o->b, &r, 1, &row) >= REPETITIONS_LEAST_ALONE)
        cell->alone = row.value.median;
}

static void shares(struct operations *o, const char *name,
                   struct cell cells[MOST_WORKERS][GRAINS])
{
    for (int g = 0; g < GRAINS; g++)
        for (uint32_t workers = 1; workers <= MOST_WORKERS; workers++) {
            if (grains[g] != NULL)
                setenv("STARCLOAK_LIMBS_PER_BLOCK", grains[g], 1);
            operations_start(o, workers);
            if (o->workers == workers)
                add_share(o, name, &cells[workers - 1][g]);
            operations_stop(o);
            unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
        }
}

static void print_table(const uint32_t *logn)
{
    puts("\nStarPU's share of a multiplication, %: median with the cores alone "
         "(over all)\n"
         "    N   workers           B = 1           B = 4           digit"
         "          chosen");
    for (int i = 0; i < RINGS; i++)
        for (int w = 0; w < MOST_WORKERS && logn[i] != 0; w++) {
            printf(" 2^%u %9d", logn[i], w + 1);
            for (int g = 0; g < GRAINS; g++) {
                const struct cell *const c = &table[i][w][g];

                printf("   %5.1f (%5.1f)", 100 * c->alone, 100 * c->share);
            }
            printf(", B = %u\n", table[i][w][GRAINS - 1].grain);
        }
}

void bench_shares(struct bench *b)
{
    uint32_t logn[RINGS] = {0}, measured = 0;

    for (size_t i = 0; i < RINGS; i++) {
        struct operations o;
        char name[32];

        snprintf(name, sizeof name, "share.%s", rings[i].set);
        if (b->options.names == 0 || !bench_wants(b, name))
            continue;
        if (b->options.list) {
            puts(name);
            continue;
        }
        operations_open(&o, b, rings[i].set, rings[i].level);
        logn[i] = o.logn;
        measured++;
        shares(&o, name, table[i]);
        operations_close(&o);
    }
    if (measured > 0)
        print_table(logn);
}
