/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words from a row of the pool to the next: as blocks' long rows lie
 * (memory/handles.c), not all in the same sets of the caches. */
static size_t pitch(const struct kernels *k)
{
    enum { GAP = 16, LONG_ROW = 1 << 13 };

    return k->n >= LONG_ROW ? k->n + GAP : k->n;
}

uint32_t *kernels_in(const struct kernels *k, uint64_t i)
{
    return k->pool + i % k->rows * pitch(k);
}

uint32_t *kernels_out(const struct kernels *k, uint64_t i)
{
    return k->pool + (k->rows + i % k->rows) * pitch(k);
}

struct row kernels_row(const struct kernels *k, const char *name,
                       uint32_t level, uint32_t limbs, uint32_t block)
{
    struct row row = {.logn = k->b->options.logn,
                      .level = level,
                      .limbs = limbs,
                      .workers = 1,
                      .block = block};

    snprintf(row.name, sizeof row.name, "%s", name);
    return row;
}

static void open_kernels(struct bench *b, struct kernels *k)
{
    uint32_t count, least = UINT32_MAX;

    *k = (struct kernels){.b = b, .n = 1u << b->options.logn};
    if (sck_params_named("b16-40", &k->params) != SCK_OK)
        bench_die("b16-40");
    const uint32_t *q = sck_params_primes(k->params, KERNEL_LEVEL, &k->limbs);
    const struct sck_key_class *c = sck_params_class(
        k->params, sck_params_class_of(k->params, KERNEL_LEVEL));

    k->special = c->special_count;
    memcpy(k->q, q, k->limbs * sizeof *q);
    memcpy(k->q + k->limbs, c->special, k->special * sizeof *q);
    if (bench_names_only(b))
        return;
    /* Conversions name level 0's and dropped primes, too. */
    q = sck_params_all_primes(k->params, &count);
    if (sck_ring_new(b->options.logn, q, count, &k->ring) != SCK_OK)
        bench_die("ring");
    for (uint32_t i = 0; i < count; i++)
        least = q[i] < least ? q[i] : least;
    k->rows = b->pool_bytes / (2 * pitch(k) * sizeof *k->pool);
    k->pool = bench_alloc(2 * k->rows * pitch(k) * sizeof *k->pool);
    bench_fill(b, k->pool, 2 * k->rows * pitch(k), least);
}

void bench_kernels(struct bench *b)
{
    struct kernels k;

    open_kernels(b, &k);
    kernels_bench_rows(&k);
    kernels_bench_elementwise(&k);
    kernels_bench_convert(&k);
    kernels_bench_switch(&k);
    kernels_bench_hoisted(&k);
    kernels_bench_sums(&k);
    kernels_bench_encode(&k);
    free(k.pool);
    sck_ring_free(k.ring);
    sck_params_free(k.params);
}
