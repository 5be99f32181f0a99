/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a traced bootstrap took, and how precise its result is. */
#include "bootstrap.h"

#include <math.h>

double bootstrap_peak_mib(const sck_run *run)
{
    size_t count;
    const struct sck_trace_event *e = sck_run_events(run, &count);
    uint64_t most = 0;

    for (size_t i = 0; i < count; i++)
        most = e[i].resident > most ? e[i].resident : most;
    return (double)most / (1 << 20);
}

double bootstrap_busy_share(const sck_run *run, uint32_t workers)
{
    size_t count;
    const struct sck_trace_event *e = sck_run_events(run, &count);
    double busy = 0, end = 0;

    for (size_t i = 0; i < count; i++) {
        busy += e[i].end_us - e[i].start_us;
        end = e[i].end_us > end ? e[i].end_us : end;
    }
    return end > 0 ? busy / end / workers : 0;
}

void bootstrap_measure(const double *got, const double *want, uint32_t slots,
                       int is_complex, struct precision *p)
{
    const uint32_t step = is_complex ? 1 : 2;

    p->bits_worst = INFINITY;
    p->bits_average = 0;
    for (uint32_t i = 0; i < 2 * slots; i += step) {
        const double bits = -log2(fabs(got[i] - want[i]) + 0x1p-80);

        p->bits_worst = fmin(p->bits_worst, bits);
        p->bits_average += bits / (2.0 * slots / step);
    }
}
