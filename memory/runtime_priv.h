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

/** Takes over the allocation of StarPU's blocks in main memory (buffers.c).
 *  @param keep  whether freed ones are kept: not under a memory limit */
void sck_buffers_open(int keep);
/** Frees what is kept; after starpu_shutdown(). */
void sck_buffers_close(void);

#endif
