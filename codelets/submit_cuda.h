/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a codelet's glue needs for a task on a CUDA device. SCK_TASKS_ON_CUDA:
 * both StarPU and the kernels are built for CUDA. */
#ifndef SCK_SUBMIT_CUDA_H
#define SCK_SUBMIT_CUDA_H

#include "ring.h"
#include "submit_priv.h"

#if defined(SCK_WITH_CUDA) && defined(STARPU_USE_CUDA)
#define SCK_TASKS_ON_CUDA
#endif

enum sck_task_twiddles {
    SCK_TWIDDLES_NONE,
    SCK_TWIDDLES_NTT,
    SCK_TWIDDLES_INTT
};

/** Copies the primes' tables; the twiddles asked for are those of the device's
 *  constants, the others NULL.
 *  @return a cudaError_t, 0 for success */
int sck_task_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t limbs, enum sck_task_twiddles twiddles,
                    struct sck_prime_table *tables);

/** The ring's slot_roots in the device's constants.
 *  @return a cudaError_t, 0 for success */
int sck_task_slot_roots(const struct sck_ring *ring, const double **roots);

/** Launches what the task has recorded (device_graphs.h), if it has; fails its
 *  run where cuda or a launch is an error. */
void sck_task_cuda(void *argument, const char *kernel, int cuda);

/** can_execute: sck_gpu_has_kernel(), by a task's first block. */
int sck_task_can_execute(unsigned worker, struct starpu_task *task,
                         unsigned implementation);

#endif
