/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_priv.h"
#include "tensor.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_tensor_args *a = sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_tensor(a, sck_ring_find(a->ring), rows.list[0],
                   (const uint32_t *const *)rows.list[1],
                   (const uint32_t *const *)rows.list[2]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_tensor",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_tensor_codelet = {
    .name = "sck_tensor",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x937860,
};
