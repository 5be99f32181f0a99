/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which instruction set's kernels run. All variants of a kernel give the same
 * bits, so the choice changes speed only. */
#ifndef SCK_ISA_H
#define SCK_ISA_H

#include "sck_status.h"

/** Ordered: each includes those before it. */
enum sck_isa {
    SCK_ISA_REF,   /**< plain C                       */
    SCK_ISA_AVX2,  /**< AVX2                          */
    SCK_ISA_AVX512 /**< AVX-512 F, CD, BW, DQ, VL     */
};

/** The most this host (processor and operating system) can run. */
enum sck_isa sck_isa_detect(void);

/** "ref", "avx2" or "avx512": static storage; "unknown" for another value. */
const char *sck_isa_name(enum sck_isa isa);

/** What may run: sck_isa_detect(), but no more than the environment's
 *  STARCLOAK_ISA (one of the names above; unset or empty is no cap).
 *  @return SCK_ERR_ARGUMENT if STARCLOAK_ISA is another word; *isa is then
 *          SCK_ISA_REF */
sck_status sck_isa_allowed(enum sck_isa *isa);

/** Points every kernel (sck_ntt, ...) at its best allowed variant; before,
 *  they point at their ref. The first success counts, later calls do nothing.
 *  Thread-safe; no kernel may run meanwhile.
 *  @return what sck_isa_allowed() returns; after a failure nothing moved */
sck_status sck_kernels_init(void);

/** Points every kernel at its best variant up to isa, whatever was chosen
 *  before: for tests and benchmarks, which compare them. No kernel may run
 *  meanwhile; isa is at most sck_isa_detect(). */
void sck_kernels_use(enum sck_isa isa);

#endif
