/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a step owns. */
#include "plan_priv.h"

#include <stdlib.h>
#include <string.h>

double *sck_step_padded(const struct sck_step *step, uint32_t slots)
{
    double *padded = calloc((size_t)slots * slots, sizeof *padded);

    for (size_t i = 0; padded != NULL && i < step->rows; i++)
        memcpy(padded + i * slots, step->weights + i * step->columns,
               step->columns * sizeof *padded);
    return padded;
}

static sck_status find_rotations(struct sck_step *step, uint32_t slots)
{
    double *padded = sck_step_padded(step, slots);
    sck_status status = SCK_OK;

    step->rotation = calloc(2 * (size_t)slots, sizeof *step->rotation);
    if (padded == NULL || step->rotation == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%s: a matrix of %u x %u slots",
                          step->layer, slots, slots);
    if (status == SCK_OK) {
        const struct sck_linear_map_plan map =
            sck_linear_map_plan(padded, slots, step->rotation);

        step->diagonals = map.diagonals;
        step->steps = map.rotations;
        step->turns = map.turns;
    }
    free(padded);
    return status;
}

sck_status sck_step_take_matrix(struct sck_step *step,
                                const struct sck_graph_node *node,
                                uint32_t slots)
{
    const size_t count = (size_t)node->w.rows * node->w.columns;

    step->rows = node->w.rows;
    step->columns = node->w.columns;
    step->weights = malloc(count * sizeof *step->weights);
    if (node->bias != NULL)
        step->bias = malloc(step->rows * sizeof *step->bias);
    if (step->weights == NULL || (node->bias != NULL && step->bias == NULL))
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: %u x %u weights", step->layer,
                        step->rows, step->columns);
    memcpy(step->weights, node->w.values, count * sizeof *step->weights);
    if (node->bias != NULL)
        memcpy(step->bias, node->bias, step->rows * sizeof *step->bias);
    return find_rotations(step, slots);
}

void sck_step_free(struct sck_step *step)
{
    sck_linear_map_free(step->map);
    sck_plaintext_free(step->bias_plain);
    free(step->rotation);
    free(step->weights);
    free(step->bias);
}
