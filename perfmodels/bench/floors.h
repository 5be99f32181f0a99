/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Register-only loops: what the kernels' inner instructions can do when no
 * word is loaded or stored. Each returns after `rounds` rounds of the stated
 * number of operations. Inputs pass through an empty asm, so that the compiler
 * can neither hoist the work nor leave it out; no chain runs from round to
 * round, so that it is throughput which is measured. */
#ifndef SCK_BENCH_FLOORS_H
#define SCK_BENCH_FLOORS_H

#include "bench.h"

#include <stddef.h>
#include <stdint.h>

typedef void floor_loop(uint64_t rounds);

struct floor_loops {
    floor_loop *butterfly, *mac, *complex, *chacha;
    /** Operations of one round of each. */
    double butterflies, macs, complexes, blocks;
    /** Sums n words (a multiple of 256): a read. */
    uint32_t (*read)(const uint32_t *x, size_t n);
    /** Copies n words; streaming writes past the caches when asked. */
    void (*copy)(uint32_t *to, const uint32_t *from, size_t n, int streaming);
    /** Changes n words in place. */
    void (*update)(uint32_t *x, size_t n);
};

/** Those of an instruction set. */
const struct floor_loops *floor_loops_of(enum sck_isa isa);

/** One half of a buffer or two, gone around step by step. */
struct floor_memory {
    const struct floor_loops *loops;
    uint32_t *words;
    size_t half; /**< words */
    size_t step; /**< words of one call, a divisor of half */
    int way;     /**< 0: plain stores, 1: streaming, 2: memcpy */
    uint32_t sum;
};

/* bench_work on a struct floor_memory. */
void floor_copy(void *context, uint64_t round);
void floor_read(void *context, uint64_t round);
void floor_update(void *context, uint64_t round);

/** Sets b's cache sizes and makes the pool, four times the last cache, within
 *  reason: a virtual machine may claim a cache that it shares. Once. */
void floor_open_pool(struct bench *b);

extern const struct floor_loops floor_loops_ref;
extern const struct floor_loops floor_loops_avx2;
extern const struct floor_loops floor_loops_avx512;

#endif
