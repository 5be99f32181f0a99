/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Linear maps as fhe/eval_linear_apply.c applies them, counted. */
#include "cost.h"

#include "diagonals.h"
#include "layout.h"

#include <math.h>

static double special_of(const sck_params *params, uint32_t level)
{
    return sck_params_class(params, sck_params_class_of(params, level))
        ->special_count;
}

/* Baby steps, sixteen a task, and their products with all diagonals. */
static void babies(const struct sck_costs *m, uint32_t level,
                   const struct sck_cost_map *map, struct sck_cost *c)
{
    const uint32_t keys = map->rotations - map->turns;
    const double special = special_of(m->params, level);
    const double limbs = sck_cost_limbs(m->params, level) + special;
    const double blocks = ceil(limbs / m->grain), rows = limbs / blocks;
    const double groups = floor(keys / (double)SCK_MAX_BABIES) + 1;
    const double each = map->diagonals / groups;

    sck_cost_elementwise(m, level, 2, 1, c);
    for (uint32_t i = 0; i < keys; i += SCK_MAX_BABIES)
        sck_cost_hoisted(
            m, level, keys - i < SCK_MAX_BABIES ? keys - i : SCK_MAX_BABIES, c);
    sck_cost_tasks(m, groups * blocks, 2 * each * rows,
                   (2.0 * (keys + 1) / groups + 4.0 * (map->turns + 1)) * rows,
                   each * rows / sck_cost_repeat(m->params, map->slots), c);
}

void sck_cost_linear(const struct sck_costs *m, uint32_t level,
                     const struct sck_cost_map *map, struct sck_cost *c)
{
    const double limbs =
        sck_cost_limbs(m->params, level) + special_of(m->params, level);
    const double blocks = ceil(limbs / m->grain), rows = limbs / blocks;

    if (map->rotations == 0) {
        sck_cost_dot(m, level, 1, c);
        sck_cost_rescale(m, level, c);
        return;
    }
    sck_cost_digits(m, level, c);
    babies(m, level, map, c);
    for (uint32_t i = 0; i < map->turns; i++) {
        struct sck_cost both = {0};

        /* One half of them. */
        sck_cost_mod_down(m, level, &both);
        c->work_us += both.work_us / 2;
        c->span_us += both.span_us / 2;
        c->tasks += both.tasks / 2;
        sck_cost_digits(m, level, c);
        sck_cost_raise(m, level, c);
    }
    sck_cost_tasks(m, 2 * blocks, map->turns * rows,
                   (1.5 * map->turns + 2) * rows, 0, c);
    sck_cost_raised_rescale(m, level, c);
}

uint64_t sck_cost_diagonal_bytes(const sck_params *params, uint32_t level,
                                 const struct sck_cost_map *map)
{
    const uint64_t limbs =
        sck_cost_limbs(params, level) +
        (map->rotations == 0 ? 0 : (uint64_t)special_of(params, level));

    return map->diagonals * sck_cost_limb_bytes(params, limbs) /
           sck_cost_repeat(params, map->slots);
}

uint64_t sck_cost_linear_bytes(const sck_params *params, uint32_t level,
                               const struct sck_cost_map *map)
{
    const uint64_t own = sck_cost_limbs(params, level);
    const uint64_t raised = sck_cost_limb_bytes(
        params, 2 * (own + (uint64_t)special_of(params, level)));
    const uint64_t giants = map->turns + 1;

    if (map->rotations == 0)
        return sck_cost_limb_bytes(params, 2 * own);
    /* All giant steps' sums, then some of them turned and two of all; the
     * operand times P or a block's baby steps go before that. */
    return (giants + (giants < 8 ? giants : 8) / 2 + 2) * raised +
           sck_cost_switch_bytes(params, level);
}
