/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_cuda.h"

#include "constants.h"
#include "device_graphs.h"

#include <cuda_runtime.h>
#include <stdio.h>

enum { PSI, PSI_SHOUP, IPSI, IPSI_SHOUP, SLOT_ROOTS };

/* Twiddles are a function of the ring's size and the prime alone; slot roots of
 * the size, with 0 for a prime. */
static uint64_t key_of(const struct sck_ring *ring, uint32_t q, int which)
{
    return (uint64_t)q << 32 | (uint64_t)ring->logn << 8 | (uint64_t)which;
}

static int twiddles_of(const struct sck_ring *ring,
                       const struct sck_prime_table *host, int inverse,
                       struct sck_prime_table *t)
{
    int status = sck_constants_find(key_of(ring, host->q, inverse ? IPSI : PSI),
                                    inverse ? host->ipsi : host->psi, ring->n,
                                    inverse ? &t->ipsi : &t->psi);

    if (status == cudaSuccess)
        status = sck_constants_find(
            key_of(ring, host->q, inverse ? IPSI_SHOUP : PSI_SHOUP),
            inverse ? host->ipsi_shoup : host->psi_shoup, ring->n,
            inverse ? &t->ipsi_shoup : &t->psi_shoup);
    return status;
}

int sck_task_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t limbs, enum sck_task_twiddles twiddles,
                    struct sck_prime_table *tables)
{
    int status = cudaSuccess;

    for (uint32_t i = 0; i < limbs && status == cudaSuccess; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, q[i]);

        if (t == NULL)
            return cudaErrorInvalidValue;
        tables[i] = *t;
        tables[i].psi = tables[i].psi_shoup = NULL;
        tables[i].ipsi = tables[i].ipsi_shoup = NULL;
        if (twiddles != SCK_TWIDDLES_NONE)
            status =
                twiddles_of(ring, t, twiddles == SCK_TWIDDLES_INTT, &tables[i]);
    }
    return status;
}

int sck_task_slot_roots(const struct sck_ring *ring, const double **roots)
{
    const uint32_t *words = NULL;
    const int status = sck_constants_find(key_of(ring, 0, SLOT_ROOTS),
                                          (const uint32_t *)ring->slot_roots,
                                          2 * (size_t)ring->n, &words);

    *roots = (const double *)(const void *)words;
    return status;
}

void sck_task_cuda(void *argument, const char *kernel, int cuda)
{
    char message[200];

    cuda = sck_device_replay(cuda, starpu_cuda_get_local_stream());
    if (cuda == cudaSuccess)
        return;
    snprintf(message, sizeof message, "%s on a GPU: %s", kernel,
             cudaGetErrorString((cudaError_t)cuda));
    /* StarPU's next call must not find it. */
    (void)cudaGetLastError();
    sck_run_fail(sck_task_run(argument), SCK_ERR_DEVICE, message);
}

int sck_task_can_execute(unsigned worker, struct starpu_task *task,
                         unsigned implementation)
{
    const uint32_t n = starpu_matrix_get_nx(STARPU_TASK_GET_HANDLE(task, 0));

    (void)implementation;
    return starpu_worker_get_type((int)worker) != STARPU_CUDA_WORKER ||
           sck_gpu_has_kernel(task->cl, n);
}
