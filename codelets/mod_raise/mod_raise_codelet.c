/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "mod_raise.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_base_convert_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_mod_raise(a, sck_ring_find(a->ring), rows.list[0],
                      (const uint32_t *const *)rows.list[1]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_mod_raise",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_mod_raise_codelet = {
    .name = "sck_mod_raise",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x9467bd,
};
