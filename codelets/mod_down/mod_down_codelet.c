/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "mod_down.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_rescale_args *a = sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    for (uint32_t h = 0; h < a->halves; h++) {
        const uint32_t at = h * a->conversion.targets;
        const uint32_t from = h * (a->conversion.sources + 1);

        sck_mod_down(a, sck_ring_find(a->ring), rows.list[0] + at,
                     (const uint32_t *const *)rows.list[1] + from,
                     (const uint32_t *const *)rows.list[2] + at);
    }
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_mod_down",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_mod_down_codelet = {
    .name = "sck_mod_down",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xd62728,
};
