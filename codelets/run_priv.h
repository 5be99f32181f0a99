/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A run's side that only submission sees. */
#ifndef SCK_RUN_PRIV_H
#define SCK_RUN_PRIV_H

#include "submit.h"

int sck_run_failed(const sck_run *run);

/** STARCLOAK_SYNC=1: every task ends before the next is submitted. */
int sck_run_synchronous(const sck_run *run);

/** sck_session_task_bytes() when the run began; 0: tasks are not joined. */
uint64_t sck_run_task_bytes(const sck_run *run);

/** Counts in a task that names so many bytes of rows; waits while the run's
 *  window is full. */
void sck_run_task_begins(sck_run *run, uint64_t bytes);
void sck_run_task_refused(sck_run *run, uint64_t bytes);

/** Where a traced run keeps what it sees of a task; NULL when not traced. */
void *sck_run_event(sck_run *run, enum sck_codelet codelet);

/** A task has ended, as StarPU measured it; event may be NULL. */
void sck_run_event_ended(sck_run *run, void *event);

/** To be called when a task has ended: the run may be freed right after. */
void sck_run_task_done(sck_run *run, void *event, uint64_t bytes);

#endif
