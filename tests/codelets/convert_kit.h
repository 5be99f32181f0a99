/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Conversions of every instruction set against the reference. */
#ifndef SCK_TEST_CONVERT_KIT_H
#define SCK_TEST_CONVERT_KIT_H

#include "base_convert.h"
#include "oracle.h"

/* Words, of every instruction set's rows, that are not the reference's. */
static inline unsigned
convert_differences(sck_base_convert_fn *run,
                    const struct sck_base_convert_args *args,
                    const struct sck_ring *ring, const struct oracle_rows *in,
                    const struct oracle_rows *want)
{
    unsigned wrong = 0;

    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        struct oracle_rows got;

        oracle_rows_new(&got, want->count, want->n);
        sck_kernels_use((enum sck_isa)isa);
        run(args, ring, got.row, oracle_in(in));
        wrong += !oracle_rows_equal(want, &got);
        oracle_rows_free(&got);
    }
    sck_kernels_use(SCK_ISA_REF);
    return wrong;
}

/* The same for rows of kind: 5 sources, and 9 targets, of which a kernel's
 * registers hold 8 together. */
static inline unsigned convert_alike(sck_base_convert_fn *reference,
                                     sck_base_convert_fn *run, uint32_t logn,
                                     int kind)
{
    enum { SOURCES = 5, TARGETS = 9 };
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t *const q = oracle_primes + 33;
    struct sck_base_convert_args args = {.ring = ring->id};
    struct oracle_rows in, want;

    oracle_rows_new(&in, SOURCES + 1, ring->n);
    oracle_rows_new(&want, TARGETS, ring->n);
    for (uint32_t i = 0; i < SOURCES; i++)
        sck_test_fill(in.row[i], ring->n, q[i], kind);
    for (uint32_t j = 0; j < ring->n; j++)
        in.row[SOURCES][j] = oracle_v(q, SOURCES, oracle_in(&in), j);
    sck_conversion_prepare(&args.conversion, q, SOURCES, oracle_primes + 20,
                           TARGETS);
    reference(&args, ring, want.row, oracle_in(&in));
    const unsigned wrong = convert_differences(run, &args, ring, &in, &want);

    oracle_rows_free(&in);
    oracle_rows_free(&want);
    sck_ring_free(ring);
    return wrong;
}

#endif
