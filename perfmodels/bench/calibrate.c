/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A machine's rates from the rows of a run: the kernels', not the floors'. */
#include "bench.h"
#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* Where each rate comes from; amount of one call is the row's operations, or
 * its bytes. */
static const char *const sources[] = {"ntt.l2",
                                      "elementwise.add",
                                      "elementwise.add.l2",
                                      "encode.embed",
                                      "sample_uniform",
                                      "elementwise.add.l3",
                                      "base_convert.12-16",
                                      "key_tile.3",
                                      "key_tile.6",
                                      "key_tile.9",
                                      "elementwise.add.shared"};

enum { SOURCES = sizeof sources / sizeof sources[0] };

void bench_calibrate_rows(struct bench_options *o)
{
    for (int i = 0; i < SOURCES && o->names < BENCH_NAMES; i++)
        o->name[o->names++] = sources[i];
}

static const struct row *named(const struct report *r, const char *name)
{
    for (size_t i = r->count; i-- > 0;)
        if (strcmp(r->rows[i].name, name) == 0)
            return &r->rows[i];
    return NULL;
}

/* What repetitions gave that had their core alone, if there were enough. */
static const struct row *row_of(const struct report *r, const char *name)
{
    char alone[sizeof r->rows->name];

    snprintf(alone, sizeof alone, "%s.alone", name);
    const struct row *const row = named(r, alone);

    return row != NULL ? row : named(r, name);
}

int bench_calibrate(struct bench *b)
{
    struct sck_rates rates = {0};
    double *const to[SOURCES] = {
        &rates.butterflies,   &rates.bytes,
        &rates.cache_bytes,   &rates.complex_butterflies,
        &rates.chacha_blocks, &rates.last_bytes,
        &rates.macs,          &rates.key_bytes[0],
        &rates.key_bytes[1],  &rates.key_bytes[2],
        &rates.shared_bytes};
    struct utsname host;
    const char *name = getenv("STARPU_HOSTNAME");

    for (int i = 0; i < SOURCES; i++) {
        const struct row *row = row_of(&b->report, sources[i]);

        if (row == NULL && to[i] == &rates.shared_bytes) {
            rates.shared_bytes = rates.bytes; /* one core */
            continue;
        }
        if (row == NULL) {
            fprintf(stderr, "--calibrate needs the row %s\n", sources[i]);
            return 1;
        }
        const int bytes = to[i] == &rates.bytes ||
                          to[i] == &rates.cache_bytes ||
                          to[i] == &rates.last_bytes ||
                          strncmp(sources[i], "key_tile", 8) == 0 ||
                          to[i] == &rates.shared_bytes;
        double us = row->value.min;

        /* Rows come from memory, which bytes stand for already; at least half
         * of the time are products. */
        if (to[i] == &rates.macs)
            us = fmax(us - 1e6 * row->bytes / rates.bytes, us / 2);
        *to[i] = 1e6 / us * (bytes ? row->bytes : row->operations);
    }
    rates.last_size = (double)b->l3_bytes;
    rates.read_bytes = b->floor.read_memory;
    bench_task(b, &rates);
    if (uname(&host) != 0 ||
        sck_rates_save(&rates, name != NULL ? name : host.nodename,
                       sck_isa_name(b->isa), b->options.calibrate) != SCK_OK) {
        fprintf(stderr, "--calibrate: %s\n", sck_last_error());
        return 1;
    }
    printf("of a task %.2f us and %.2f a handle, of its submission %.2f and "
           "%.2f; a run's start and end %.1f us, %.1f with a worker on every "
           "core; rates of %s written to %s\n",
           rates.task_us, rates.access_us, rates.submit_us,
           rates.submit_access_us, rates.start_us, rates.full_start_us,
           name != NULL ? name : host.nodename, b->options.calibrate);
    return 0;
}
