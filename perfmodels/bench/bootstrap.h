/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Work of a bootstrap, counted where it is done. */
#ifndef SCK_BENCH_BOOTSTRAP_H
#define SCK_BENCH_BOOTSTRAP_H

#include "operations.h"

struct bootstrap_work {
    double ntts;            /**< limbs transformed, either way              */
    double conversion_macs; /**< products of base conversions               */
    double key_macs;        /**< products with keys                         */
    double plain_macs;      /**< products with diagonals                    */
    double key_switches;    /**< inner products with a key, all limbs       */
    double key_bytes;       /**< keys read                                  */
    double plain_bytes;     /**< diagonals read                             */
    double switched_bytes;  /**< what products with keys and diagonals write */
};

/** Counts from here on, in every kernel of every thread; then no more.
 *  @param special  a prime of every key's P: each key switch has it once */
void bootstrap_count_begin(uint32_t special, uint32_t n);
void bootstrap_count_end(struct bootstrap_work *work);

/** Of a traced run: the most that was resident; the workers' share spent in
 *  tasks, which is what two of them gain of what two copies, each with a worker
 *  of its own, would. */
double bootstrap_peak_mib(const sck_run *run);
double bootstrap_busy_share(const sck_run *run, uint32_t workers);

/** b16-40's bootstrap, ready to run: keys, matrices, an input; lives as long as
 *  the process. */
struct bootstrap *bootstrap_new(struct bench *b, uint32_t workers);
/** One bootstrap, waited for. */
void bootstrap_once(struct bootstrap *s);

/** Sets the least and the mean of -log2 |error| over slots; a real bootstrap
 *  says nothing of imaginary parts. */
void bootstrap_measure(const double *got, const double *want, uint32_t slots,
                       int is_complex, struct precision *p);

#endif
