/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_switch.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#include "device_scratch.h"
#endif

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_hoisted_switch_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_hoisted_switch(a, sck_ring_find(a->one.ring), rows.list[0],
                           (const uint32_t *const *)rows.list[1],
                           (const uint32_t *const *)rows.list[2],
                           (const uint32_t *const *)rows.list[3],
                           a->one.adds ? (const uint32_t *const *)rows.list[4]
                                       : NULL);
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    struct sck_rows rows;
    const struct sck_hoisted_switch_args *a =
        sck_task_open(buffers, argument, &rows);
    void *scratch = NULL;

    if (a == NULL)
        return;
    const struct sck_ring *ring = sck_ring_find(a->one.ring);
    int status = sck_task_tables(ring, a->one.t, a->one.targets,
                                 SCK_TWIDDLES_NTT, tables);

    if (status == 0)
        status = sck_device_scratch(
            starpu_cuda_get_local_stream(),
            sck_hoisted_switch_cuda_scratch(a, ring->logn), &scratch);
    sck_device_record();
    if (status == 0)
        status = sck_hoisted_switch_cuda(
            a, ring->logn, tables, rows.list[0],
            (const uint32_t *const *)rows.list[1],
            (const uint32_t *const *)rows.list[2],
            (const uint32_t *const *)rows.list[3],
            a->one.adds != 0 ? (const uint32_t *const *)rows.list[4] : NULL,
            scratch, starpu_cuda_get_local_stream());
    sck_task_cuda(argument, "sck_hoisted_switch", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_hoisted_switch",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_hoisted_switch_codelet = {
    .name = "sck_hoisted_switch",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xe3a1c2,
};
