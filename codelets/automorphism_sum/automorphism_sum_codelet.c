/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"
#include "submit_cuda.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_automorphism_sum_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_automorphism_sum(a, sck_ring_find(a->ring), rows.list[0],
                             (const uint32_t *const *)rows.list[1],
                             (const uint32_t *const *)rows.list[2]);
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_automorphism_sum_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    const struct sck_ring *ring = sck_ring_find(a->ring);
    const int status = sck_automorphism_sum_cuda(
        a, ring->logn, rows.list[0], (const uint32_t *const *)rows.list[1],
        (const uint32_t *const *)rows.list[2], starpu_cuda_get_local_stream());

    sck_task_cuda(argument, "sck_automorphism_sum", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_automorphism_sum",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_automorphism_sum_codelet = {
    .name = "sck_automorphism_sum",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xdb5f57,
};
