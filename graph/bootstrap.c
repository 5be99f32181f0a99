/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "bootstrap.h"
#include "cost.h"
#include "plan_noise.h"

#include <math.h>

uint32_t sck_plan_bootstrap_switches(const sck_plan *plan)
{
    uint32_t switches = 0;

    for (uint32_t i = 0; i < plan->stages; i++)
        switches += plan->stage[i].key_switches;
    return switches;
}

/* Limbs of Q and P at a level. */
static uint32_t limbs_and_special(const sck_params *params, uint32_t level)
{
    const uint32_t key_class = sck_params_class_of(params, level);

    return sck_cost_limbs(params, level) +
           sck_params_class(params, key_class)->special_count;
}

static double stage_time(const sck_params *p,
                         const struct sck_bootstrap_stage *s)
{
    /* Rotations of one layer share a decomposition and one division by P: each
     * further one takes a fifth to a quarter of a key switch (counts of
     * transforms and products: parameters.md, section 6). */
    const double shared = 0.25;
    const double one = sck_cost_key_switch(p, s->level);

    if (s->diagonals != 0)
        return one * (1 + shared * s->key_switches) +
               sck_cost_elementwise(p, 2 * (uint64_t)s->diagonals *
                                           limbs_and_special(p, s->level)) +
               sck_cost_rescale(p, s->level);
    return s->key_switches *
           (one + sck_cost_rescale(p, s->level) +
            sck_cost_elementwise(p, 4 * (uint64_t)sck_cost_limbs(p, s->level)));
}

double sck_bootstrap_time(const sck_plan *plan, const struct sck_step *step)
{
    const sck_params *p = plan->params;
    const uint32_t in = sck_bootstrap_input_level(p) + (step->down != 0);
    double time = 0;

    if (step->from > in)
        time += (1 + step->from - in) * sck_cost_rescale(p, step->from);
    if (step->down != 0)
        time += sck_cost_rescale(p, in);
    if (step->up != 0)
        time += sck_cost_elementwise(
            p, 2 * (uint64_t)sck_cost_limbs(p, sck_params_app_top(p)));
    for (uint32_t i = 0; i < plan->stages; i++)
        time += stage_time(p, &plan->stage[i]);
    return time;
}

uint64_t sck_bootstrap_step_bytes(const sck_plan *plan)
{
    const uint32_t top = sck_params_levels(plan->params) - 1;
    /* CoeffToSlot: at most 8 babies and two sums over Q and P; operand and
     * result over Q. */
    const uint64_t vectors = 12;

    return vectors * sck_cost_limb_bytes(
                         plan->params,
                         2 * (uint64_t)limbs_and_special(plan->params, top)) +
           sck_cost_switch_bytes(plan->params, top);
}

uint64_t sck_bootstrap_task_bytes(const sck_plan *plan)
{
    return sck_cost_task_bytes(plan->params,
                               sck_params_levels(plan->params) - 1);
}

uint64_t sck_bootstrap_weight_limbs(const sck_plan *plan)
{
    uint64_t limbs = 0;

    for (uint32_t i = 0; i < plan->stages && plan->bootstraps != 0; i++)
        limbs += (uint64_t)plan->stage[i].diagonals *
                 limbs_and_special(plan->params, plan->stage[i].level);
    return limbs;
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

    return ldexp(sqrt(polynomial * polynomial + rounding * rounding +
                      brought * brought +
                      pow(sck_plan_noise_round(plan, top), 2)),
                 (int)step->up);
}
