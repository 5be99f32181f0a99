/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "encode.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_encode_task *a = sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    /* Doubles and 64-bit coefficients lie in rows of words, one after another:
     * list 1 is one block from its first row. */
    if (a->embeds)
        sck_encode_embed(&a->embed, sck_ring_find(a->embed.ring),
                         (int64_t *)(void *)rows.list[0][0],
                         (const double *)(const void *)rows.list[1][0]);
    else
        sck_encode_limbs(&a->limbs, sck_ring_find(a->limbs.ring), rows.list[0],
                         (const int64_t *)(const void *)rows.list[1][0]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_encode",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_encode_codelet = {
    .name = "sck_encode",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x7f7f7f,
};
