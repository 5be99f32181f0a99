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

#endif
