/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the kernels' rows share: primes, random rows, floors of counted work. */
#ifndef SCK_BENCH_KERNELS_H
#define SCK_BENCH_KERNELS_H

#include "bench.h"
#include "ring.h"
#include "sck_params.h"

enum { KERNEL_LEVEL = 26, KERNEL_GRAIN = 4, KERNEL_LIMBS = 80 };

struct kernels {
    struct bench *b;
    sck_params *params; /**< b16-40's primes, whatever the ring */
    const struct sck_ring *ring;
    uint32_t n;
    uint32_t q[KERNEL_LIMBS]; /**< the level's primes, then P */
    uint32_t limbs, special;  /**< of the level, of P         */
    uint32_t *pool; /**< rows below every prime; the second half is written */
    size_t rows;    /**< of each half */
};

/** Row i of what is read (written), around the pool. */
uint32_t *kernels_in(const struct kernels *k, uint64_t i);
uint32_t *kernels_out(const struct kernels *k, uint64_t i);

/** The row of a kernel, without times: for bench_row(). */
struct row kernels_row(const struct kernels *k, const char *name,
                       uint32_t level, uint32_t limbs, uint32_t block);

void kernels_bench_rows(const struct kernels *k);
void kernels_bench_elementwise(const struct kernels *k);
void kernels_bench_convert(const struct kernels *k);
void kernels_bench_switch(const struct kernels *k);
void kernels_bench_hoisted(const struct kernels *k);
void kernels_bench_sums(const struct kernels *k);
void kernels_bench_encode(const struct kernels *k);

#endif
