/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks as counts: what the files that predict pieces share. */
#ifndef SCK_COST_PRIV_H
#define SCK_COST_PRIV_H

#include "cost.h"
#include "layout.h"

/* One task's counts, in limbs. */
struct piece {
    double transforms, terms;
    double passes; /* read or written, hot from the task before */
    double cold;   /* read from memory */
};

static inline double piece_us(const struct sck_costs *m, const struct piece *p)
{
    const uint32_t logn = sck_params_logn(m->params);

    return sck_rates_transform_us(m->rates, logn, p->transforms) +
           sck_rates_terms_us(m->rates, logn, p->terms) +
           sck_rates_passes_us(m->rates, logn, p->passes) +
           sck_rates_bytes_us(
               m->rates, (double)sck_cost_limb_bytes(m->params, 1) * p->cold);
}

/* So many tasks alike in one phase, after the one before. */
static inline void add(const struct sck_costs *m, struct piece p, double tasks,
                       struct sck_cost *c)
{
    const double us = piece_us(m, &p);

    c->work_us += us * tasks;
    c->tasks += tasks;
    c->span_us += us + m->rates->task_us;
}

static inline struct sck_level_layout layout_of(const struct sck_costs *m,
                                                uint32_t level)
{
    struct sck_level_layout layout;

    sck_level_layout_of(m->params, level, m->grain, &layout);
    return layout;
}

static inline const struct sck_key_class *class_of(const struct sck_costs *m,
                                                   uint32_t level)
{
    return sck_params_class(m->params, sck_params_class_of(m->params, level));
}

/* A key switch's block of rows limbs: own: the limbs of its own digit, 0 for P.
 */
struct piece sck_cost_raised(const struct sck_level_layout *l, double digits,
                             double rows, double own);
/* Two polynomials divided: sources limbs go, to a level. */
void sck_cost_divide(const struct sck_costs *m, double sources, uint32_t level,
                     int turned, struct sck_cost *c);

#endif
