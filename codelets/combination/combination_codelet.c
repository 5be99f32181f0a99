/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "combination.h"
#include "submit_cuda.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_combination_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_combination(a, sck_ring_find(a->ring), rows.list[0],
                        (const uint32_t *const *)rows.list[1],
                        (const uint32_t *const *)rows.list[2]);
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    struct sck_rows rows;
    const struct sck_combination_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    const struct sck_ring *ring = sck_ring_find(a->ring);
    int status =
        sck_task_tables(ring, a->q, a->limbs, SCK_TWIDDLES_NONE, tables);

    if (status == 0)
        status = sck_combination_cuda(a, ring->logn, tables, rows.list[0],
                                      (const uint32_t *const *)rows.list[1],
                                      (const uint32_t *const *)rows.list[2],
                                      starpu_cuda_get_local_stream());
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
