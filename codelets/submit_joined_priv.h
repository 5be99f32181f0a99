/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Small tasks as one: a GPU ends most tasks in less time than StarPU needs for
 * one. Tasks of a run are held until they name sck_session_task_bytes() of rows
 * together, or someone waits; then StarPU gets one task that does them in the
 * order of their submission. */
#ifndef SCK_SUBMIT_JOINED_PRIV_H
#define SCK_SUBMIT_JOINED_PRIV_H

#include "runtime_priv.h"
#include "submit_priv.h"

/** What StarPU gets of a task. */
struct sck_handing {
    struct starpu_codelet *codelet;
    sck_run *run;
    void *argument;
    uint64_t bytes; /**< of the rows that StarPU is told of */
    int priority;
    uint32_t handles;
    uint32_t named; /**< that StarPU is told of: the first so many */
    struct sck_handle *const *handle;
    const enum sck_access *access;
    void (*done)(void *argument); /**< leaves the handles, frees argument */
};

/** Hands a task to StarPU.
 *  @return SCK_ERR_MEMORY, SCK_ERR_DEVICE (StarPU refuses): argument is still
 *          the caller's */
sck_status sck_hand_over(const struct sck_handing *task);

/** As many users and writers less. */
void sck_handles_leave(struct sck_handle *const *handle,
                       const enum sck_access *access, uint32_t count);

/** Takes a task that is to be joined with others, and with it its argument,
 *  whatever the status. Where it is not, tasks before it are submitted.
 *  @param[out] status  SCK_OK, SCK_ERR_MEMORY; if it is taken
 *  @return 1 if it is taken */
int sck_task_joins(const struct sck_handing *task, sck_status *status);

#endif
