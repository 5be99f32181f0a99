/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "decompose.h"
#include "submit_cuda.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_decompose_args *a =
        sck_task_open(buffers, argument, &rows);

    for (uint32_t h = 0; a != NULL && h < a->halves; h++)
        sck_decompose(a, sck_ring_find(a->ring),
                      rows.list[0] + h * (a->limbs + 1),
                      (const uint32_t *const *)rows.list[1] + h * a->limbs);
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_MAX_SOURCES];
    struct sck_rows rows;
    const struct sck_decompose_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    const struct sck_ring *ring = sck_ring_find(a->ring);
    int status = sck_task_tables(
        ring, a->q, a->limbs,
        a->ntt_domain == 1 ? SCK_TWIDDLES_INTT : SCK_TWIDDLES_NONE, tables);

    for (uint32_t h = 0; status == 0 && h < a->halves; h++)
        status = sck_decompose_cuda(
            a, ring->logn, tables, rows.list[0] + h * (a->limbs + 1),
            (const uint32_t *const *)rows.list[1] + h * a->limbs,
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
