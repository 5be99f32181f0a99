/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks that raise a polynomial's digits once for several keys: sixteen
 * rotations of it, and a layer of a bootstrap's transforms, for four
 * destinations at level 26 of b16-40. Keys and diagonals come from memory.
 * Floors as for a key switch: transforms, multiply-adds, bytes of keys and
 * diagonals; the rows in and out of a task count for nothing. */
#include "hoisted_diagonals.h"
#include "kernels_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 16, BABIES = 8, GIANTS = 4, HALVES = 2 };

struct hoisted {
    const struct kernels *k;
    uint32_t rows_in;
    struct sck_hoisted_diagonals_args args;
    uint32_t rows;   /* of keys and diagonals, of one call    */
    uint32_t sets;   /* of rows, together as large as half the pool, or one */
    uint32_t *words; /* sets */
};

/* Rows in: digits, then both halves of the block's own limbs; out. */
struct lists {
    const uint32_t *in[SCK_MAX_SWITCHED + SCK_MAX_DIGITS];
    const uint32_t *own[HALVES * KERNEL_GRAIN];
    const uint32_t **set;
    uint32_t *out[HALVES * KERNEL_GRAIN * KEYS];
};

static void choose(const struct hoisted *h, uint64_t round, struct lists *l)
{
    static const uint32_t *set[HALVES * SCK_MAX_DIGITS * KERNEL_GRAIN * KEYS];
    const uint64_t first = round * (h->rows_in + HALVES * KERNEL_GRAIN);
    const uint32_t *const words =
        h->words + round % h->sets * h->rows * (size_t)h->k->n;

    for (uint32_t i = 0; i < h->rows_in; i++)
        l->in[i] = kernels_in(h->k, first + i);
    for (uint32_t i = 0; i < HALVES * KERNEL_GRAIN; i++)
        l->own[i] = kernels_in(h->k, first + h->rows_in + i);
    for (uint32_t i = 0; i < HALVES * KERNEL_GRAIN * KEYS; i++)
        l->out[i] = kernels_out(h->k, round * HALVES * KERNEL_GRAIN * KEYS + i);
    for (uint32_t i = 0; i < h->rows; i++)
        set[i] = words + i * (size_t)h->k->n;
    l->set = set;
}

static void switches(void *context, uint64_t round)
{
    const struct hoisted *h = context;
    struct lists l;

    choose(h, round, &l);
    sck_hoisted_switch(&h->args.hoisted, h->k->ring, l.out, l.in, l.own, l.set,
                       NULL);
}

static void matrix(void *context, uint64_t round)
{
    const struct hoisted *h = context;
    struct lists l;

    choose(h, round, &l);
    sck_hoisted_diagonals(&h->args, h->k->ring, l.out, l.in, l.own, l.set,
                          l.set + h->rows - BABIES * GIANTS * KERNEL_GRAIN);
}

/* The rotations by 0 to 7 slots, four giant steps of all of them. */
static void describe_matrix(struct sck_hoisted_diagonals_args *a, uint32_t n)
{
    const struct sck_key_switch_args *const one = &a->hoisted.one;
    struct sck_diagonals_args *const m = &a->diagonals;

    m->ring = one->ring;
    m->limbs = one->targets;
    memcpy(m->q, one->t, sizeof m->q);
    m->babies = BABIES;
    m->giants = GIANTS;
    m->galois[0] = 1;
    for (uint32_t b = 1; b < BABIES; b++)
        m->galois[b] = 5 * m->galois[b - 1] % (2 * n);
}

static void add(const struct kernels *k, const char *name, bench_work *work,
                uint32_t keys, uint32_t diagonals)
{
    struct bench *const b = k->b;
    struct row row =
        kernels_row(k, name, KERNEL_LEVEL, KERNEL_GRAIN, KERNEL_GRAIN);
    struct hoisted h = {.k = k};
    struct kernels_blocks blocks;
    struct counted count = {0};
    const double n = k->n;

    if (!bench_wants(b, name))
        return;
    kernels_cut(k, &blocks);
    h.rows_in = blocks.rows_in;
    h.args.hoisted.one = blocks.args[0];
    h.args.hoisted.keys = keys;
    free(blocks.args);
    struct sck_key_switch_args *const one = &h.args.hoisted.one;

    for (uint32_t i = 0; i < one->targets; i++)
        one->factor[i] = 12345678;
    describe_matrix(&h.args, k->n);
    for (uint32_t d = 1; d < one->digits; d++)
        count.macs += (one->sources[d] + 1.0) * one->targets * n;
    count.ntts = (one->digits - 1.0) * one->targets;
    h.rows = HALVES * one->digits * one->targets * keys;
    count.macs += h.rows * n;
    h.rows += diagonals * one->targets;
    count.macs += HALVES * diagonals * one->targets * n;
    count.read = 4 * n * h.rows;
    row.operations = count.macs;
    strcpy(row.kind, "mac");
    row.bytes = count.read + 4 * n *
                                 (h.rows_in + HALVES * one->targets *
                                                  (diagonals != 0 ? GIANTS + 1.0
                                                                  : keys + .5));
    if (!bench_names_only(b)) {
        const size_t bytes = 4 * (size_t)k->n * h.rows;

        h.sets = (uint32_t)((b->pool_bytes / 2 + bytes - 1) / bytes);
        h.words = bench_alloc(h.sets * bytes);
        for (size_t i = 0; i < (size_t)h.sets * h.rows; i++)
            memcpy(h.words + i * k->n, kernels_in(k, i), 4 * (size_t)k->n);
    }
    bench_row(b, row, work, &h, counted_us(&b->floor, &count, b->options.logn));
    free(h.words);
}

void kernels_bench_hoisted(const struct kernels *k)
{
    add(k, "hoisted_switch", switches, KEYS, 0);
    add(k, "hoisted_diagonals", matrix, BABIES - 1, BABIES * GIANTS);
}
