/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Measures kernels and operations against floors measured in the same run. */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int written(int rc, const char *path)
{
    if (rc == 0)
        return 0;
    fprintf(stderr, "%s: %s\n", path, errno != 0 ? strerror(errno) : "failed");
    return 1;
}

/* Every name must have found something.
 * @return the exit status: 2, named, for those that have not */
static int found(const struct bench *b)
{
    const struct bench_options *o = &b->options;
    int rc = 0;

    for (uint32_t i = 0; i < o->names; i++) {
        size_t row = 0;

        while (row < b->report.count &&
               strncmp(b->report.rows[row].name, o->name[i],
                       strlen(o->name[i])) != 0)
            row++;
        if (row == b->report.count) {
            fprintf(stderr, "no row is called %s; --list tells the names\n",
                    o->name[i]);
            rc = 2;
        }
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct bench b = {.random = 20240229};
    const int usage = bench_options_read(argc, argv, &b.options);
    const struct bench_options *o = &b.options;
    int rc = 0;

    if (usage != 0)
        return usage < 0 ? 0 : usage;
    if (o->roofline != NULL)
        return bench_roofline(&b);
    if (o->calibrate != NULL)
        bench_calibrate_rows(&b.options);
    if (sck_kernels_init() != SCK_OK)
        bench_die("kernels");
    if (!o->list)
        report_head(bench_starpu());
    b.isa = o->isa_last;
    if (o->sched != NULL)
        bench_schedulers(&b);
    if (o->predict)
        bench_predict(&b);
    for (int isa = (int)o->isa_first;
         o->sched == NULL && !o->predict && isa <= (int)o->isa_last; isa++) {
        b.isa = (enum sck_isa)isa;
        sck_kernels_use(b.isa);
        b.time = BENCH_THREAD;
        bench_pin();
        bench_measure_floors(&b);
        bench_kernels(&b);
        bench_unpin();
        bench_operations(&b);
        bench_bootstrap(&b);
        bench_shares(&b);
        bench_gains(&b);
        if (o->list)
            break;
    }
    if (o->sched == NULL && !o->predict)
        bench_isas(&b);
    if (!o->list) {
        rc = o->calibrate != NULL ? bench_calibrate(&b) : found(&b);
        if (rc == 0 && b.report.count == 0)
            rc = 2;
    }
    if (o->json != NULL)
        rc |= written(report_json(&b.report, o->json), o->json);
    if (o->svg != NULL)
        rc |= written(report_svg(&b.report, o->svg), o->svg);
    free(b.pool);
    report_free(&b.report);
    return b.failed ? 1 : rc;
}
