/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Divisions by P and by primes that a level drops, counted. */
#include "cost_priv.h"

#include <math.h>

/* One polynomial or two of one layout, divided. */
struct division {
    double sources; /* limbs that go */
    uint32_t level; /* that it is at afterwards */
    int turned;     /* permuted on the way */
    int both;       /* two */
    int apart;      /* each as if it were one */
    double sum;     /* of so many multiples, formed on the way; 0: of none */
};

/* Two halves are a task's where the ring is small or nobody shares the work. */
static void divide(const struct sck_costs *m, const struct division *d,
                   struct sck_cost *c)
{
    const int alone = m->workers == 1;
    const double polys = d->both ? 2 : 1, s = d->sources;
    const double halves =
        d->both && !d->apart &&
                (alone || sck_params_logn(m->params) <= SCK_JOINED_LOGN)
            ? 2
            : 1;
    const double gone = alone ? halves : 1;
    const double read = fmax(d->sum, 1);
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, d->level, &b);
    const double tasks = sck_cost_joined_tasks(m, &b, SCK_JOINED_BLOCKS);
    const double rows = b.limbs / tasks;

    sck_cost_add(m,
                 (struct sck_piece){.transforms = gone * s,
                                    .terms = gone * s,
                                    .passes = gone * (3 * s + 1),
                                    .handles = gone * (1 + ceil(s / m->grain))},
                 polys / gone, c);
    sck_cost_add(m,
                 (struct sck_piece){
                     .transforms = halves * rows,
                     .terms = (s + 2 + d->sum) * halves * rows,
                     .hot = halves * ((d->turned ? 4 : 2) * rows +
                                      (s + 1) * ceil(rows / SCK_COST_TARGETS)),
                     .passes = (1 + read) * halves * rows,
                     .handles = halves * (1 + (1 + read) * b.blocks / tasks)},
                 polys / halves * tasks, c);
}

void sck_cost_mod_down(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    divide(m,
           &(struct division){.sources = sck_cost_special(m, level),
                              .level = level,
                              .turned = 1,
                              .both = 1},
           c);
}

void sck_cost_mod_down_half(const struct sck_costs *m, uint32_t level,
                            struct sck_cost *c)
{
    divide(m,
           &(struct division){.sources = sck_cost_special(m, level),
                              .level = level},
           c);
}

void sck_cost_rescale(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level > 0)
        divide(m,
               &(struct division){
                   .sources = dropped, .level = level - 1, .both = 1},
               c);
}

void sck_cost_rescaled_sum(const struct sck_costs *m, uint32_t level,
                           uint32_t terms, struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    /* What goes is formed first, by itself. */
    sck_cost_add(m,
                 (struct sck_piece){.terms = 2.0 * terms * dropped,
                                    .passes = 2.0 * (terms + 1) * dropped,
                                    .handles = 2.0 * (terms + 1)},
                 1, c);
    divide(m,
           &(struct division){
               .sources = dropped, .level = level - 1, .both = 1, .sum = terms},
           c);
}

void sck_cost_raised_rescale(const struct sck_costs *m, uint32_t level,
                             struct sck_cost *c)
{
    const double special = sck_cost_special(m, level);
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level == 0 || !sck_params_fuses(m->params, level)) {
        divide(
            m,
            &(struct division){.sources = special, .level = level, .both = 1},
            c);
        sck_cost_rescale(m, level, c);
    } else {
        divide(m,
               &(struct division){
                   .sources = special + dropped, .level = level - 1, .both = 1},
               c);
    }
}

/* Each half times a whole number, then divided by itself. */
void sck_cost_lower(const struct sck_costs *m, uint32_t from, uint32_t level,
                    struct sck_cost *c)
{
    const double high = sck_cost_limbs(m->params, from);
    const double low = sck_cost_limbs(m->params, level);
    const struct division halves = {
        .sources = fmax(high - low, 1), .level = level, .both = 1, .apart = 1};

    if (from == level) {
        sck_cost_elementwise(m, level, 1, 1, c);
        return;
    }
    sck_cost_elementwise(m, from, 2, 1, c);
    divide(m, &halves, c);
}

void sck_cost_switched_secret(const struct sck_costs *m, uint32_t level,
                              double specials, struct sck_cost *c)
{
    const struct division halves = {
        .sources = specials, .level = level, .both = 1, .apart = 1};
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, level, &b);
    const double tasks = b.blocks + 1.0;
    const double rows = (b.limbs + specials) / tasks;

    /* One digit of level 0's limbs, with a key of one digit. */
    sck_cost_add(m,
                 (struct sck_piece){.transforms = rows,
                                    .terms = 5 * rows,
                                    .passes = 4 * rows,
                                    .cold = 2 * rows,
                                    .handles = 3},
                 tasks, c);
    divide(m, &halves, c);
}
