/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Pieces that only bootstrapping is made of. */
#include "cost_priv.h"

#include <math.h>

void sck_cost_hoisted(const struct sck_costs *m, uint32_t level, uint32_t keys,
                      uint32_t diagonals, uint32_t sums, struct sck_cost *c)
{
    const struct sck_key_class *k = class_of(m, level);
    const struct sck_level_layout l = layout_of(m, level);
    double digits = 0;

    for (uint32_t i = 0; i < l.limbs; i++)
        digits += i == 0 || l.digit[i] != l.digit[i - 1];
    const double limbs = l.limbs + k->special_count;
    const double tasks = ceil(limbs / m->grain), rows = limbs / tasks;
    /* As one switch's, then every key's and every diagonal's products. */
    struct piece p = sck_cost_raised(&l, digits, rows, l.limbs / digits);

    p.transforms += rows * k->special_count / limbs;
    p.terms += (2 * digits * (keys - 1.0) + 2.0 * diagonals) * rows;
    p.passes += (6.0 * keys + 2.0 * sums) * rows;
    p.cold = (2 * digits * keys + diagonals) * rows;
    add(m, p, tasks, c);
}

void sck_cost_encapsulation(const struct sck_costs *m, struct sck_cost *c)
{
    const uint32_t top = sck_params_levels(m->params) - 1;
    const struct sck_level_layout l = layout_of(m, top);
    const double rows = (double)l.limbs / l.blocks;

    /* Two sources: a product with a key, and a lift. */
    add(m,
        (struct piece){.transforms = rows,
                       .terms = 9 * rows,
                       .passes = 6 * rows,
                       .cold = 2 * rows},
        l.blocks + 1, c);
    sck_cost_divide(m, 2, top, 0, c);
    add(m,
        (struct piece){
            .transforms = rows, .terms = 4 * rows, .passes = 3 * rows},
        l.blocks, c);
    sck_cost_elementwise(m, top, 1, 2, c);
}

void sck_cost_mod_down_half(const struct sck_costs *m, uint32_t level,
                            struct sck_cost *c)
{
    struct sck_cost both = {0};

    sck_cost_divide(m, class_of(m, level)->special_count, level, 0, &both);
    c->work_us += both.work_us / 2;
    c->span_us += both.span_us;
    c->tasks += both.tasks / 2;
}

void sck_cost_mod_down_rescale(const struct sck_costs *m, uint32_t level,
                               struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    sck_cost_divide(m, class_of(m, level)->special_count + dropped, level - 1,
                    0, c);
}
