/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "decompose.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#endif

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);

    for (uint32_t p = 0; p < parts; p++) {
        const struct sck_decompose_args *a = part[p].args;
        uint32_t **const *const list = part[p].rows.list;

        sck_decompose_halves(a, sck_ring_find(a->ring), list[0],
                             (const uint32_t *const *)list[1]);
    }
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_TASK_PARTS][SCK_MAX_SOURCES];
    struct sck_decompose_part pieces[SCK_DECOMPOSE_PARTS];
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);
    const struct sck_ring *ring = NULL;
    uint32_t used = 0;
    int status = 0;

    if (parts == 0)
        return;
    for (uint32_t p = 0; p < parts && status == 0; p++) {
        const struct sck_decompose_args *a = part[p].args;
        uint32_t **const *const list = part[p].rows.list;

        ring = sck_ring_find(a->ring);
        status = sck_task_tables(ring, a->q, a->limbs,
                                 a->ntt_domain == 1 ? SCK_TWIDDLES_INTT
                                                    : SCK_TWIDDLES_NONE,
                                 tables[p]);
        for (uint32_t h = 0; h < a->halves && used < SCK_DECOMPOSE_PARTS; h++)
            pieces[used++] = (struct sck_decompose_part){
                a, tables[p], list[0] + h * (a->limbs + 1),
                (const uint32_t *const *)list[1] + h * a->limbs};
    }
    sck_device_record();
    if (status == 0)
        status = sck_decompose_parts_cuda(pieces, used, ring->logn,
                                          starpu_cuda_get_local_stream());
    sck_task_cuda(argument, "sck_decompose", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_decompose",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_decompose_codelet = {
    .name = "sck_decompose",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x64b5cd,
};
