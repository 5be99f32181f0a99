/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The switching keys that a plan uses, each once, and no other. */
#include "plan_priv.h"

#include <stdlib.h>

/* Both halves of every digit over all of U and P, as handles hold them. */
static sck_status key_bytes(const sck_params *params, struct sck_plan_key *key)
{
    struct sck_key_shape shape;

    SCK_TRY(
        sck_key_shape(params, key->kind, key->key_class, key->galois, &shape));
    key->bytes = (UINT64_C(2) * shape.digits * shape.limbs * sizeof(uint32_t))
                 << sck_params_logn(params);
    return SCK_OK;
}

static sck_status add(sck_plan *plan, struct sck_plan_key key)
{
    for (uint32_t i = 0; i < plan->keys; i++)
        if (plan->key[i].kind == key.kind &&
            plan->key[i].galois == key.galois &&
            plan->key[i].key_class == key.key_class)
            return SCK_OK;
    if (!sck_graph_grow((void **)&plan->key, plan->keys, &plan->key_room,
                        sizeof *plan->key))
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a key's name");
    SCK_TRY(key_bytes(plan->params, &key));
    plan->key[plan->keys++] = key;
    return SCK_OK;
}

static sck_status need(sck_plan *plan, const struct sck_step *step,
                       uint32_t level, uint32_t galois)
{
    const uint32_t key_class = sck_params_class_of(plan->params, level);

    if (key_class == UINT32_MAX)
        return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                        "%s: level %u has no key class", step->layer, level);
    return add(plan, (struct sck_plan_key){.kind = galois == 0 ? SCK_KEY_RELIN
                                                               : SCK_KEY_GALOIS,
                                           .galois = galois,
                                           .key_class = key_class,
                                           .group = SCK_KEYS_MODEL});
}

static enum sck_plan_key_group group_of(const sck_params *params,
                                        const struct sck_limbs_key *key)
{
    const struct sck_params_literal *shape = sck_params_shape(params);
    const struct sck_key_class *k = sck_params_class(params, key->key_class);

    if (key->key_class == SCK_KEY_NO_CLASS)
        return SCK_KEYS_ENCAPSULATION;
    if (k->last_level <= shape->levels_stc)
        return SCK_KEYS_STC;
    return k->first_level > sck_params_levels(params) - 1 - shape->levels_cts
               ? SCK_KEYS_CTS
               : SCK_KEYS_EVALMOD;
}

/* Those that the model shares come with the model's. */
static sck_status bootstrap_keys(sck_plan *plan)
{
    struct sck_limbs_key *list;
    uint32_t count;
    sck_status status;

    SCK_TRY(sck_bootstrap_keys(plan->params, plan->slots, &list, &count));
    status = SCK_OK;
    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        status = add(plan, (struct sck_plan_key){
                               .kind = list[i].kind,
                               .galois = list[i].galois,
                               .key_class = list[i].key_class,
                               .group = group_of(plan->params, &list[i])});
    free(list);
    return status;
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
    case SCK_OP_BOOTSTRAP:
        step->key_switches = sck_plan_bootstrap_switches(plan, step);
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
    if (x->galois != y->galois)
        return x->galois < y->galois ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

sck_status sck_plan_find_keys(sck_plan *plan)
{
    for (uint32_t i = 0; i < plan->steps; i++) {
        SCK_TRY(step_keys(plan, &plan->step[i]));
        plan->totals.rotations += plan->step[i].steps;
        plan->totals.key_switches += plan->step[i].key_switches;
    }
    if (plan->bootstraps != 0)
        SCK_TRY(bootstrap_keys(plan));
    plan->totals.bootstraps = plan->bootstraps;
    if (plan->keys > 1)
        qsort(plan->key, plan->keys, sizeof *plan->key, by_class_then_element);
    plan->totals.keys = plan->keys;
    for (uint32_t i = 0; i < plan->keys; i++)
        plan->totals.key_bytes += plan->key[i].bytes;
    return SCK_OK;
}
