/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Kernels that take limbs one by one: transforms, automorphism (four limbs, and
 * one), sampling. The plain rows go around buffers larger than the last cache;
 * ".l2" stays. */
#include "automorphism.h"
#include "intt.h"
#include "kernels.h"
#include "ntt.h"
#include "sample_uniform.h"

#include <math.h>
#include <string.h>

static void ntt(void *context, uint64_t round)
{
    const struct kernels *k = context;
    const struct sck_ntt_args args = {k->ring->id, 1, {k->q[0]}};
    uint32_t *out = kernels_out(k, round);
    const uint32_t *in = kernels_in(k, round);

    sck_ntt(&args, k->ring, &out, &in);
}

static void ntt_l2(void *context, uint64_t round)
{
    ntt(context, round & 0);
}

static void intt(void *context, uint64_t round)
{
    const struct kernels *k = context;
    const struct sck_ntt_args args = {k->ring->id, 1, {k->q[0]}};
    uint32_t *out = kernels_out(k, round);
    const uint32_t *in = kernels_in(k, round);

    sck_intt(&args, k->ring, &out, &in);
}

static void intt_l2(void *context, uint64_t round)
{
    intt(context, round & 0);
}

static void turn(const struct kernels *k, uint64_t first, uint32_t limbs)
{
    const struct sck_automorphism_args args = {k->ring->id, limbs, 5};
    uint32_t *out[KERNEL_GRAIN];
    const uint32_t *in[KERNEL_GRAIN];

    for (uint32_t i = 0; i < limbs; i++) {
        out[i] = kernels_out(k, first + i);
        in[i] = kernels_in(k, first + i);
    }
    sck_automorphism(&args, k->ring, out, in);
}

static void automorphism(void *context, uint64_t round)
{
    turn(context, round * KERNEL_GRAIN, KERNEL_GRAIN);
}

static void automorphism_l2(void *context, uint64_t round)
{
    (void)round;
    turn(context, 0, 1);
}

static void sample(void *context, uint64_t round)
{
    const struct kernels *k = context;
    struct sck_sample_uniform_args args = {.ring = k->ring->id,
                                           .limbs = 1,
                                           .q = {k->q[0]},
                                           .kind = SCK_SEED_GALOIS,
                                           .galois = 5,
                                           .montgomery = 1};
    uint32_t *out = kernels_out(k, round);

    memset(args.seed, 7, sizeof args.seed);
    sck_sample_uniform(&args, k->ring, &out);
}

/* ChaCha20 blocks of one limb, by the definition's round: those that hold one
 * of the words that the rounds before rejected, each with probability p. */
static double blocks_read(const struct kernels *k, double q)
{
    const double p = 1 - q * floor(0x1p32 / q) / 0x1p32;
    double share = 1;

    for (double rejected = p; rejected > 1e-12; rejected *= p)
        share += 1 - pow(1 - rejected, 16);
    return k->n / 16.0 * share;
}

void kernels_bench_rows(const struct kernels *k)
{
    struct bench *b = k->b;
    const uint32_t logn = b->options.logn;
    const double n = k->n, bytes = 8 * n;
    const double transform =
        counted_us(&b->floor, &(struct counted){.ntts = 1}, logn);
    static const struct {
        const char *name;
        bench_work *work;
    } transforms[] = {
        {"ntt", ntt}, {"ntt.l2", ntt_l2}, {"intt", intt}, {"intt.l2", intt_l2}};
    struct row row;

    for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++) {
        row = kernels_row(k, transforms[i].name, 0, 1, 1);
        row.operations = n * logn / 2;
        row.bytes = bytes;
        strcpy(row.kind, "butterfly");
        bench_row(b, row, transforms[i].work, (void *)k, transform);
    }
    row = kernels_row(k, "automorphism", 0, KERNEL_GRAIN, KERNEL_GRAIN);
    row.operations = KERNEL_GRAIN * n;
    row.bytes = KERNEL_GRAIN * bytes;
    strcpy(row.kind, "mac");
    bench_row(
        b, row, automorphism, (void *)k,
        counted_us(&b->floor, &(struct counted){.copied = row.bytes}, logn));
    row = kernels_row(k, "automorphism.l2", 0, 1, 1);
    row.operations = n;
    row.bytes = bytes;
    strcpy(row.kind, "mac");
    bench_row(b, row, automorphism_l2, (void *)k,
              1e6 * bytes / (b->floor.copy_l2 + 1));
    row = kernels_row(k, "sample_uniform", 0, 1, 1);
    row.operations = n / 16;
    row.bytes = 4 * n;
    strcpy(row.kind, "chacha");
    bench_row(b, row, sample, (void *)k,
              counted_us(&b->floor,
                         &(struct counted){.blocks = blocks_read(k, k->q[0])},
                         logn));
}
