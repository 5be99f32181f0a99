/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sums and products of several polynomials, four limbs of each around buffers
 * larger than the last cache. Floors: the bytes that they read and write, as
 * many read as are written at a copy's rate, the others at that of reading. */
#include "automorphism_sum.h"
#include "combination.h"
#include "diagonals.h"
#include "dot.h"
#include "kernels.h"
#include "tensor.h"

#include <stdio.h>
#include <string.h>

/* Sixteen terms of a sum of products with plaintexts; four giant steps of eight
 * babies, and their rotations' sum; a node of a polynomial: one product, three
 * multiples. */
enum { TERMS = 16, BABIES = 8, GIANTS = 4, PRODUCTS = 1, MULTIPLES = 3 };

/* Rows of one limb: what a call reads and writes. */
enum {
    MOST_READ = 64,
    MOST_WRITTEN = 8,
    TENSOR_READS = 4,
    DOT_READS = 3 * TERMS,
    DIAGONALS_READ = 2 * BABIES + 1 + BABIES * GIANTS,
    TURNS_READ = 2 * GIANTS,
    COMBINATION_READS = 4 * PRODUCTS + 2 * MULTIPLES
};

struct sum {
    const struct kernels *k;
    uint32_t reads, writes;
};

struct lists {
    const uint32_t *in[MOST_READ * KERNEL_GRAIN];
    uint32_t *out[MOST_WRITTEN * KERNEL_GRAIN];
};

static void choose(const struct sum *s, uint64_t round, struct lists *l)
{
    const uint32_t reads = s->reads * KERNEL_GRAIN;
    const uint32_t writes = s->writes * KERNEL_GRAIN;

    for (uint32_t i = 0; i < reads; i++)
        l->in[i] = kernels_in(s->k, round * reads + i);
    for (uint32_t i = 0; i < writes; i++)
        l->out[i] = kernels_out(s->k, round * writes + i);
}

/* galois[i]: the rotation by i slots. */
static void rotations(uint32_t *galois, uint32_t count, uint32_t n)
{
    galois[0] = 1;
    for (uint32_t i = 1; i < count; i++)
        galois[i] = 5 * galois[i - 1] % (2 * n);
}

static void tensor(void *context, uint64_t round)
{
    const struct sum *s = context;
    struct sck_tensor_args args = {s->k->ring->id, KERNEL_GRAIN, {0}};
    struct lists l;

    choose(s, round, &l);
    memcpy(args.q, s->k->q, KERNEL_GRAIN * sizeof *args.q);
    sck_tensor(&args, s->k->ring, l.out, l.in, l.in + 2 * KERNEL_GRAIN);
}

static void dot(void *context, uint64_t round)
{
    const struct sum *s = context;
    struct sck_dot_args args = {
        .ring = s->k->ring->id, .terms = TERMS, .limbs = KERNEL_GRAIN};
    struct lists l;

    choose(s, round, &l);
    memcpy(args.q, s->k->q, KERNEL_GRAIN * sizeof *args.q);
    sck_dot(&args, s->k->ring, l.out, l.in, l.in + TERMS * KERNEL_GRAIN);
}

static void diagonals(void *context, uint64_t round)
{
    const struct sum *s = context;
    struct sck_diagonals_args args = {.ring = s->k->ring->id,
                                      .limbs = KERNEL_GRAIN,
                                      .babies = BABIES,
                                      .giants = GIANTS};
    struct lists l;

    choose(s, round, &l);
    memcpy(args.q, s->k->q, KERNEL_GRAIN * sizeof *args.q);
    rotations(args.galois, BABIES, s->k->n);
    const uint32_t *const *const own = l.in + 2 * BABIES * KERNEL_GRAIN;

    sck_diagonals(&args, s->k->ring, l.out, l.in, own, own + KERNEL_GRAIN);
}

static void turns(void *context, uint64_t round)
{
    const struct sum *s = context;
    struct sck_automorphism_sum_args args = {
        .ring = s->k->ring->id, .limbs = KERNEL_GRAIN, .terms = GIANTS};
    struct lists l;

    choose(s, round, &l);
    memcpy(args.q, s->k->q, KERNEL_GRAIN * sizeof *args.q);
    rotations(args.galois, GIANTS, s->k->n);
    sck_automorphism_sum(&args, s->k->ring, l.out, l.in,
                         l.in + GIANTS * KERNEL_GRAIN);
}

static void combination(void *context, uint64_t round)
{
    const struct sum *s = context;
    struct sck_combination_args args = {.ring = s->k->ring->id,
                                        .limbs = KERNEL_GRAIN,
                                        .halves = 3,
                                        .products = PRODUCTS,
                                        .terms = MULTIPLES,
                                        .factor = 2};
    struct lists l;

    choose(s, round, &l);
    memcpy(args.q, s->k->q, KERNEL_GRAIN * sizeof *args.q);
    for (uint32_t i = 0; i < KERNEL_GRAIN; i++) {
        args.constant[i] = 7654321;
        for (uint32_t t = 0; t < MULTIPLES; t++)
            args.scalar[t][i] = 12345678;
    }
    sck_combination(&args, s->k->ring, l.out, l.in,
                    l.in + 4 * PRODUCTS * KERNEL_GRAIN);
}

void kernels_bench_sums(const struct kernels *k)
{
    static const struct {
        const char *name;
        bench_work *work;
        uint32_t reads, writes, operations; /* of a limb's coefficient */
    } sums[] = {
        {"tensor", tensor, TENSOR_READS, 3, 4},
        {"dot", dot, DOT_READS, 2, 2 * TERMS},
        {"diagonals", diagonals, DIAGONALS_READ, 2 * GIANTS,
         2 * BABIES * GIANTS},
        {"automorphism_sum", turns, TURNS_READ, 1, TURNS_READ},
        {"combination", combination, COMBINATION_READS, 3, COMBINATION_READS},
    };
    const double limbs = (double)KERNEL_GRAIN * k->n;

    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        struct sum s = {k, sums[i].reads, sums[i].writes};
        const struct counted count = {.read = 4 * limbs * (s.reads - s.writes),
                                      .copied = 8 * limbs * s.writes};
        struct row row = kernels_row(k, sums[i].name, KERNEL_LEVEL,
                                     KERNEL_GRAIN, KERNEL_GRAIN);

        row.operations = sums[i].operations * limbs;
        row.bytes = count.read + count.copied;
        snprintf(row.kind, sizeof row.kind, "mac");
        bench_row(k->b, row, sums[i].work, &s,
                  counted_us(&k->b->floor, &count, k->b->options.logn));
    }
}
