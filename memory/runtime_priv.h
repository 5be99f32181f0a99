/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files of memory's runtime and codelets/submit.c share. */
#ifndef SCK_RUNTIME_PRIV_H
#define SCK_RUNTIME_PRIV_H

#include "block.h"

#include <pthread.h>
#include <starpu.h>
#include <stdatomic.h>

struct sck_block {
    starpu_data_handle_t handle;
    sck_session *session;
    uint32_t n, rows;
    struct sck_block *next, *previous; /* the session's list of live blocks */
};

struct sck_session {
    pthread_mutex_t lock; /* guards the list and the byte counts */
    struct sck_block *live;
    uint64_t blocks_alive, bytes_alive, bytes_peak, bytes_evicted;
    atomic_ullong tasks;
    uint32_t limbs_per_block;
    int swap_node; /* -1: none */
};

/* A number and a space for every worker there can be. */
#define SCK_CORES_BYTES (12 * STARPU_MAXCPUS)

/** Checks a number of workers against cores and StarPU's limit.
 *  @param[out] cores  where fewer workers than cores go, as
 *                     STARPU_WORKERS_COREID has it; "" for every core
 *  @return SCK_OK, SCK_ERR_ARGUMENT (too many), SCK_ERR_DEVICE */
sck_status sck_workers_place(uint32_t workers, char *cores);

#endif
