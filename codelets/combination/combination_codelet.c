/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"
#include "submit_cuda.h"

static const uint32_t *const *rows_of(const struct sck_task_part *part, int l)
{
    return (const uint32_t *const *)part->rows.list[l];
}

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);

    for (uint32_t p = 0; p < parts; p++) {
        const struct sck_combination_args *a = part[p].args;

        sck_combination(a, sck_ring_find(a->ring), part[p].rows.list[0],
                        rows_of(&part[p], 1), rows_of(&part[p], 2));
    }
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);
    int status = 0;

    for (uint32_t p = 0; p < parts && status == 0; p++) {
        const struct sck_combination_args *a = part[p].args;
        const struct sck_ring *ring = sck_ring_find(a->ring);

        status =
            sck_task_tables(ring, a->q, a->limbs, SCK_TWIDDLES_NONE, tables);
        if (status == 0)
            status = sck_combination_cuda(
                a, ring->logn, tables, part[p].rows.list[0],
                rows_of(&part[p], 1), rows_of(&part[p], 2),
                starpu_cuda_get_local_stream());
    }
    if (parts != 0)
        sck_task_cuda(argument, "sck_combination", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_combination",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_combination_codelet = {
    .name = "sck_combination",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xb9db57,
};
