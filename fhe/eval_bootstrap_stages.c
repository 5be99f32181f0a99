/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a bootstrap does, level by level, for those who predict its cost. */
#include "eval_bootstrap_priv.h"

#include <stdlib.h>

struct list {
    struct sck_bootstrap_stage *stage;
    uint32_t count;
};

static void add(struct list *list, const char *name, uint32_t level,
                uint32_t key_switches)
{
    if (key_switches != 0)
        list->stage[list->count++] = (struct sck_bootstrap_stage){
            .name = name, .level = level, .key_switches = key_switches};
}

/* The diagonals of a layer repeat after its longest butterflies. */
static uint32_t words_of(const sck_params *params, uint32_t slots, int cts,
                         const struct sck_layer *l)
{
    const uint32_t n = UINT32_C(1) << sck_params_logn(params);
    const uint32_t period = l->stages == 0 ? 1
                            : cts          ? slots >> l->first
                                           : 1u << (l->first + l->stages);
    const uint32_t words =
        2 * period > SCK_SHORTEST_ROW ? 2 * period : SCK_SHORTEST_ROW;

    return words < n ? words : n;
}

static void add_layer(struct list *list, const sck_params *params,
                      uint32_t slots, const struct sck_bootstrap_splits *splits,
                      int cts, uint32_t i)
{
    const struct sck_giant_steps *steps =
        cts ? &splits->cts[i] : &splits->stc[i];
    const struct sck_layer l = sck_bootstrap_layer(params, slots, cts, i);
    int32_t index[SCK_MAX_DIAGONALS];
    const uint32_t diagonals =
        sck_dft_indices(slots, !cts, l.first, l.stages, index);
    uint32_t giants = 0;

    for (uint32_t k = 0; k < steps->giants; k++)
        giants += steps->giant[k] != 0;
    list->stage[list->count++] = (struct sck_bootstrap_stage){
        .name = cts ? "CtS" : "StC",
        .level = l.level,
        .key_switches = sck_giant_steps_switches(steps),
        .giants = giants,
        .diagonals = diagonals,
        .words = words_of(params, slots, cts, &l)};
}

/* The series' sums by level, then the double angles, a square each
 * (eval_mod.c). */
static sck_status add_evalmod(struct list *list, uint32_t level)
{
    uint32_t degree, doublings;
    const double *const c = sck_evalmod_series(&degree, &doublings);
    struct sck_chebyshev_plan *const plan = malloc(sizeof *plan);

    if (plan == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *plan);
    const sck_status status = sck_chebyshev_plan_new(c, degree, plan);

    if (status != SCK_OK) {
        free(plan);
        return status;
    }
    struct sck_bootstrap_stage *const stage = list->stage + list->count;
    const uint32_t levels = plan->depth + doublings;

    for (uint32_t i = 0; i < levels; i++)
        stage[i] =
            (struct sck_bootstrap_stage){.name = "EvalMod", .level = level - i};
    for (uint32_t i = 1; i < plan->nodes; i++) {
        const struct sck_chebyshev_node *const node = &plan->node[i];
        struct sck_bootstrap_stage *const at = &stage[node->depth - 1];

        at->sums++;
        at->key_switches += node->products != 0;
        at->products += node->products;
        at->multiples += node->terms;
    }
    for (uint32_t i = plan->depth; i < levels; i++)
        stage[i].sums = stage[i].key_switches = stage[i].products = 1;
    list->count += levels;
    free(plan);
    return SCK_OK;
}

sck_status sck_bootstrap_stages(const sck_params *params, uint32_t slots,
                                struct sck_bootstrap_stage *stages,
                                uint32_t *count)
{
    const struct sck_params_literal *shape = sck_params_shape(params);
    const uint32_t top = sck_params_levels(params) - 1;
    struct list list = {stages, 0};
    struct sck_bootstrap_splits splits;
    const uint32_t all = UINT32_C(1) << (sck_params_logn(params) - 1);

    *count = 0;
    SCK_TRY(sck_bootstrap_check(params, slots));
    sck_bootstrap_splits_of(params, slots, &splits);
    for (uint32_t i = 0; i < shape->levels_stc; i++)
        add_layer(&list, params, slots, &splits, 0, i);
    add(&list, "encapsulation", top, 2);
    for (uint32_t k = slots; k < all; k *= 1 + sck_trace_rotations(k, all))
        add(&list, "trace", top, sck_trace_rotations(k, all));
    for (uint32_t i = 0; i < shape->levels_cts; i++)
        add_layer(&list, params, slots, &splits, 1, i);
    add(&list, "conjugation", top - shape->levels_cts, 1);
    SCK_TRY(add_evalmod(&list, top - shape->levels_cts));
    *count = list.count;
    return SCK_OK;
}
