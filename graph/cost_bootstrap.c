/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Pieces that only bootstrapping is made of. */
#include "cost.h"

#include <math.h>

static double special_limbs(const struct sck_costs *m, uint32_t level)
{
    return sck_params_class(m->params, sck_params_class_of(m->params, level))
        ->special_count;
}

/* Limbs transformed by so many tasks, beside what else those do. */
static void transforms(const struct sck_costs *m, double limbs, double tasks,
                       struct sck_cost *c)
{
    const double us =
        sck_rates_transform_us(m->rates, sck_params_logn(m->params), limbs);

    c->work_us += us;
    c->span_us += us / tasks;
}

void sck_cost_products(const struct sck_costs *m, uint32_t level,
                       uint32_t diagonals, double held, uint32_t sums,
                       struct sck_cost *c)
{
    const double limbs =
        sck_cost_limbs(m->params, level) + special_limbs(m, level);
    const double tasks = ceil(limbs / m->grain), rows = limbs / tasks;

    sck_cost_tasks(m, tasks, 3.0 * sums, 2.0 * diagonals * rows,
                   2.0 * sums * rows, diagonals * rows * held, c);
}

void sck_cost_encapsulation(const struct sck_costs *m, struct sck_cost *c)
{
    const uint32_t top = sck_params_levels(m->params) - 1;
    const double limbs = sck_cost_limbs(m->params, top);
    const double tasks = ceil(limbs / m->grain), rows = limbs / tasks;

    /* Two sources: a product with a key, divided by two primes, and a lift. */
    sck_cost_tasks(m, tasks, 5, 9 * rows, 6 * rows, 2 * rows, c);
    sck_cost_tasks(m, 2 * tasks, 3, 4 * rows, 4 * rows, 0, c);
    sck_cost_tasks(m, tasks, 3, 4 * rows, 3 * rows, 0, c);
    transforms(m, 4 * limbs, tasks, c);
    sck_cost_elementwise(m, top, 1, 2, c);
}
