/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Work of a bootstrap, counted where it is done. */
#ifndef SCK_BENCH_BOOTSTRAP_H
#define SCK_BENCH_BOOTSTRAP_H

#include "operations.h"
#include "sck_bootstrap.h"
#include "submit.h"

struct bootstrap_work {
    double ntts;            /**< limbs transformed, either way              */
    double conversion_macs; /**< products of base conversions               */
    double key_macs;        /**< products with keys                         */
    double plain_macs;      /**< products with diagonals                    */
    double product_macs;    /**< products of ciphertexts, and multiples     */
    double key_switches;    /**< inner products with a key, all limbs       */
    double key_bytes;       /**< keys read                                  */
    double plain_bytes;     /**< diagonals read                             */
    double switched_bytes;  /**< what products with keys and diagonals write */
    double elementwise_bytes; /**< what sums of ciphertexts read and write  */
};

/** Counts from here on, in every kernel of every thread; then no more.
 *  @param special  a prime of every key's P: each key switch has it once
 *  @param work     SCK_CODELETS of them: by the codelet of the task */
void bootstrap_count_begin(uint32_t special, uint32_t n);
void bootstrap_count_end(struct bootstrap_work *work);
void bootstrap_work_add(struct bootstrap_work *to,
                        const struct bootstrap_work *work);
/** Without overlap: transforms, products, keys and diagonals read once, and
 *  what products with them write, which no cache holds, written and read; sums
 *  of ciphertexts by their bytes, as elementwise kernels alone. */
struct counted bootstrap_counted(const struct bootstrap_work *work);

/** A set, its keys and a message. */
struct bootstrap {
    struct operations o;
    const char *set;
    uint32_t slots;
    int saves;
    double key_bytes; /* of the evaluation keys, both halves */
    double *in, *out;
    sck_bootstrapper *bootstrapper;
    struct bootstrap_work work;
};

/** The set and its secret; one worker. slots 0: all of them. */
void bootstrap_open(struct bootstrap *s, struct bench *b, uint32_t slots);
void bootstrap_close(struct bootstrap *s);
/** A session with keys, matrices and an encrypted random message. */
void bootstrap_start(struct bootstrap *s, uint32_t workers, int saves);
void bootstrap_stop(struct bootstrap *s);
/** Messages by shape: random, 1, 0.5, +-1, random complex. */
void bootstrap_fill(struct bootstrap *s, uint32_t shape);
void bootstrap_encrypt(struct bootstrap *s);
/** Adds a row that is a number of the set, not a time. */
void bootstrap_number(struct bootstrap *s, const char *name, const char *unit,
                      double value, double floor);
/** Adds the row of one bootstrap after another, the floor of s->work. */
void bootstrap_time(struct bootstrap *s, const char *name);
/** One bootstrap in a traced run of its own, counted into s->work. */
void bootstrap_look(struct bootstrap *s);
/** The rows bootstrap.slots.*: sparse slots, measured beside predicted. */
void bootstrap_sparse(struct bench *b);
/** The rows bootstrap.stage.* and bootstrap.codelet.*, by name only. */
void bootstrap_stages(struct bench *b);

/** The row bootstrap.alone, by name only. */
void bootstrap_alone(struct bench *b);

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
