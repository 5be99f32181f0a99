/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "decompose.h"
#include "submit_priv.h"

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

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_decompose",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_decompose_codelet = {
    .name = "sck_decompose",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x64b5cd,
};
