/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which rotations a bootstrap's matrices take. */
#include "eval_bootstrap_priv.h"

#include <string.h>

/* CoeffToSlot's key switches, at most: each reads a key of its own, at the top
 * of b16-40 110 to 120 MiB at N = 2^16. The design (parameters.md, section 6)
 * has 36 with all slots, and a twentieth. */
enum { MOST_SWITCHES = 38 };

/* A layer's diagonals, and rows of a key at its level. */
struct layer {
    struct sck_giant_steps *steps;
    uint32_t diagonals, digits, rows;
    int32_t index[SCK_MAX_DIAGONALS];
};

static void layer_open(struct layer *l, const sck_params *params,
                       uint32_t slots, int cts, uint32_t i,
                       struct sck_giant_steps *steps)
{
    const struct sck_layer shape = sck_bootstrap_layer(params, slots, cts, i);
    const struct sck_key_class *c =
        sck_params_class(params, sck_params_class_of(params, shape.level));
    uint32_t limbs;

    sck_params_primes(params, shape.level, &limbs);
    l->steps = steps;
    l->digits = c->digits;
    l->rows = 2 * c->digits * (limbs + c->special_count);
    l->diagonals =
        sck_dft_indices(slots, !cts, shape.first, shape.stages, l->index);
    sck_giant_steps_of(l->index, l->diagonals, slots, l->digits,
                       SCK_MAX_DIAGONALS, steps);
}

/* The fastest split with fewer switches than the layer has, 0 if there is none,
 * and the time that each switch less costs. */
static int fewer(const struct layer *l, uint32_t slots,
                 struct sck_giant_steps *steps, double *price)
{
    const uint32_t now = sck_giant_steps_switches(l->steps);

    if (now == 0)
        return 0;
    sck_giant_steps_of(l->index, l->diagonals, slots, l->digits, now - 1,
                       steps);
    *price = (sck_giant_steps_time(steps, l->digits) -
              sck_giant_steps_time(l->steps, l->digits)) *
             l->rows / (now - sck_giant_steps_switches(steps));
    return steps->babies != 0;
}

static uint32_t switches_of(const struct layer *layer, uint32_t layers)
{
    uint32_t switches = 0;

    for (uint32_t i = 0; i < layers; i++)
        switches += sck_giant_steps_switches(layer[i].steps);
    return switches;
}

/* Switches are given up where that costs the least time. */
static void bound(const struct layer *layer, uint32_t layers, uint32_t slots)
{
    struct sck_giant_steps next, best;
    uint32_t changed = 0;

    while (changed < layers && switches_of(layer, layers) > MOST_SWITCHES) {
        double price, least = 0;

        changed = layers;
        for (uint32_t i = 0; i < layers; i++)
            if (fewer(&layer[i], slots, &next, &price) &&
                (changed == layers || price < least)) {
                changed = i;
                least = price;
                best = next;
            }
        if (changed < layers)
            *layer[changed].steps = best;
    }
}

void sck_bootstrap_splits_of(const sck_params *params, uint32_t slots,
                             struct sck_bootstrap_splits *splits)
{
    const struct sck_params_literal *shape = sck_params_shape(params);
    struct layer layer[SCK_MAX_LAYERS];

    memset(splits, 0, sizeof *splits);
    for (uint32_t i = 0; i < shape->levels_stc; i++)
        layer_open(&layer[i], params, slots, 0, i, &splits->stc[i]);
    for (uint32_t i = 0; i < shape->levels_cts; i++)
        layer_open(&layer[i], params, slots, 1, i, &splits->cts[i]);
    bound(layer, shape->levels_cts, slots);
}
