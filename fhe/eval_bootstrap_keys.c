/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The shape of a bootstrap: which stages each layer takes, and which keys. */
#include "eval_bootstrap_priv.h"

#include <math.h>
#include <stdlib.h>

sck_status sck_bootstrap_check(const sck_params *params, uint32_t slots)
{
    const struct sck_params_literal *shape = sck_params_shape(params);

    if (shape->levels_stc == 0 || shape->levels_cts == 0 ||
        shape->levels_evalmod == 0)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%s has no levels for bootstrapping; b16-40 has",
                        sck_params_name(params));
    if (slots < 2 || (slots & (slots - 1)) != 0 ||
        slots > UINT32_C(1) << (sck_params_logn(params) - 1))
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "%u slots: not a power of two from 2 to N/2", slots);
    return SCK_OK;
}

uint32_t sck_bootstrap_input_level(const sck_params *params)
{
    return sck_params_shape(params)->levels_stc;
}

double sck_bootstrap_failure_log2(const sck_params *params)
{
    const double h = sck_sparse_weight(params);
    const double left = h / 2 - (SCK_EVALMOD_RANGE + 0.5);

    /* Within 1 of its end, h/2, the sum's tail is left^h / h!, on both sides.
     */
    if (left <= 0)
        return -INFINITY;
    return 1 + sck_params_logn(params) + h * log2(left) -
           lgamma(h + 1) / log(2);
}

/* As even as they go. The layer whose greatest rotations are half of all slots,
 * left and right the same, has half as many diagonals for its stages: it is the
 * first that is longer; then those at the lowest levels. */
static uint32_t is_longer(int cts, uint32_t i, uint32_t layers, uint32_t longer)
{
    if (cts && i == 0)
        return longer != 0;
    return layers - i < longer + !cts;
}

struct sck_layer sck_bootstrap_layer(const sck_params *params, uint32_t slots,
                                     int cts, uint32_t i)
{
    const struct sck_params_literal *shape = sck_params_shape(params);
    const uint32_t layers = cts ? shape->levels_cts : shape->levels_stc;
    const uint32_t level =
        cts ? sck_params_levels(params) - 1 : shape->levels_stc;
    struct sck_layer l = {.level = level - i};
    uint32_t stages = 0;

    while (1u << stages < slots)
        stages++;
    for (uint32_t k = 0; k <= i; k++) {
        l.first += l.stages;
        l.stages = stages / layers + is_longer(cts, k, layers, stages % layers);
    }
    return l;
}

struct list {
    const sck_params *params;
    struct sck_limbs_key *keys;
    uint32_t count, room;
    int failed;
};

static void add(struct list *list, uint32_t kind, uint32_t key_class,
                uint32_t galois)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->keys[i].kind == kind &&
            list->keys[i].key_class == key_class &&
            list->keys[i].galois == galois)
            return;
    if (list->count == list->room) {
        struct sck_limbs_key *more =
            realloc(list->keys, 2 * (list->room + 8) * sizeof *more);

        if (more == NULL) {
            list->failed = 1;
            return;
        }
        list->keys = more;
        list->room = 2 * (list->room + 8);
    }
    list->keys[list->count++] = (struct sck_limbs_key){
        .kind = kind, .key_class = key_class, .galois = galois};
}

static void add_rotation(struct list *list, uint32_t level, int64_t steps)
{
    if (steps != 0)
        add(list, SCK_KEY_GALOIS, sck_params_class_of(list->params, level),
            sck_galois_rotation(list->params, steps));
}

uint32_t sck_level_digits(const sck_params *params, uint32_t level)
{
    return sck_params_class(params, sck_params_class_of(params, level))->digits;
}

static void add_layer(struct list *list, uint32_t level,
                      const struct sck_giant_steps *steps)
{
    for (uint32_t k = 0; k < steps->babies; k++)
        add_rotation(list, level, steps->baby[k]);
    for (uint32_t k = 0; k < steps->giants; k++)
        add_rotation(list, level, steps->giant[k]);
}

sck_status sck_bootstrap_keys(const sck_params *params, uint32_t slots,
                              struct sck_limbs_key **keys, uint32_t *count)
{
    const struct sck_params_literal *shape = sck_params_shape(params);
    const uint32_t all = UINT32_C(1) << (sck_params_logn(params) - 1);
    const uint32_t top = sck_params_levels(params) - 1;
    const uint32_t start = top - shape->levels_cts;
    struct list list = {.params = params};
    struct sck_bootstrap_splits splits;

    *keys = NULL;
    *count = 0;
    SCK_TRY(sck_bootstrap_check(params, slots));
    sck_bootstrap_splits_of(params, slots, &splits);
    /* In the order of use. */
    for (uint32_t i = 0; i < shape->levels_stc; i++)
        add_layer(&list, shape->levels_stc - i, &splits.stc[i]);
    add(&list, SCK_KEY_DENSE_TO_SPARSE, SCK_KEY_NO_CLASS, 0);
    add(&list, SCK_KEY_SPARSE_TO_DENSE, SCK_KEY_NO_CLASS, 0);
    for (uint32_t k = slots, at; k < all; k *= at)
        for (at = 1; at <= sck_trace_rotations(k, all); at++)
            add_rotation(&list, top, (int64_t)at * k);
    for (uint32_t i = 0; i < shape->levels_cts; i++)
        add_layer(&list, top - i, &splits.cts[i]);
    add(&list, SCK_KEY_GALOIS, sck_params_class_of(params, start),
        sck_galois_conjugation(params));
    for (uint32_t l = start; l > start - shape->levels_evalmod; l--)
        add(&list, SCK_KEY_RELIN, sck_params_class_of(params, l), 0);
    if (list.failed) {
        free(list.keys);
        return SCK_FAIL(SCK_ERR_MEMORY, "a list of keys");
    }
    *keys = list.keys;
    *count = list.count;
    return SCK_OK;
}
