/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_diagonals.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_hoisted_diagonals_args *a =
        sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_hoisted_diagonals(a, sck_ring_find(a->diagonals.ring), rows.list[0],
                              (const uint32_t *const *)rows.list[1],
                              (const uint32_t *const *)rows.list[2],
                              (const uint32_t *const *)rows.list[3],
                              (const uint32_t *const *)rows.list[4]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_hoisted_diagonals",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_hoisted_diagonals_codelet = {
    .name = "sck_hoisted_diagonals",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x7fb2d9,
};
