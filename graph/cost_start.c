/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Keys and weights, before the first input. */
#include "cost.h"
#include "sck_encrypted.h"

#include "layout.h"

#include <math.h>

uint32_t sck_cost_repeat(const sck_params *params, uint32_t slots)
{
    /* A row holds 8 words at least (fhe/eval_priv.h). */
    const uint32_t words = slots < 4 ? 8 : 2 * slots;

    return (UINT32_C(1) << sck_params_logn(params)) / words;
}

void sck_cost_encode(const struct sck_costs *m, uint32_t level,
                     uint32_t special, uint32_t slots, struct sck_cost *c)
{
    struct sck_level_layout l;

    sck_level_layout_of(m->params, level, m->grain, &l);
    const double blocks = l.blocks + ceil((double)special / m->grain);
    const double repeat = sck_cost_repeat(m->params, slots);
    const double rows = (l.limbs + special) / blocks;
    const uint32_t logn =
        sck_params_logn(m->params) - (uint32_t)lround(log2(repeat));
    const double embed = sck_rates_embed_us(m->rates, logn);
    const double terms = sck_rates_terms_us(m->rates, logn, 4 * rows);
    const double work = sck_rates_transform_us(m->rates, logn, rows) + terms;

    /* Slots are copied in, doubles written and read. */
    sck_cost_tasks(m, 1, 1, 0, 0, 6 / repeat, c);
    sck_cost_tasks(m, blocks, 2, 0, (2 + 3 * rows) / repeat, 0, c);
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
    sck_cost_tasks(m, runs.runs, 1, 2 * half / runs.runs, 0,
                   8 * half / runs.runs, c);
}
