/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Counts of transforms, multiply-adds and limbs read and written. A kernel's
 * times are summed: transforms and products at the rates that they have in
 * cache, passes over limbs beside them. */
#include "cost_priv.h"

#include "dot.h"

#include <math.h>
#include <string.h>

static double members(const struct sck_costs *m)
{
    return m->members > 1 ? m->members : 1;
}

/* All members' work, who read keys once. */
static double memory_us(const struct sck_costs *m, const struct sck_piece *p)
{
    const int passes = m->around > m->rates->last_size;

    return sck_rates_bytes_us(
        m->rates,
        (double)sck_cost_limb_bytes(m->params, 1) *
            (p->cold + p->keys / members(m) + (passes ? p->passes : 0)));
}

static double handed_us(const struct sck_costs *m, const struct sck_piece *p)
{
    return m->around <= m->rates->last_size
               ? sck_rates_passes_us(m->rates, sck_params_logn(m->params),
                                     p->passes)
               : 0;
}

static double piece_us(const struct sck_costs *m, const struct sck_piece *p)
{
    const uint32_t logn = sck_params_logn(m->params);
    const int passes = m->around <= m->rates->last_size;
    const struct sck_piece written = {.passes = p->passes};

    return sck_rates_transform_us(m->rates, logn, p->transforms) +
           sck_rates_terms_us(m->rates, logn, p->terms) +
           sck_rates_passes_us(m->rates, logn,
                               p->hot + (passes ? p->passes : 0)) +
           sck_rates_keys_us(m->rates, logn, p->digits, p->keys) +
           sck_rates_cold_us(m->rates, logn, p->cold) + memory_us(m, &written);
}

double sck_cost_add_one(const struct sck_costs *m, const struct sck_piece *p,
                        struct sck_cost *c)
{
    const double many = members(m);
    const struct sck_piece all = {.transforms = many * p->transforms,
                                  .terms = many * p->terms,
                                  .hot = many * p->hot,
                                  .passes = many * p->passes,
                                  .cold = many * p->cold,
                                  .keys = many * p->keys,
                                  .digits = p->digits,
                                  .handles = many * p->handles};
    const double us = piece_us(m, &all);

    c->work_us += us;
    c->memory_us += memory_us(m, &all);
    c->handed_us += handed_us(m, &all);
    c->tasks++;
    c->handles += all.handles;
    return us + sck_rates_tasks_us(m->rates, 1, all.handles);
}

void sck_cost_add_times(struct sck_cost *c, const struct sck_cost *one,
                        double times, double in_turn)
{
    c->work_us += one->work_us * times;
    c->span_us += one->span_us * in_turn;
    c->tasks += one->tasks * times;
    c->handles += one->handles * times;
    c->memory_us += one->memory_us * times;
    c->handed_us += one->handed_us * times;
}

void sck_cost_add(const struct sck_costs *m, struct sck_piece p, double tasks,
                  struct sck_cost *c)
{
    struct sck_cost one = {0};

    one.span_us = sck_cost_add_one(m, &p, &one);
    sck_cost_add_times(c, &one, tasks, 1);
}

void sck_cost_blocks_of(const struct sck_costs *m, uint32_t level,
                        struct sck_cost_blocks *b)
{
    struct sck_level_layout l;

    sck_level_layout_of(m->params, level, m->grain, &l);
    b->blocks = b->q = l.blocks;
    b->limbs = l.limbs;
    memcpy(b->cut, l.cut, l.blocks * sizeof *l.cut);
    for (uint32_t k = 0, limb = 0; k < l.blocks; limb += l.cut[k++])
        b->digit[k] = l.digit[limb];
}

void sck_cost_raised_blocks_of(const struct sck_costs *m, uint32_t level,
                               struct sck_cost_blocks *b)
{
    struct sck_class_layout runs;

    sck_cost_blocks_of(m, level, b);
    sck_class_layout_of(
        sck_params_class(m->params, sck_params_class_of(m->params, level)),
        m->grain, &runs);
    for (uint32_t r = runs.q_runs; r < runs.runs; r++) {
        b->cut[b->blocks++] = runs.length[r];
        b->limbs += runs.length[r];
    }
}

uint32_t sck_cost_joined(const struct sck_costs *m,
                         const struct sck_cost_blocks *b, uint32_t k,
                         uint32_t end, uint32_t most)
{
    const uint32_t rows_most = sck_joined_rows_most(
        sck_params_logn(m->params), b->blocks, m->workers, m->workers == 1);
    uint32_t blocks = 1, rows = b->cut[k];

    while (blocks < most && k + blocks < end &&
           rows + b->cut[k + blocks] <= rows_most)
        rows += b->cut[k + blocks++];
    return blocks;
}

double sck_cost_joined_tasks(const struct sck_costs *m,
                             const struct sck_cost_blocks *b, uint32_t most)
{
    uint32_t tasks = 0;

    for (uint32_t k = 0; k < b->blocks; tasks++)
        k += sck_cost_joined(m, b, k, b->blocks, most);
    return tasks;
}

uint32_t sck_cost_special(const struct sck_costs *m, uint32_t level)
{
    return sck_params_class(m->params, sck_params_class_of(m->params, level))
        ->special_count;
}

void sck_cost_elementwise(const struct sck_costs *m, uint32_t level,
                          uint32_t polys, uint32_t operands, struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, level, &b);
    const double rows = (double)b.limbs / b.blocks;

    sck_cost_add(m,
                 (struct sck_piece){.terms = 2 * rows,
                                    .passes = (operands + 1) * rows,
                                    .handles = operands + 1},
                 (double)polys * b.blocks, c);
}

void sck_cost_product(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, level, &b);
    const double tasks = sck_cost_joined_tasks(m, &b, SCK_JOINED_BLOCKS);
    const double rows = b.limbs / tasks;

    sck_cost_add(m,
                 (struct sck_piece){.terms = 12 * rows,
                                    .passes = 7 * rows,
                                    .handles = 7 * b.blocks / tasks},
                 tasks, c);
    sck_cost_relinearised(m, level, c);
}

void sck_cost_relinearised(const struct sck_costs *m, uint32_t level,
                           struct sck_cost *c)
{
    sck_cost_digits(m, level, c);
    sck_cost_raise(m, level, c);
    sck_cost_raised_rescale(m, level, c);
}

void sck_cost_combined(const struct sck_costs *m, uint32_t level,
                       uint32_t products, uint32_t terms, struct sck_cost *c)
{
    const double operands = 4.0 * products + 2.0 * terms;
    const double halves = products != 0 ? 3 : 2;
    struct sck_cost_blocks b;

    if (products == 0 && terms <= SCK_FUSED_TERMS) {
        sck_cost_rescaled_sum(m, level, terms, c);
        return;
    }
    sck_cost_blocks_of(m, level, &b);
    const double tasks = sck_cost_joined_tasks(m, &b, SCK_PAIR);
    const double rows = b.limbs / tasks;

    sck_cost_add(
        m,
        (struct sck_piece){.terms = (12.0 * products + 2.0 * terms) * rows,
                           .passes = (operands + halves) * rows,
                           .handles = (operands + halves) * b.blocks / tasks},
        tasks, c);
    if (products != 0)
        sck_cost_relinearised(m, level, c);
    else
        sck_cost_rescale(m, level, c);
}

void sck_cost_dot(const struct sck_costs *m, uint32_t level, uint32_t terms,
                  struct sck_cost *c)
{
    struct sck_cost_blocks b;

    sck_cost_blocks_of(m, level, &b);
    const double rows = (double)b.limbs / b.blocks;

    for (uint32_t k = 0; k < terms; k += SCK_DOT_TERMS) {
        const double t = terms - k < SCK_DOT_TERMS ? terms - k : SCK_DOT_TERMS;

        sck_cost_add(m,
                     (struct sck_piece){.terms = (2 * t + 2) * rows,
                                        .passes = (2 * t + 2) * rows,
                                        .cold = t * rows,
                                        .handles = 2 * t + 2},
                     b.blocks, c);
    }
}

void sck_cost_tasks(const struct sck_costs *m, double tasks, double handles,
                    double terms, double passes, double cold,
                    struct sck_cost *c)
{
    sck_cost_add(
        m,
        (struct sck_piece){
            .terms = terms, .passes = passes, .cold = cold, .handles = handles},
        tasks, c);
}
