/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_cuda.h"

#include "constants.h"

#include <cuda_runtime.h>
#include <stdio.h>

enum { PSI, PSI_SHOUP };

/* Twiddles are a function of the ring's size and the prime alone. */
static uint64_t key_of(const struct sck_ring *ring, uint32_t q, int which)
{
    return (uint64_t)q << 32 | (uint64_t)ring->logn << 8 | (uint64_t)which;
}

int sck_task_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t limbs, struct sck_prime_table *tables)
{
    for (uint32_t i = 0; i < limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, q[i]);
        int status;

        if (t == NULL)
            return cudaErrorInvalidValue;
        tables[i] = *t;
        tables[i].ipsi = tables[i].ipsi_shoup = NULL;
        status = sck_constants_find(key_of(ring, q[i], PSI), t->psi, ring->n,
                                    &tables[i].psi);
        if (status == cudaSuccess)
            status =
                sck_constants_find(key_of(ring, q[i], PSI_SHOUP), t->psi_shoup,
                                   ring->n, &tables[i].psi_shoup);
        if (status != cudaSuccess)
            return status;
    }
    return cudaSuccess;
}

void sck_task_cuda(void *argument, const char *kernel, int cuda)
{
    char message[200];

    if (cuda == cudaSuccess)
        return;
    snprintf(message, sizeof message, "%s on a GPU: %s", kernel,
             cudaGetErrorString((cudaError_t)cuda));
    sck_run_fail(sck_task_run(argument), SCK_ERR_DEVICE, message);
}

int sck_task_can_execute(unsigned worker, struct starpu_task *task,
                         unsigned implementation)
{
    const uint32_t n = starpu_matrix_get_nx(STARPU_TASK_GET_HANDLE(task, 0));

    (void)implementation;
    return starpu_worker_get_type((int)worker) != STARPU_CUDA_WORKER ||
           (n >= 1u << 10 && n <= 1u << 16);
}
