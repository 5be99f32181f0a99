/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The switching keys that a plan uses, each once, and no other. */
#include "plan_priv.h"

#include <stdlib.h>

/* Both halves of every digit over all of U and P, as handles hold them. */
static uint64_t key_bytes(const sck_params *params, uint32_t key_class)
{
    const struct sck_key_class *k = sck_params_class(params, key_class);

    return UINT64_C(2) * k->digits * (k->count + k->special_count) *
               sizeof(uint32_t)
           << sck_params_logn(params);
}

static sck_status need(sck_plan *plan, const struct sck_step *step,
                       uint32_t level, uint32_t galois)
{
    const uint32_t key_class = sck_params_class_of(plan->params, level);

    if (key_class == UINT32_MAX)
        return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                        "%s: level %u has no key class", step->layer, level);
    for (uint32_t i = 0; i < plan->keys; i++)
        if (plan->key[i].galois == galois &&
            plan->key[i].key_class == key_class)
            return SCK_OK;
    if (!sck_graph_grow((void **)&plan->key, plan->keys, &plan->key_room,
                        sizeof *plan->key))
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a key's name");
    plan->key[plan->keys++] = (struct sck_plan_key){
        galois, key_class, key_bytes(plan->params, key_class)};
    return SCK_OK;
}

static sck_status step_keys(sck_plan *plan, struct sck_step *step)
{
    switch (step->op) {
    case SCK_OP_LINEAR:
        /* Babies and giants all turn at the level of the operand. */
        for (uint32_t i = 0; i < step->steps; i++)
            SCK_TRY(need(plan, step, step->from,
                         sck_galois_rotation(plan->params, step->rotation[i])));
        step->key_switches = step->steps;
        return SCK_OK;
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        step->key_switches = 1;
        return need(plan, step, step->from, 0);
    case SCK_OP_POLY:
        /* x^k is x^ceil(k/2) times x^floor(k/2), at the level of the former
         * (fhe/eval_polynomial.c). */
        for (uint32_t k = 2; k <= step->fit.degree; k++)
            SCK_TRY(
                need(plan, step, step->from - sck_power_depth((k + 1) / 2), 0));
        step->key_switches = step->fit.degree - 1;
        return SCK_OK;
    default:
        return SCK_OK;
    }
}

static int by_class_then_element(const void *a, const void *b)
{
    const struct sck_plan_key *x = a, *y = b;

    if (x->key_class != y->key_class)
        return x->key_class < y->key_class ? -1 : 1;
    return (x->galois > y->galois) - (x->galois < y->galois);
}

sck_status sck_plan_find_keys(sck_plan *plan)
{
    for (uint32_t i = 0; i < plan->steps; i++) {
        SCK_TRY(step_keys(plan, &plan->step[i]));
        plan->totals.rotations += plan->step[i].steps;
        plan->totals.key_switches += plan->step[i].key_switches;
    }
    if (plan->keys > 1)
        qsort(plan->key, plan->keys, sizeof *plan->key, by_class_then_element);
    plan->totals.keys = plan->keys;
    for (uint32_t i = 0; i < plan->keys; i++)
        plan->totals.key_bytes += plan->key[i].bytes;
    return SCK_OK;
}
