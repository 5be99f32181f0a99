/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A run, for the files that it is made of. */
#ifndef SCK_RUN_STATE_PRIV_H
#define SCK_RUN_STATE_PRIV_H

#include "arena.h"
#include "run_priv.h"
#include "runtime_priv.h"

/* What a traced run sees of a task. */
struct event {
    struct event *next;
    struct sck_trace_event seen;
};

struct sck_run {
    sck_session *session;
    struct sck_arena arena;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    uint64_t window, pending, tasks;
    uint64_t window_bytes, pending_bytes;
    uint32_t waiting;
    uint32_t submitting; /* of those that wait: for room in the window */
    int called;          /* who waits, and has not had a core since */
    atomic_int failed;
    char message[512];
    const char *label;
    int traced, synchronous;
    uint64_t task_bytes;
    atomic_llong sampled_us; /* when memory was last looked at */
    struct event *events;    /* newest first */
    struct sck_trace_event *sorted;
    size_t sorted_count;
};

#endif
