/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Counts of transforms, multiply-adds and limbs read and written. A kernel's
 * times are summed: transforms and products at the rates that they have in
 * cache, passes over limbs beside them. */
#include "cost.h"

#include "dot.h"
#include "layout.h"

#include <math.h>

/* Targets that a conversion makes from one pass over its sources. */
enum { TARGETS = 8 };

/* One task's counts, in limbs. */
struct piece {
    double transforms, terms;
    double hot;    /* read or written, from the task before or its own */
    double passes; /* operands and results, read or written */
    double cold;   /* read from memory */
    double keys;   /* of switching keys, from memory, times digits */
    double handles;
};

static double memory_us(const struct sck_costs *m, const struct piece *p)
{
    const int passes = m->around > m->rates->last_size;

    return sck_rates_bytes_us(
        m->rates, (double)sck_cost_limb_bytes(m->params, 1) *
                      (p->cold + p->keys + (passes ? p->passes : 0)));
}

static double handed_us(const struct sck_costs *m, const struct piece *p)
{
    return m->around <= m->rates->last_size
               ? sck_rates_passes_us(m->rates, sck_params_logn(m->params),
                                     p->passes)
               : 0;
}

static double piece_us(const struct sck_costs *m, const struct piece *p)
{
    const uint32_t logn = sck_params_logn(m->params);
    const int passes = m->around <= m->rates->last_size;
    const struct piece written = {.passes = p->passes};

    return sck_rates_transform_us(m->rates, logn, p->transforms) +
           sck_rates_terms_us(m->rates, logn, p->terms) +
           sck_rates_passes_us(m->rates, logn,
                               p->hot + (passes ? p->passes : 0)) +
           sck_rates_keys_us(m->rates, logn, p->keys) +
           sck_rates_cold_us(m->rates, logn, p->cold) + memory_us(m, &written);
}

/* So many tasks alike in one phase, after the one before. */
static void add(const struct sck_costs *m, struct piece p, double tasks,
                struct sck_cost *c)
{
    const double us = piece_us(m, &p);

    c->work_us += us * tasks;
    c->memory_us += memory_us(m, &p) * tasks;
    c->handed_us += handed_us(m, &p) * tasks;
    c->tasks += tasks;
    c->handles += p.handles * tasks;
    c->span_us += us + sck_rates_tasks_us(m->rates, 1, p.handles);
}

static struct sck_level_layout layout_of(const struct sck_costs *m,
                                         uint32_t level)
{
    struct sck_level_layout layout;

    sck_level_layout_of(m->params, level, m->grain, &layout);
    return layout;
}

static const struct sck_key_class *class_of(const struct sck_costs *m,
                                            uint32_t level)
{
    return sck_params_class(m->params, sck_params_class_of(m->params, level));
}

void sck_cost_elementwise(const struct sck_costs *m, uint32_t level,
                          uint32_t polys, uint32_t operands, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;

    add(m,
        (struct piece){.terms = 2 * rows,
                       .passes = (operands + 1) * rows,
                       .handles = operands + 1},
        (double)polys * l.blocks, c);
}

void sck_cost_digits(const struct sck_costs *m, uint32_t level,
                     struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    double digits = 0;

    for (uint32_t i = 0; i < l.limbs; i++)
        digits += i == 0 || l.digit[i] != l.digit[i - 1];
    const double s = l.limbs / digits;

    add(m,
        (struct piece){.transforms = s,
                       .terms = s,
                       .hot = 2 * s + 1,
                       .passes = s,
                       .handles = 1 + l.blocks / digits},
        digits, c);
}

/* A block of rows limbs: own: the limbs of its own digit, 0 for P. */
static struct piece raised(const struct sck_level_layout *l, double digits,
                           double keys, const struct sck_cost_onward *more,
                           double rows, double own)
{
    const double others = own == 0 ? digits : digits - 1;
    const double sources = l->limbs - own + others;

    return (struct piece){
        .transforms = others * rows,
        .terms = (sources + more->terms) * rows,
        .hot = sources * ceil(rows / TARGETS) + (2 * others + more->hot) * rows,
        .passes = (2 * more->sums + (own == 0 ? 0 : 3)) * rows,
        .cold = more->cold * rows,
        .keys = 2 * digits * keys * rows,
        .handles = 2 * more->sums + digits + keys + (own == 0 ? 0 : 2) +
                   more->handles};
}

void sck_cost_raise(const struct sck_costs *m, uint32_t level,
                    struct sck_cost *c)
{
    sck_cost_hoisted(m, level, 1, c);
}

void sck_cost_hoisted(const struct sck_costs *m, uint32_t level, uint32_t keys,
                      struct sck_cost *c)
{
    const struct sck_cost_onward none = {.sums = keys};

    sck_cost_hoisted_onward(m, level, keys, &none, c);
}

void sck_cost_hoisted_onward(const struct sck_costs *m, uint32_t level,
                             uint32_t keys, const struct sck_cost_onward *more,
                             struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    struct sck_class_layout runs;
    double held[SCK_MAX_DIGITS] = {0}, digits = 0, longest = 0;
    uint32_t limb = 0;

    sck_class_layout_of(class_of(m, level), m->grain, &runs);
    for (uint32_t i = 0; i < l.limbs; i++)
        digits += held[l.digit[i]]++ == 0;
    for (uint32_t k = 0; k < l.blocks + runs.runs - runs.q_runs; k++) {
        const int special = k >= l.blocks;
        const struct piece p =
            special
                ? raised(&l, digits, keys, more,
                         runs.length[runs.q_runs + k - l.blocks], 0)
                : raised(&l, digits, keys, more, l.cut[k], held[l.digit[limb]]);
        const double us = piece_us(m, &p);

        limb += special ? 0 : l.cut[k];
        c->work_us += us;
        c->memory_us += memory_us(m, &p);
        c->handed_us += handed_us(m, &p);
        c->tasks++;
        c->handles += p.handles;
        longest =
            fmax(longest, us + sck_rates_tasks_us(m->rates, 1, p.handles));
    }
    c->span_us += longest;
}

/* polys polynomials, one or two, divided: sources limbs go, to a level. */
static void divide(const struct sck_costs *m, double sources, uint32_t level,
                   int turned, double polys, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double halves =
        sck_params_logn(m->params) <= SCK_JOINED_LOGN ? polys : 1;
    const double rows = halves * l.limbs / l.blocks;

    add(m,
        (struct piece){.transforms = sources,
                       .terms = sources,
                       .passes = 3 * sources + 1,
                       .handles = 1 + ceil(sources / m->grain)},
        polys, c);
    add(m,
        (struct piece){.transforms = rows,
                       .terms = (sources + 2) * rows,
                       .hot = (turned ? 4 : 2) * rows +
                              (sources + 1) * ceil(rows / halves / TARGETS) *
                                  halves,
                       .passes = 2 * rows,
                       .handles = 3 * halves},
        polys / halves * l.blocks, c);
}

void sck_cost_mod_down(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    divide(m, class_of(m, level)->special_count, level, 1, 2, c);
}

void sck_cost_mod_down_half(const struct sck_costs *m, uint32_t level,
                            struct sck_cost *c)
{
    divide(m, class_of(m, level)->special_count, level, 0, 1, c);
}

void sck_cost_rotation(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
    sck_cost_mod_down(m, level, c);
}

void sck_cost_rescale(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level > 0)
        divide(m, dropped, level - 1, 0, 2, c);
}

void sck_cost_product(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;

    add(m, (struct piece){.terms = 12 * rows, .passes = 7 * rows, .handles = 7},
        l.blocks, c);
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
    sck_cost_raised_rescale(m, level, c);
}

void sck_cost_raised_rescale(const struct sck_costs *m, uint32_t level,
                             struct sck_cost *c)
{
    const double special = class_of(m, level)->special_count;
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level == 0 || !sck_params_fuses(m->params, level)) {
        divide(m, special, level, 0, 2, c);
        sck_cost_rescale(m, level, c);
    } else {
        divide(m, special + dropped, level - 1, 0, 2, c);
    }
}

void sck_cost_dot(const struct sck_costs *m, uint32_t level, uint32_t terms,
                  struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;

    for (uint32_t k = 0; k < terms; k += SCK_DOT_TERMS) {
        const double t = terms - k < SCK_DOT_TERMS ? terms - k : SCK_DOT_TERMS;

        add(m,
            (struct piece){.terms = (2 * t + 2) * rows,
                           .passes = (2 * t + 2) * rows,
                           .cold = t * rows,
                           .handles = 3 * t + 2},
            l.blocks, c);
    }
}

void sck_cost_lower(const struct sck_costs *m, uint32_t from, uint32_t level,
                    struct sck_cost *c)
{
    const double high = sck_cost_limbs(m->params, from);
    const double low = sck_cost_limbs(m->params, level);

    sck_cost_elementwise(m, from, 2, 1, c);
    divide(m, fmax(high - low, 1), level, 0, 2, c);
}

void sck_cost_tasks(const struct sck_costs *m, double tasks, double handles,
                    double terms, double passes, double cold,
                    struct sck_cost *c)
{
    add(m,
        (struct piece){
            .terms = terms, .passes = passes, .cold = cold, .handles = handles},
        tasks, c);
}
