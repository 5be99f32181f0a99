/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sample_uniform.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_sample_uniform_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_sample_uniform(a, sck_ring_find(a->ring), rows.list[0]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_sample_uniform",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_sample_uniform_codelet = {
    .name = "sck_sample_uniform",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xccb974,
};
