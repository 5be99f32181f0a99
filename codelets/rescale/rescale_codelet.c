/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale_task.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#include "device_scratch.h"
#endif

void sck_rescale_on_cpu(void *buffers[], void *argument)
{
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);

    for (uint32_t p = 0; p < parts; p++) {
        const struct sck_rescale_args *a = part[p].args;
        uint32_t **const *const list = part[p].rows.list;

        sck_rescale_halves(a, sck_ring_find(a->ring), list[0],
                           (const uint32_t *const *)list[1],
                           (const uint32_t *const *)list[2]);
    }
}

#ifdef SCK_TASKS_ON_CUDA
void sck_rescale_on_cuda(void *buffers[], void *argument, const char *codelet)
{
    struct sck_prime_table tables[SCK_TASK_PARTS][SCK_BLOCK_LIMBS];
    struct sck_rescale_part divided[SCK_TASK_PARTS];
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);
    const struct sck_ring *ring = NULL;
    void *scratch = NULL;
    int status = 0;

    if (parts == 0)
        return;
    for (uint32_t p = 0; p < parts && status == 0; p++) {
        const struct sck_rescale_args *a = part[p].args;
        uint32_t **const *const list = part[p].rows.list;

        ring = sck_ring_find(a->ring);
        divided[p] = (struct sck_rescale_part){
            a, tables[p], list[0], (const uint32_t *const *)list[1],
            (const uint32_t *const *)list[2]};
        status = sck_task_tables(ring, a->conversion.t, a->conversion.targets,
                                 SCK_TWIDDLES_NTT, tables[p]);
    }
    if (status == 0)
        status = sck_device_scratch(
            starpu_cuda_get_local_stream(),
            sck_rescale_parts_cuda_scratch(divided, parts, ring->logn),
            &scratch);
    sck_device_record();
    if (status == 0)
        status = sck_rescale_parts_cuda(divided, parts, ring->logn, scratch,
                                        starpu_cuda_get_local_stream());
    sck_task_cuda(argument, codelet, status);
}

static void on_cuda(void *buffers[], void *argument)
{
    sck_rescale_on_cuda(buffers, argument, "sck_rescale");
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_rescale",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_rescale_codelet = {
    .name = "sck_rescale",
    .cpu_funcs = {sck_rescale_on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xff7f0e,
};
