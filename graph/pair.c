/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Two values that are refreshed without one waiting for the other share a
 * bootstrap, as real and imaginary part: the first one's waits for the
 * second's. Placement does not count on it: it comes after. */
#include "bootstrap.h"
#include "compile_priv.h"

/* The first step that reads value i, or the end. */
static uint32_t first_reader(const sck_plan *plan, uint32_t i)
{
    for (uint32_t k = i + 1; k < plan->steps; k++)
        if (plan->step[k].a == i || plan->step[k].b == i)
            return k;
    return plan->steps;
}

static int alone(const struct sck_step *step)
{
    return step->op == SCK_OP_BOOTSTRAP && step->share == SCK_ALONE;
}

void sck_compile_pairs(sck_plan *plan)
{
    for (uint32_t i = 0; i < plan->steps; i++) {
        struct sck_step *first = &plan->step[i];
        const uint32_t end = alone(first) ? first_reader(plan, i) : i;
        uint32_t k = i + 1;

        while (k < end && !alone(&plan->step[k]))
            k++;
        if (k >= end || sck_bootstrap_pair_gain_us(plan, i, k) <= 0)
            continue;
        struct sck_step *second = &plan->step[k];

        first->share = SCK_WAITS;
        second->share = SCK_TAKES;
        first->with = k;
        second->with = i;
        second->b = first->a;
    }
}
