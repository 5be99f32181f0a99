/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism_sum.h"
#include "submit_priv.h"

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

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_automorphism_sum",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_automorphism_sum_codelet = {
    .name = "sck_automorphism_sum",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xdb5f57,
};
