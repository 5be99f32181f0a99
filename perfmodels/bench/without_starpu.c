/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A build without StarPU measures kernels only. */
#include "bench.h"
#include "model.h"

#include <stdio.h>

const char *bench_starpu(void)
{
    return "none";
}

void bench_operations(struct bench *b)
{
    (void)b;
}

void bench_bootstrap(struct bench *b)
{
    (void)b;
}

void bench_schedulers(struct bench *b)
{
    (void)b;
    fprintf(stderr, "--sched: this build has no StarPU\n");
}

void bench_task(struct bench *b, struct sck_rates *rates)
{
    (void)b;
    rates->task_us = sck_rates_generic.task_us;
    rates->access_us = sck_rates_generic.access_us;
    rates->submit_us = sck_rates_generic.submit_us;
    rates->submit_access_us = sck_rates_generic.submit_access_us;
    rates->start_us = sck_rates_generic.start_us;
    rates->handed_bytes = rates->last_bytes;
    rates->full_start_us = sck_rates_generic.full_start_us;
}

void bench_shares(struct bench *b)
{
    (void)b;
}

void bench_predict(struct bench *b)
{
    (void)b;
    fprintf(stderr, "--predict: this build has no StarPU\n");
}

void bench_gains(struct bench *b)
{
    (void)b;
}

void bench_isas(struct bench *b)
{
    (void)b;
}
