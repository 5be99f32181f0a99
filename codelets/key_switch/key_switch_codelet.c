/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_switch.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#include "device_scratch.h"
#endif

static const uint32_t *const *rows_of(const struct sck_task_part *part, int l)
{
    return (const uint32_t *const *)part->rows.list[l];
}

static const uint32_t *const *added(const struct sck_task_part *part)
{
    const struct sck_key_switch_args *a = part->args;

    return a->adds != 0 ? rows_of(part, 4) : NULL;
}

static void open_parts(const struct sck_task_part *part, uint32_t parts,
                       struct sck_key_switch_part *switched)
{
    for (uint32_t p = 0; p < parts; p++)
        switched[p] = (struct sck_key_switch_part){
            part[p].args,         NULL,
            part[p].rows.list[0], rows_of(&part[p], 1),
            rows_of(&part[p], 2), rows_of(&part[p], 3),
            added(&part[p])};
}

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_key_switch_part switched[SCK_TASK_PARTS];
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);
    uint32_t members;

    open_parts(part, parts, switched);
    for (uint32_t p = 0; p < parts; p += members) {
        members = 1;
        while (members < SCK_SWITCHED && p + members < parts &&
               sck_key_switch_same_keys(&switched[p], &switched[p + members]))
            members++;
        sck_key_switch_batch(&switched[p], members,
                             sck_ring_find(switched[p].args->ring));
    }
}

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    struct sck_prime_table tables[SCK_TASK_PARTS][SCK_BLOCK_LIMBS];
    struct sck_key_switch_part switched[SCK_TASK_PARTS];
    struct sck_task_part part[SCK_TASK_PARTS];
    const uint32_t parts = sck_task_open_parts(buffers, argument, part);
    const struct sck_ring *ring = NULL;
    void *scratch = NULL;
    int status = 0;

    if (parts == 0)
        return;
    open_parts(part, parts, switched);
    for (uint32_t p = 0; p < parts && status == 0; p++) {
        const struct sck_key_switch_args *a = part[p].args;

        ring = sck_ring_find(a->ring);
        switched[p].tables = tables[p];
        status = sck_task_tables(ring, a->t, a->targets, SCK_TWIDDLES_NTT,
                                 tables[p]);
    }
    if (status == 0)
        status = sck_device_scratch(
            starpu_cuda_get_local_stream(),
            sck_key_switch_parts_cuda_scratch(switched, parts, ring->logn),
            &scratch);
    sck_device_record();
    if (status == 0)
        status = sck_key_switch_parts_cuda(switched, parts, ring->logn, scratch,
                                           starpu_cuda_get_local_stream());
    sck_task_cuda(argument, "sck_key_switch", status);
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_key_switch",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_key_switch_codelet = {
    .name = "sck_key_switch",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xe377c2,
};
