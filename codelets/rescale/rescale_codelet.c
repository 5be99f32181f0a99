/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#include "device_scratch.h"
#endif

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_rescale_args *a = sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    for (uint32_t h = 0; h < a->halves; h++) {
        const uint32_t at = h * a->conversion.targets;
        const uint32_t from = h * (a->conversion.sources + 1);

        sck_rescale(a, sck_ring_find(a->ring), rows.list[0] + at,
                    (const uint32_t *const *)rows.list[1] + from,
                    (const uint32_t *const *)rows.list[2] + at);
    }
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    struct sck_rows rows;
    const struct sck_rescale_args *a = sck_task_open(buffers, argument, &rows);
    void *scratch = NULL;

    if (a == NULL)
        return;
    const struct sck_ring *ring = sck_ring_find(a->ring);
    int status = sck_task_tables(ring, a->conversion.t, a->conversion.targets,
                                 SCK_TWIDDLES_NTT, tables);

    if (status == 0)
        status = sck_device_scratch(
            starpu_cuda_get_local_stream(),
            sck_rescale_cuda_scratch(a, ring->logn, rows.list[0],
                                     (const uint32_t *const *)rows.list[2]),
            &scratch);
    sck_device_record();
    if (status == 0)
        status = sck_rescale_cuda(a, ring->logn, tables, rows.list[0],
                                  (const uint32_t *const *)rows.list[1],
                                  (const uint32_t *const *)rows.list[2],
                                  scratch, starpu_cuda_get_local_stream());
    sck_task_cuda(argument, "sck_rescale", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_rescale",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_rescale_codelet = {
    .name = "sck_rescale",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xff7f0e,
};
