/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Counts of transforms, multiply-adds and limbs read and written. A kernel's
 * times are summed: transforms and products at the rates that they have in
 * cache, passes over limbs beside them. */
#include "cost_priv.h"
#include "sck_encrypted.h"

#include "dot.h"
#include "layout.h"

#include <math.h>

/* Targets that a conversion makes from one pass over its sources. */
enum { TARGETS = 8 };

double sck_cost_us(const struct sck_costs *m, const struct sck_cost *c)
{
    return c->work_us + sck_rates_tasks_us(m->rates, c->tasks);
}

void sck_cost_elementwise(const struct sck_costs *m, uint32_t level,
                          uint32_t polys, uint32_t operands, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;

    add(m, (struct piece){.terms = 2 * rows, .passes = (operands + 1) * rows},
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

    add(m, (struct piece){.transforms = s, .terms = s, .passes = 3 * s + 1},
        digits, c);
}

struct piece sck_cost_raised(const struct sck_level_layout *l, double digits,
                             double rows, double own)
{
    const double others = own == 0 ? digits : digits - 1;
    const double sources = l->limbs - own + others;

    return (struct piece){.transforms = others * rows,
                          .terms = (sources + 2 * digits) * rows,
                          .passes =
                              sources * ceil(rows / TARGETS) +
                              (2 * others + 2 + (own == 0 ? 0 : 3)) * rows,
                          .cold = 2 * digits * rows};
}

void sck_cost_raise(const struct sck_costs *m, uint32_t level,
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
                ? sck_cost_raised(&l, digits,
                                  runs.length[runs.q_runs + k - l.blocks], 0)
                : sck_cost_raised(&l, digits, l.cut[k], held[l.digit[limb]]);
        const double us = piece_us(m, &p);

        limb += special ? 0 : l.cut[k];
        c->work_us += us;
        c->tasks++;
        longest = fmax(longest, us);
    }
    c->span_us += longest + m->rates->task_us;
}

void sck_cost_divide(const struct sck_costs *m, double sources, uint32_t level,
                     int turned, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double halves = sck_params_logn(m->params) <= SCK_JOINED_LOGN ? 2 : 1;
    const double rows = halves * l.limbs / l.blocks;

    add(m,
        (struct piece){.transforms = halves * sources,
                       .terms = halves * sources,
                       .passes = halves * (3 * sources + 1)},
        2 / halves, c);
    add(m,
        (struct piece){.transforms = rows,
                       .terms = (sources + 2) * rows,
                       .passes = (turned ? 6 : 4) * rows +
                                 (sources + 1) * ceil(rows / halves / TARGETS) *
                                     halves},
        2 / halves * l.blocks, c);
}

void sck_cost_mod_down(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    sck_cost_divide(m, class_of(m, level)->special_count, level, 1, c);
}

void sck_cost_rescale(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level > 0)
        sck_cost_divide(m, dropped, level - 1, 0, c);
}

void sck_cost_product(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;
    const double special = class_of(m, level)->special_count;
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    add(m, (struct piece){.terms = 12 * rows, .passes = 7 * rows}, l.blocks, c);
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
    if (level == 0 || !sck_params_fuses(m->params, level)) {
        sck_cost_divide(m, special, level, 0, c);
        sck_cost_rescale(m, level, c);
    } else {
        sck_cost_divide(m, special + dropped, level - 1, 0, c);
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
                           .cold = t * rows},
            l.blocks, c);
    }
}

void sck_cost_lower(const struct sck_costs *m, uint32_t from, uint32_t level,
                    struct sck_cost *c)
{
    const double high = sck_cost_limbs(m->params, from);
    const double low = sck_cost_limbs(m->params, level);

    sck_cost_elementwise(m, from, 2, 1, c);
    sck_cost_divide(m, fmax(high - low, 1), level, 0, c);
}

void sck_cost_encode(const struct sck_costs *m, uint32_t level,
                     struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;
    const double embed =
        sck_rates_embed_us(m->rates, sck_params_logn(m->params));

    /* Slots are copied in, doubles written and read. */
    add(m, (struct piece){.cold = 6}, 1, c);
    c->work_us += embed;
    c->span_us += embed;
    add(m,
        (struct piece){
            .transforms = rows, .terms = 4 * rows, .passes = 2 + 3 * rows},
        l.blocks, c);
}

void sck_cost_key(const struct sck_costs *m, uint32_t key_class,
                  struct sck_cost *c)
{
    /* The encapsulation keys have no class; one spans the top level. */
    const struct sck_key_class *k =
        sck_params_class(m->params, key_class == SCK_KEY_NO_CLASS
                                        ? sck_params_classes(m->params) - 1
                                        : key_class);
    struct sck_class_layout runs;

    sck_class_layout_of(k, m->grain, &runs);
    const double half = (double)k->digits * (k->count + k->special_count);

    c->work_us +=
        sck_rates_expand_us(m->rates, sck_params_logn(m->params), half);
    /* The other half: read, unpacked, copied. */
    add(m,
        (struct piece){.terms = 2 * half / runs.runs,
                       .cold = 8 * half / runs.runs},
        runs.runs, c);
}
