/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a codelet's glue sees of a task. */
#ifndef SCK_SUBMIT_PRIV_H
#define SCK_SUBMIT_PRIV_H

#include "submit.h"

#include <starpu.h>

/** Pointers to the rows of each operand, in the order of the kernel's. */
struct sck_rows {
    uint32_t **list[SCK_TASK_LISTS];
};

/** Finds a task's rows; valid until the worker's next task.
 *  @return the codelet's arguments, NULL if the task's run has failed */
const void *sck_task_open(void *buffers[], void *argument,
                          struct sck_rows *rows);

/** One part of a task. */
struct sck_task_part {
    const void *args;
    struct sck_rows rows;
};

/** The same of a task that may have several parts.
 *  @param[out] parts  room for SCK_TASK_PARTS
 *  @return their number, 0 if the task's run has failed */
uint32_t sck_task_open_parts(void *buffers[], void *argument,
                             struct sck_task_part *parts);

/** The run of a task, from its argument. */
sck_run *sck_task_run(void *argument);

/** The codelet's arguments of a submitted task. */
const void *sck_task_args(const struct starpu_task *task);

/** Where a traced run keeps what it sees of a task; NULL when not traced. */
void *sck_task_event(void *argument);

/** A history model's key, from a task's argument. */
uint32_t sck_task_shape(const void *argument);

/** A history model's key: sizes and numbers of rows, since digits and sources
 *  set the cost. */
uint32_t sck_task_footprint(struct starpu_task *task);

#define SCK_CODELET(name, what)                                                \
    extern struct starpu_codelet sck_##name##_codelet;
#include "codelets.def"
#undef SCK_CODELET

/** Rows outside 2^10..2^16 words are the CPU's, but where plaintexts are
 *  encoded, which may repeat. */
static inline int sck_gpu_has_kernel(const struct starpu_codelet *codelet,
                                     uint32_t n)
{
    return n <= 1u << 16 && (n >= 1u << 10 || codelet == &sck_encode_codelet);
}

#endif
