/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Base conversion and what is built on it, one block of destinations. */
#include "base_convert.h"
#include "decompose.h"
#include "kernels.h"
#include "mod_down.h"
#include "mod_raise.h"
#include "rescale.h"

#include <stdio.h>
#include <string.h>

enum { DIGIT = 12 };

struct convert {
    const struct kernels *k;
    uint32_t sources, targets;
    struct sck_base_convert_args plain;
    struct sck_rescale_args scaled;
    struct sck_decompose_args decompose;
    sck_rescale_fn *divide;
    sck_base_convert_fn *raise;
};

/* Rows of one call, around the pool: sources with v, then destinations. */
struct rows {
    const uint32_t *in[SCK_MAX_SOURCES + 1], *own[SCK_BLOCK_LIMBS];
    uint32_t *out[SCK_MAX_SOURCES + 1];
};

static void choose(const struct convert *c, uint64_t round, struct rows *rows)
{
    const uint32_t step = c->sources + 1 + c->targets;

    for (uint32_t i = 0; i <= c->sources; i++)
        rows->in[i] = kernels_in(c->k, round * step + i);
    for (uint32_t i = 0; i < c->targets; i++) {
        rows->own[i] = kernels_in(c->k, round * step + c->sources + 1 + i);
        rows->out[i] = kernels_out(c->k, round * step + i);
    }
}

static void convert(void *context, uint64_t round)
{
    const struct convert *c = context;
    struct rows rows;

    choose(c, round, &rows);
    c->raise(&c->plain, c->k->ring, rows.out, rows.in);
}

static void divide(void *context, uint64_t round)
{
    const struct convert *c = context;
    struct rows rows;

    choose(c, round, &rows);
    c->divide(&c->scaled, c->k->ring, rows.out, rows.in, rows.own);
}

static void decompose(void *context, uint64_t round)
{
    const struct convert *c = context;
    struct rows rows;

    choose(c, round, &rows);
    for (uint32_t i = 0; i <= c->sources; i++)
        rows.out[i] = kernels_out(c->k, round * (c->sources + 1) + i);
    sck_decompose(&c->decompose, c->k->ring, rows.out, rows.in);
}

/* Floors: ntts transforms, terms products for every target. */
static void add(struct convert *c, const char *name, bench_work *work,
                uint32_t limbs, double ntts, double terms)
{
    struct bench *b = c->k->b;
    struct row row = kernels_row(c->k, name, KERNEL_LEVEL, limbs, limbs);
    const struct counted count = {.ntts = ntts, .macs = terms * c->k->n};

    row.operations =
        ntts > 0 ? ntts * b->options.logn / 2 * c->k->n : count.macs;
    snprintf(row.kind, sizeof row.kind, ntts > 0 ? "butterfly" : "mac");
    row.bytes = 4.0 * c->k->n * (c->sources + 1 + limbs);
    bench_row(b, row, work, c, counted_us(&b->floor, &count, b->options.logn));
}

static void conversion(const struct kernels *k, const char *name,
                       uint32_t targets)
{
    struct convert c = {.k = k, .sources = DIGIT, .targets = targets};

    c.raise = sck_base_convert;
    c.plain.ring = k->ring != NULL ? k->ring->id : 0;
    sck_conversion_prepare(&c.plain.conversion, k->q, DIGIT, k->q + DIGIT,
                           targets);
    add(&c, name, convert, targets, 0, (DIGIT + 1.0) * targets);
}

static void raising(const struct kernels *k)
{
    struct convert c = {.k = k, .targets = KERNEL_GRAIN};
    const uint32_t *bottom = sck_params_primes(k->params, 0, &c.sources);

    c.raise = sck_mod_raise;
    c.plain.ring = k->ring != NULL ? k->ring->id : 0;
    sck_conversion_prepare(&c.plain.conversion, bottom, c.sources, k->q,
                           KERNEL_GRAIN);
    add(&c, "mod_raise", convert, KERNEL_GRAIN, KERNEL_GRAIN,
        (c.sources + 1.0) * KERNEL_GRAIN);
}

/* The first primes of the level below that rescaling neither drops nor adds. */
static void dividing(const struct kernels *k, const char *name, int by_special)
{
    struct convert c = {.k = k, .targets = KERNEL_GRAIN};
    uint32_t added_count, below, kept[KERNEL_GRAIN], count = 0;
    const uint32_t *added =
        sck_params_added(k->params, KERNEL_LEVEL, &added_count);
    const uint32_t *dropped =
        sck_params_dropped(k->params, KERNEL_LEVEL, &c.sources);
    const uint32_t *primes =
        sck_params_primes(k->params, KERNEL_LEVEL - 1, &below);

    if (by_special) {
        dropped = k->q + k->limbs;
        c.sources = k->special;
        added_count = 0;
    }
    for (uint32_t i = 0; i < below && count < KERNEL_GRAIN; i++) {
        int is_added = 0;

        for (uint32_t j = 0; j < added_count; j++)
            is_added |= primes[i] == added[j];
        if (!is_added)
            kept[count++] = primes[i];
    }
    c.divide = by_special ? sck_mod_down : sck_rescale;
    sck_rescale_prepare(&c.scaled, k->ring != NULL ? k->ring->id : 0, dropped,
                        c.sources, added, added_count, kept, count);
    add(&c, name, divide, KERNEL_GRAIN, KERNEL_GRAIN,
        (c.sources + 1.0) * KERNEL_GRAIN);
}

void kernels_bench_convert(const struct kernels *k)
{
    struct convert c = {.k = k, .sources = DIGIT};

    conversion(k, "base_convert.12-4", 4);
    conversion(k, "base_convert.12-16", 16);
    sck_decompose_prepare(&c.decompose, k->ring != NULL ? k->ring->id : 0, k->q,
                          DIGIT, NULL, 0);
    c.decompose.ntt_domain = 1;
    add(&c, "decompose", decompose, DIGIT, DIGIT, DIGIT);
    dividing(k, "rescale", 0);
    dividing(k, "mod_down", 1);
    raising(k);
}
