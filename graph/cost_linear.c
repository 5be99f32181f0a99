/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rotations, and linear maps as fhe/eval_linear_apply.c applies them, counted.
 */
#include "cost_priv.h"

#include "diagonals.h"

#include <math.h>

/* Baby steps, sixteen a task, the ciphertext itself among them: rotated, times
 * P added, turned and multiplied by their diagonals in one task. */
static void babies(const struct sck_costs *m, uint32_t level,
                   const struct sck_cost_map *map, struct sck_cost *c)
{
    const uint32_t all = map->rotations - map->turns + 1;
    const uint32_t giants = map->turns + 1;

    for (uint32_t i = 0; i < all; i += SCK_MAX_BABIES) {
        const uint32_t babies =
            all - i < SCK_MAX_BABIES ? all - i : SCK_MAX_BABIES;
        const double diagonals = (double)map->diagonals * babies / all;
        const struct sck_cost_onward more = {
            .terms = 2 * diagonals + babies,
            /* Written; with the ciphertext's, read and written; turned. */
            .hot = (2.0 + 3 + 4) * babies + (i == 0 ? 0 : 2.0 * giants),
            .cold = diagonals / sck_cost_repeat(m->params, map->slots),
            .sums = giants};

        sck_cost_hoisted_onward(m, level, i == 0 ? babies - 1 : babies, &more,
                                c);
    }
}

void sck_cost_rotation(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
    sck_cost_mod_down(m, level, c);
}

/* Giant steps whose sums one task adds, of a matrix and of a layer. */
enum { TURNS = 8 };

/* A giant step's sum: half of it divided by P and switched. */
static void turn(const struct sck_costs *m, uint32_t level, struct sck_cost *c)
{
    sck_cost_mod_down_half(m, level, c);
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
}

void sck_cost_turns(const struct sck_costs *m, uint32_t level, uint32_t turns,
                    struct sck_cost *c)
{
    struct sck_costs own = *m;
    struct sck_cost one = {0};

    if (turns == 0)
        return;
    /* A turn's tasks follow each other: what they leave each other is three
     * polynomials' twice and a key. */
    own.around =
        (double)sck_cost_limb_bytes(
            m->params, 6 * (uint64_t)sck_cost_limbs(m->params, level)) +
        (double)sck_cost_key_bytes(m->params, level);
    turn(&own, level, &one);
    sck_cost_add_times(c, &one, turns, 1);
}

/* All giant steps' sums, some at a time, onto those before. */
static void total(const struct sck_costs *m, uint32_t level, uint32_t giants,
                  struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_raised_blocks_of(m, level, &b);
    const double rows = (double)b.limbs / b.blocks;

    for (uint32_t at = 0; at < giants; at += TURNS) {
        const double terms =
            (giants - at < TURNS ? giants - at : TURNS) + (at != 0);

        sck_cost_tasks(m, 2.0 * b.blocks, 1.5 * terms + .5, terms * rows,
                       (1.5 * terms + .5) * rows, 0, c);
    }
}

void sck_cost_linear(const struct sck_costs *m, uint32_t level,
                     const struct sck_cost_map *map, struct sck_cost *c)
{
    if (map->rotations == 0) {
        sck_cost_dot(m, level, 1, c);
        sck_cost_rescale(m, level, c);
        return;
    }
    sck_cost_digits(m, level, c);
    babies(m, level, map, c);
    sck_cost_turns(m, level, map->turns, c);
    total(m, level, map->turns + 1, c);
    sck_cost_raised_rescale(m, level, c);
}

void sck_cost_layer(const struct sck_costs *m, uint32_t level,
                    const struct sck_cost_layer *layer, struct sck_cost *c)
{
    const uint32_t babies = layer->babies + 1, giants = layer->giants + 1;
    const struct sck_cost_onward more = {.terms =
                                             2.0 * layer->diagonals + babies,
                                         .hot = (2.0 + 3 + 4) * babies,
                                         .cold = layer->diagonals * layer->held,
                                         .sums = giants};
    struct sck_cost_blocks b;

    sck_cost_digits(m, level, c);
    sck_cost_hoisted_onward(m, level, layer->babies, &more, c);
    sck_cost_turns(m, level, layer->giants, c);
    sck_cost_raised_blocks_of(m, level, &b);
    const double joined = sck_cost_joined_tasks(m, &b, SCK_PAIR);
    /* Both halves where a task has room for their rows. */
    const double halves = 2 * b.limbs / joined <= 16 ? 2 : 1;
    const double rows = b.limbs / joined * halves;

    sck_cost_tasks(m, 2 / halves * joined,
                   (1.5 * giants + .5) * halves * b.blocks / joined,
                   giants * rows, (1.5 * giants + .5) * rows, 0, c);
    sck_cost_raised_rescale(m, level, c);
}

static uint32_t special_of(const sck_params *params, uint32_t level)
{
    return sck_params_class(params, sck_params_class_of(params, level))
        ->special_count;
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
