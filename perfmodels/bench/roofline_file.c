/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The picture of an earlier run: its rows are in a file; what a kernel's call
 * computes and moves, the lists of kernels that make rows say again. */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int bench_roofline(struct bench *b)
{
    const struct bench_options *const o = &b->options;
    size_t drawn = 0;
    int rc = report_read(&b->report, o->roofline) == 0 ? 0 : 1;

    for (b->options.logn = 13; rc == 0 && b->options.logn <= 16;
         b->options.logn++)
        bench_kernels(b);
    for (size_t i = 0; i < b->report.count; i++)
        drawn += b->report.rows[i].operations > 0;
    if (rc == 0 && drawn == 0) {
        fprintf(stderr, "%s has no row of a kernel\n", o->roofline);
        rc = 1;
    }
    if (rc == 0 && report_svg(&b->report, o->svg) != 0) {
        fprintf(stderr, "%s: %s\n", o->svg, strerror(errno));
        rc = 1;
    }
    report_free(&b->report);
    return rc;
}
