/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Counts of transforms, multiply-adds and limbs read and written. A kernel's
 * times are summed: transforms and products at the rates that they have in
 * cache, passes over limbs beside them. */
#include "cost.h"
#include "sck_encrypted.h"

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
};

static double memory_us(const struct sck_costs *m, const struct piece *p)
{
    const int passes = m->around > m->rates->last_size;

    return sck_rates_bytes_us(m->rates,
                              (double)sck_cost_limb_bytes(m->params, 1) *
                                  (p->cold + (passes ? p->passes : 0)));
}

static double piece_us(const struct sck_costs *m, const struct piece *p)
{
    const uint32_t logn = sck_params_logn(m->params);
    const int passes = m->around <= m->rates->last_size;

    return sck_rates_transform_us(m->rates, logn, p->transforms) +
           sck_rates_terms_us(m->rates, logn, p->terms) +
           sck_rates_passes_us(m->rates, logn,
                               p->hot + (passes ? p->passes : 0)) +
           memory_us(m, p);
}

/* So many tasks alike in one phase, after the one before. */
static void add(const struct sck_costs *m, struct piece p, double tasks,
                struct sck_cost *c)
{
    const double us = piece_us(m, &p);

    c->work_us += us * tasks;
    c->memory_us += memory_us(m, &p) * tasks;
    c->tasks += tasks;
    c->span_us += us + m->rates->task_us;
}

double sck_cost_us(const struct sck_costs *m, const struct sck_cost *c)
{
    return c->work_us + sck_rates_tasks_us(m->rates, c->tasks);
}

double sck_cost_time_us(const struct sck_costs *m, const struct sck_cost *c,
                        uint32_t workers)
{
    const double share = workers > 1 ? 1.0 / workers : 1;
    const double slower = sck_rates_sharing(m->rates, workers) - 1;

    return m->rates->start_us +
           (sck_cost_us(m, c) + slower * c->memory_us) * share +
           c->span_us * (1 - share);
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

    add(m,
        (struct piece){
            .transforms = s, .terms = s, .hot = 2 * s + 1, .passes = s},
        digits, c);
}

/* A block of rows limbs: own: the limbs of its own digit, 0 for P. */
static struct piece raised(const struct sck_level_layout *l, double digits,
                           double keys, double rows, double own)
{
    const double others = own == 0 ? digits : digits - 1;
    const double sources = l->limbs - own + others;

    return (struct piece){.transforms = others * rows,
                          .terms = (sources + 2 * digits * keys) * rows,
                          .hot = sources * ceil(rows / TARGETS) +
                                 2 * others * rows,
                          .passes = (2 * keys + (own == 0 ? 0 : 3)) * rows,
                          .cold = 2 * digits * keys * rows};
}

void sck_cost_raise(const struct sck_costs *m, uint32_t level,
                    struct sck_cost *c)
{
    sck_cost_hoisted(m, level, 1, c);
}

void sck_cost_hoisted(const struct sck_costs *m, uint32_t level, uint32_t keys,
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
            special ? raised(&l, digits, keys,
                             runs.length[runs.q_runs + k - l.blocks], 0)
                    : raised(&l, digits, keys, l.cut[k], held[l.digit[limb]]);
        const double us = piece_us(m, &p);

        limb += special ? 0 : l.cut[k];
        c->work_us += us;
        c->memory_us += memory_us(m, &p);
        c->tasks++;
        longest = fmax(longest, us);
    }
    c->span_us += longest + m->rates->task_us;
}

/* Two polynomials divided: sources limbs go, to a level. */
static void divide(const struct sck_costs *m, double sources, uint32_t level,
                   int turned, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double halves = sck_params_logn(m->params) <= SCK_JOINED_LOGN ? 2 : 1;
    const double rows = halves * l.limbs / l.blocks;

    add(m,
        (struct piece){
            .transforms = sources, .terms = sources, .passes = 3 * sources + 1},
        2, c);
    add(m,
        (struct piece){.transforms = rows,
                       .terms = (sources + 2) * rows,
                       .hot = (turned ? 4 : 2) * rows +
                              (sources + 1) * ceil(rows / halves / TARGETS) *
                                  halves,
                       .passes = 2 * rows},
        2 / halves * l.blocks, c);
}

void sck_cost_mod_down(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c)
{
    divide(m, class_of(m, level)->special_count, level, 1, c);
}

void sck_cost_rescale(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    uint32_t dropped;

    sck_params_dropped(m->params, level, &dropped);
    if (level > 0)
        divide(m, dropped, level - 1, 0, c);
}

void sck_cost_product(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double rows = (double)l.limbs / l.blocks;

    add(m, (struct piece){.terms = 12 * rows, .passes = 7 * rows}, l.blocks, c);
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
        divide(m, special, level, 0, c);
        sck_cost_rescale(m, level, c);
    } else {
        divide(m, special + dropped, level - 1, 0, c);
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
    divide(m, fmax(high - low, 1), level, 0, c);
}

void sck_cost_tasks(const struct sck_costs *m, double tasks, double terms,
                    double passes, double cold, struct sck_cost *c)
{
    add(m, (struct piece){.terms = terms, .passes = passes, .cold = cold},
        tasks, c);
}

uint32_t sck_cost_repeat(const sck_params *params, uint32_t slots)
{
    /* A row holds 8 words at least (fhe/eval_priv.h). */
    const uint32_t words = slots < 4 ? 8 : 2 * slots;

    return (UINT32_C(1) << sck_params_logn(params)) / words;
}

void sck_cost_encode(const struct sck_costs *m, uint32_t level,
                     uint32_t special, uint32_t slots, struct sck_cost *c)
{
    const struct sck_level_layout l = layout_of(m, level);
    const double blocks = l.blocks + ceil((double)special / m->grain);
    const double repeat = sck_cost_repeat(m->params, slots);
    const double rows = (l.limbs + special) / blocks;
    const uint32_t logn =
        sck_params_logn(m->params) - (uint32_t)lround(log2(repeat));
    const double embed = sck_rates_embed_us(m->rates, logn);
    const double terms = sck_rates_terms_us(m->rates, logn, 4 * rows);
    const double work = sck_rates_transform_us(m->rates, logn, rows) + terms;

    /* Slots are copied in, doubles written and read. */
    add(m, (struct piece){.cold = 6 / repeat}, 1, c);
    add(m, (struct piece){.passes = (2 + 3 * rows) / repeat}, blocks, c);
    c->work_us += embed + work * blocks;
    c->span_us += embed + work;
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
