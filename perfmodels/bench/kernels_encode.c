/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Both halves of encoding: slots to coefficients, coefficients to limbs. */
#include "encode.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

struct encode {
    const struct kernels *k;
    double *values;
    int64_t *coefficients;
};

static void embed(void *context, uint64_t round)
{
    const struct encode *e = context;
    const struct sck_encode_args args = {e->k->ring->id, e->k->n / 2, 0x1p40};

    (void)round;
    sck_encode_embed(&args, e->k->ring, e->coefficients, e->values);
}

static void limbs(void *context, uint64_t round)
{
    const struct encode *e = context;
    const struct kernels *k = e->k;
    struct sck_encode_limbs_args args = {
        .ring = k->ring->id, .limbs = KERNEL_GRAIN, .montgomery = 1};
    uint32_t *out[KERNEL_GRAIN];

    memcpy(args.q, k->q, KERNEL_GRAIN * sizeof *args.q);
    for (uint32_t i = 0; i < KERNEL_GRAIN; i++)
        out[i] = kernels_out(k, KERNEL_GRAIN * round + i);
    sck_encode_limbs(&args, k->ring, out, e->coefficients);
}

void kernels_bench_encode(const struct kernels *k)
{
    struct bench *b = k->b;
    const uint32_t logn = b->options.logn;
    const double n = k->n;
    struct encode e = {k, bench_alloc(k->n * sizeof *e.values),
                       bench_alloc(k->n * sizeof *e.coefficients)};
    struct row row = kernels_row(k, "encode.embed", 0, 0, 0);

    for (uint32_t i = 0; i < k->n; i++) {
        e.values[i] = (double)(bench_random(b) >> 11) * 0x1p-53 - .5;
        e.coefficients[i] = (int64_t)(e.values[i] * 0x1p50);
    }
    row.operations = n / 4 * (logn - 1);
    row.bytes = 16 * n;
    strcpy(row.kind, "complex");
    bench_row(b, row, embed, &e,
              counted_us(&b->floor,
                         &(struct counted){.complex = row.operations}, logn));
    row = kernels_row(k, "encode.limbs", 0, KERNEL_GRAIN, KERNEL_GRAIN);
    row.operations = KERNEL_GRAIN * n * logn / 2;
    row.bytes = (8 + 4.0 * KERNEL_GRAIN) * n;
    strcpy(row.kind, "butterfly");
    bench_row(
        b, row, limbs, &e,
        counted_us(&b->floor, &(struct counted){.ntts = KERNEL_GRAIN}, logn));
    free(e.values);
    free(e.coefficients);
}
