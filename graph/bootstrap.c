/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "bootstrap.h"
#include "plan_noise.h"

#include <math.h>
#include <string.h>

/* How often a stage is gone through: a step that waits leaves all to the other,
 * whose parts go through EvalMod each. */
static uint32_t times(const sck_plan *plan, const struct sck_step *step,
                      uint32_t stage)
{
    if (step->share == SCK_WAITS)
        return 0;
    return step->share == SCK_TAKES &&
                   strcmp(plan->stage[stage].name, "EvalMod") == 0
               ? 2
               : 1;
}

uint32_t sck_plan_bootstrap_switches(const sck_plan *plan,
                                     const struct sck_step *step)
{
    uint32_t switches = 0;

    for (uint32_t i = 0; i < plan->stages; i++)
        switches += times(plan, step, i) * plan->stage[i].key_switches;
    return switches;
}

/* Limbs of Q and P at a level. */
static uint32_t limbs_and_special(const sck_params *params, uint32_t level)
{
    const uint32_t key_class = sck_params_class_of(params, level);

    return sck_cost_limbs(params, level) +
           sck_params_class(params, key_class)->special_count;
}

static void add_layer(const struct sck_costs *m,
                      const struct sck_bootstrap_stage *s, struct sck_cost *c)
{
    const struct sck_cost_layer layer = {
        .babies = s->key_switches - s->giants,
        .giants = s->giants,
        .diagonals = s->diagonals,
        .held = ldexp(s->words, -(int)sck_params_logn(m->params))};

    sck_cost_layer(m, s->level, &layer, c);
}

/* Of `all` the share of one of so many, as even as may be. */
static uint32_t share(uint32_t all, uint32_t of, uint32_t i)
{
    return all / of + (i < all % of);
}

/* A level's sums; those with products are relinearised. */
static void add_evalmod(const struct sck_costs *m,
                        const struct sck_bootstrap_stage *s, struct sck_cost *c)
{
    for (uint32_t i = 0; i < s->sums; i++)
        sck_cost_combined(
            m, s->level,
            i < s->key_switches ? share(s->products, s->key_switches, i) : 0,
            share(s->multiples, s->sums, i), c);
}

static void add_stage(const struct sck_costs *m,
                      const struct sck_bootstrap_stage *s, struct sck_cost *c)
{
    if (s->diagonals != 0)
        add_layer(m, s, c);
    else if (strcmp(s->name, "encapsulation") == 0)
        sck_cost_encapsulation(m, c);
    else if (strcmp(s->name, "trace") == 0)
        sck_cost_trace(m, s->level, s->key_switches, c);
    else if (strcmp(s->name, "conjugation") == 0)
        sck_cost_rotation(m, s->level, c);
    else
        add_evalmod(m, s, c);
}

/* What one operand takes before and after the stages. */
static void add_scaling(const sck_plan *plan, const struct sck_costs *m,
                        const struct sck_step *step, struct sck_cost *c)
{
    const uint32_t in = sck_bootstrap_input_level(plan->params);
    const uint32_t halved = in + (step->down != 0);

    sck_cost_lower(m, step->from < halved ? halved : step->from, halved, c);
    if (step->down != 0) {
        sck_cost_elementwise(m, halved, 2, 1, c);
        sck_cost_rescale(m, halved, c);
    }
    /* Lowered once more, to where it is, when it is bootstrapped. */
    if (step->down != 0 || step->share == SCK_TAKES)
        sck_cost_elementwise(m, in, 1, 1, c);
    if (step->up != 0)
        sck_cost_elementwise(m, sck_params_app_top(plan->params), 2, 2, c);
}

/* Real and imaginary parts, from a value and its conjugate, onto EvalMod's
 * argument. */
static void add_parts(const sck_plan *plan, const struct sck_costs *m,
                      const struct sck_step *step, struct sck_cost *c)
{
    const uint32_t level = sck_params_app_top(plan->params) +
                           sck_params_shape(plan->params)->levels_evalmod;

    if (step->share == SCK_WAITS)
        return;
    sck_cost_elementwise(m, level, 2, 2, c);
    sck_cost_elementwise(m, level, 1, 1, c);
    if (step->share == SCK_TAKES) {
        sck_cost_elementwise(m, level, 2, 2, c);
        sck_cost_elementwise(m, level, 3, 1, c);
    }
}

void sck_bootstrap_cost(const sck_plan *plan, const struct sck_costs *m,
                        const struct sck_step *step, struct sck_cost *c)
{
    struct sck_costs both = *m;

    both.members = 2;
    add_scaling(plan, m, step, c);
    for (uint32_t i = 0; i < plan->stages; i++)
        /* A lone worker's two parts are a batch. */
        if (times(plan, step, i) == 2 && m->workers == 1)
            add_stage(&both, &plan->stage[i], c);
        else
            for (uint32_t k = 0; k < times(plan, step, i); k++)
                add_stage(m, &plan->stage[i], c);
    /* Times i, and added. */
    if (step->share == SCK_TAKES)
        sck_cost_elementwise(m, sck_bootstrap_input_level(plan->params), 4, 2,
                             c);
    add_parts(plan, m, step, c);
}

double sck_bootstrap_alone_us(const sck_plan *plan, uint32_t first,
                              uint32_t second)
{
    struct sck_step a = plan->step[first], b = plan->step[second];

    a.share = b.share = SCK_ALONE;
    return sck_step_time(plan, &a) + sck_step_time(plan, &b);
}

double sck_bootstrap_pair_gain_us(const sck_plan *plan, uint32_t first,
                                  uint32_t second)
{
    struct sck_step a = plan->step[first], b = plan->step[second];

    a.share = SCK_WAITS;
    b.share = SCK_TAKES;
    return sck_bootstrap_alone_us(plan, first, second) -
           sck_step_time(plan, &a) - sck_step_time(plan, &b);
}

/* So many vectors over a level's Q, or Q and P, and a key switch there. */
static uint64_t vectors_bytes(const sck_params *params, uint32_t level,
                              uint64_t vectors, uint32_t limbs)
{
    return vectors * sck_cost_limb_bytes(params, 2 * (uint64_t)limbs) +
           sck_cost_switch_bytes(params, level);
}

uint64_t sck_bootstrap_step_bytes(const sck_plan *plan,
                                  const struct sck_step *step)
{
    const sck_params *const params = plan->params;
    const uint32_t top = sck_params_levels(params) - 1;
    const uint32_t first =
        sck_params_app_top(params) + sck_params_shape(params)->levels_evalmod;
    /* CoeffToSlot: at most 8 babies and two sums over Q and P; operand and
     * result over Q. */
    const uint64_t cts =
        vectors_bytes(params, top, 12, limbs_and_special(params, top));
    /* Each part's EvalMod: argument, conjugate and result, the polynomials that
     * the series holds at once, a product. */
    const uint64_t both =
        2 * vectors_bytes(params, first, 10, sck_cost_limbs(params, first));

    return step->share == SCK_TAKES && both > cts ? both : cts;
}

/* A layer's largest task: a block of all its keys, diagonals and sums. */
static uint64_t layer_task_bytes(const sck_plan *plan,
                                 const struct sck_bootstrap_stage *s)
{
    const uint32_t key_class = sck_params_class_of(plan->params, s->level);
    const uint64_t digits = sck_params_class(plan->params, key_class)->digits;
    const uint64_t keys = s->key_switches - s->giants;
    const uint64_t diagonals =
        ((uint64_t)s->diagonals * s->words >> sck_params_logn(plan->params)) +
        1;
    const uint64_t rows =
        2 + 2 * digits * keys + diagonals + 2 * (s->giants + 1ull);

    return s->diagonals == 0
               ? 0
               : sck_cost_limb_bytes(plan->params,
                                     sck_cost_limbs(plan->params, s->level) +
                                         digits + plan->grain.limbs * rows);
}

uint64_t sck_bootstrap_task_bytes(const sck_plan *plan)
{
    uint64_t most =
        sck_cost_task_bytes(plan->params, sck_params_levels(plan->params) - 1);

    for (uint32_t i = 0; i < plan->stages; i++) {
        const uint64_t bytes = layer_task_bytes(plan, &plan->stage[i]);

        most = bytes > most ? bytes : most;
    }
    return most;
}

uint64_t sck_bootstrap_weight_limbs(const sck_plan *plan)
{
    uint64_t words = 0;

    for (uint32_t i = 0; i < plan->stages && plan->bootstraps != 0; i++)
        words += (uint64_t)plan->stage[i].diagonals * plan->stage[i].words *
                 limbs_and_special(plan->params, plan->stage[i].level);
    return words >> sck_params_logn(plan->params);
}

/* What EvalMod's rounding leaves in a slot at N = 2^16 and all slots, whose
 * error has longer tails than a normal one: a quarter of the worst error seen
 * over 2^15 slots (parameters.md, sections 1 and 4). */
static double rounding_bits(const sck_params *params)
{
    const uint32_t scale = sck_params_shape(params)->scale_bits;

    return scale >= 45 ? 24.6 : scale >= 40 ? 21.9 : 20.0;
}

double sck_bootstrap_noise(const sck_plan *plan, const struct sck_step *step)
{
    const uint32_t top = sck_params_app_top(plan->params);
    const uint32_t in = sck_bootstrap_input_level(plan->params);
    const double n = ldexp(1, (int)sck_params_logn(plan->params));
    /* The polynomial: below 2^-22.6, about 2^-23.6 on average. */
    const double polynomial = exp2(-23.6);
    /* Rounding a coefficient is 2^8 sqrt(N / 2^16), and slots add roots. */
    const double rounding = exp2(-rounding_bits(plan->params)) *
                            sqrt(plan->slots / 0x1p15 * n / 0x1p16);
    const double brought = sck_plan_noise_round(plan, in);
    double other = 0;

    /* What the other part's errors have of imaginary parts. */
    if (step->share != SCK_ALONE) {
        const struct sck_step *with = &plan->step[step->with];

        other =
            hypot(brought, ldexp(plan->step[with->a].error, -(int)with->down));
    }
    return ldexp(sqrt(polynomial * polynomial + rounding * rounding +
                      brought * brought + other * other +
                      pow(sck_plan_noise_round(plan, top), 2)),
                 (int)step->up);
}
