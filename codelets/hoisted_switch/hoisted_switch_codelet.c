/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_switch.h"
#include "submit_priv.h"

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

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_hoisted_switch",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_hoisted_switch_codelet = {
    .name = "sck_hoisted_switch",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xe3a1c2,
};
