/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Pieces that only bootstrapping is made of. */
#include "cost_priv.h"

/* Special primes of the encapsulation keys (fhe/definitions.md, Keys). */
enum { SPECIALS = 2 };

/* The digit's centred lift to every prime of a level. */
static void lift(const struct sck_costs *m, uint32_t level, struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, level, &b);
    const double rows = (double)b.limbs / b.blocks;

    sck_cost_add(m,
                 (struct sck_piece){.transforms = rows,
                                    .terms = 4 * rows,
                                    .passes = 3 * rows,
                                    .handles = 2},
                 b.blocks, c);
}

void sck_cost_encapsulation(const struct sck_costs *m, struct sck_cost *c)
{
    const uint32_t top = sck_params_levels(m->params) - 1;

    sck_cost_digits(m, 0, c);
    sck_cost_switched_secret(m, 0, SPECIALS, c);
    sck_cost_elementwise(m, 0, 1, 2, c);
    sck_cost_digits(m, 0, c);
    sck_cost_digits(m, 0, c);
    sck_cost_switched_secret(m, top, SPECIALS, c);
    lift(m, top, c);
    sck_cost_elementwise(m, top, 1, 2, c);
}

void sck_cost_trace(const struct sck_costs *m, uint32_t level,
                    uint32_t rotations, struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_digits(m, level, c);
    sck_cost_hoisted(m, level, rotations, c);
    sck_cost_raised_blocks_of(m, level, &b);
    const double rows = (double)b.limbs / b.blocks;

    sck_cost_tasks(m, 2.0 * b.blocks, rotations + 1, rotations * rows,
                   (rotations + 1) * rows, 0, c);
    sck_cost_mod_down(m, level, c);
    sck_cost_elementwise(m, level, 2, 2, c);
}
