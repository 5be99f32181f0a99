/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files of memory's runtime and codelets/submit.c share. */
#ifndef SCK_RUNTIME_PRIV_H
#define SCK_RUNTIME_PRIV_H

#include "block.h"

#include <pthread.h>
#include <starpu.h>
#include <stdatomic.h>

enum { SCK_SHELVES = 64 };

/** Where a block's rows are: ld words apart. */
struct sck_place {
    uint32_t *words;
    size_t ld;
};

/** A registered handle of rows x n words. */
struct sck_handle {
    starpu_data_handle_t data;
    sck_session *session;
    uint32_t n, rows;
    atomic_uint users;   /**< its block, and tasks that have not ended */
    atomic_uint writers; /**< tasks that write it and have not ended */
    int written;         /**< a task or a copy that writes it was submitted */
    int sealed;          /**< nothing else will be */
    int kept;            /**< for another block, once nobody uses it */
    int later;           /**< given back once nobody uses it, not before */
    atomic_int placed;   /**< what sck_handle_place() has found is below */
    struct sck_place place;
    /** Named by tasks that StarPU has not been given yet: 1 + where in their
     *  list, 0: by none. Under the session's held_lock, but to look. */
    atomic_uint held;
    int given; /**< its block has ended while it was held */
    struct sck_handle *next;
};

/** Idle handles of one shape. */
struct sck_shelf {
    uint32_t n, rows;
    struct sck_handle *first;
};

/** A handle with one user, idle or registered anew. @return NULL: no memory */
struct sck_handle *sck_handle_take(sck_session *session, uint32_t n,
                                   uint32_t rows);
/** Its block's end, after which tasks still run. */
void sck_handle_give(struct sck_handle *handle);
/** The tasks that held it are submitted. Under the session's held_lock. */
void sck_handle_release(struct sck_handle *handle);
/** Where a sealed block's words are and stay: all that writes it has ended, and
 *  there is no other memory that they might go to. StarPU need not be told of a
 *  task that reads them, which costs it a microsecond a handle, if the task is
 *  among the handle's users.
 *  @return 0: tasks name the handle */
int sck_handle_place(struct sck_handle *handle, struct sck_place *place);
/** One user less. Callable from tasks. */
void sck_handle_leave(struct sck_handle *handle);
/** Unregisters the idle ones; no task is left. */
void sck_handles_end(sck_session *session);

struct sck_block {
    struct sck_handle *handle;
    sck_session *session;
    uint32_t n, rows;
    struct sck_block *next, *previous; /* the session's list of live blocks */
};

struct sck_session {
    pthread_mutex_t lock; /* guards the lists and the byte counts */
    struct sck_block *live;
    struct sck_shelf shelf[SCK_SHELVES]; /* the most lately used first */
    uint64_t bytes_kept, registered;     /* bytes_kept: of those that are or
                                            will be idle */
    uint64_t blocks_alive, bytes_alive, bytes_peak, bytes_evicted;
    atomic_ullong tasks;
    atomic_int waking; /* threads that waited and have not had a core since */
    uint32_t limbs_per_block;
    int swap_node;     /* -1: none */
    int is_one_memory; /* data is in main memory, without a limit */
    int idle_hook;
    pthread_mutex_t held_lock; /* guards what follows */
    struct sck_held *held;     /* tasks not given to StarPU yet; or NULL */
    void (*submit_held)(struct sck_session *session);
};

/** @return SCK_ERR_ARGUMENT naming a size that is out of bounds, asked for or
 * in the environment */
sck_status sck_sizes_check(uint32_t limbs_per_block);

/** Submits what is held: before anyone waits for it. */
void sck_session_submit_held(sck_session *session);

#endif
