/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The demo's network under one scheduler, measured in a process of its own. */
#ifndef SCK_BENCH_NETWORK_H
#define SCK_BENCH_NETWORK_H

#include "bench.h"
#include "sck_client.h"
#include "sck_eval.h"
#include "sck_plan.h"
#include "sck_tensors.h"

enum { NETWORK_RUNS = 7 };

/** Plan, keys and one encrypted image: made once, without StarPU. */
struct network {
    int untraced; /**< times alone: idle and StarPU's shares are not known */
    uint32_t workers; /**< 0: all cores */
    sck_params *params;
    sck_plan *plan;
    sck_secret_key *secret;
    struct sck_limbs_keyset *keys;
    struct sck_limbs_ciphertext *image;
};

/** What each run took. */
struct network_runs {
    uint32_t workers, block;
    double makespan_us[NETWORK_RUNS];
    double alone_us[NETWORK_RUNS]; /**< as bench_since() */
    double idle[NETWORK_RUNS];     /**< share of the workers' time asleep     */
    double starpu[NETWORK_RUNS];   /**< share of their time outside of tasks  */
    double bytes[NETWORK_RUNS];    /**< moved between memories                */
    double tasks[NETWORK_RUNS];
};

/** A file of models/digits, from the source folder where the program runs in
 *  it, else from where the program is installed; without one the program ends.
 *  The caller's to free. */
sck_tensors *network_tensors(const char *name);
void network_open(struct network *w, const struct bench *b);
/** Another plan for the same parameters, now the network's to free; new keys.
 */
void network_replace(struct network *w, sck_plan *plan);
void network_close(struct network *w);

/** Starts StarPU with the scheduler, runs once for warmth, then measures. */
void network_measure(const struct network *w, const char *scheduler,
                     struct network_runs *out);

#endif
