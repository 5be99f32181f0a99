/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which evaluation keys a training takes: its levels, walked through. */
#include "trainer.h"

#include "sck_encrypted.h"

#include <stdlib.h>

int trainer_is_low(const sck_params *params, uint32_t level)
{
    return level < STEP_LEVELS + sck_bootstrap_input_level(params);
}

struct list {
    const sck_params *params;
    int64_t slots;
    struct sck_limbs_key *keys;
    uint32_t count, room;
};

static sck_status add(struct list *list, struct sck_limbs_key key)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->keys[i].kind == key.kind &&
            list->keys[i].key_class == key.key_class &&
            list->keys[i].galois == key.galois)
            return SCK_OK;
    if (list->count == list->room) {
        const uint32_t room = 2 * list->room + 16;
        struct sck_limbs_key *more = realloc(list->keys, room * sizeof *more);

        if (more == NULL)
            return SCK_FAIL(SCK_ERR_MEMORY, "a list of %u keys", room);
        list->keys = more;
        list->room = room;
    }
    list->keys[list->count++] = key;
    return SCK_OK;
}

static sck_status add_product(struct list *list, uint32_t level)
{
    return add(list, (struct sck_limbs_key){.kind = SCK_KEY_RELIN,
                                            .key_class = sck_params_class_of(
                                                list->params, level)});
}

/* Rotations turn by step modulo the slots: to the left always. */
static sck_status add_fold(struct list *list, uint32_t level, int64_t step,
                           uint32_t width)
{
    for (uint32_t k = 1; k < width; k *= 2) {
        const int64_t left = (step * k + list->slots) % list->slots;

        SCK_TRY(
            add(list, (struct sck_limbs_key){
                          .kind = SCK_KEY_GALOIS,
                          .key_class = sck_params_class_of(list->params, level),
                          .galois = sck_galois_rotation(list->params, left)}));
    }
    return SCK_OK;
}

static sck_status add_step(struct list *list, uint32_t level, uint32_t rows)
{
    SCK_TRY(add_product(list, level));
    SCK_TRY(add_fold(list, level - 1, 1, ROW));
    SCK_TRY(add_fold(list, level - 2, -1, ROW));
    for (uint32_t l = level - 2; l > level - STEP_LEVELS; l--)
        SCK_TRY(add_product(list, l));
    return add_fold(list, level - STEP_LEVELS, ROW, rows);
}

static sck_status add_refresh(struct list *list)
{
    struct sck_limbs_key *keys;
    uint32_t count;
    sck_status status = sck_bootstrap_keys(list->params, ROW, &keys, &count);

    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        status = add(list, keys[i]);
    free(keys);
    return status;
}

sck_status trainer_keys(const sck_params *params, uint32_t rows, uint32_t steps,
                        struct sck_limbs_key **keys, uint32_t *count,
                        uint32_t *refreshes)
{
    struct list list = {.params = params, .slots = (int64_t)rows * ROW};
    uint32_t level = sck_params_app_top(params);
    sck_status status = SCK_OK;

    *keys = NULL;
    *count = *refreshes = 0;
    if (trainer_is_low(params, level))
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "a step needs %d levels and a refresh %u: %s has %u",
                        STEP_LEVELS, sck_bootstrap_input_level(params),
                        sck_params_name(params), level);
    for (uint32_t i = 0; i < steps && status == SCK_OK; i++) {
        if (trainer_is_low(params, level)) {
            status = *refreshes == 0 ? add_refresh(&list) : SCK_OK;
            level = sck_params_app_top(params);
            ++*refreshes;
        }
        if (status == SCK_OK)
            status = add_step(&list, level, rows);
        level -= STEP_LEVELS;
    }
    if (status != SCK_OK) {
        free(list.keys);
        return status;
    }
    *keys = list.keys;
    *count = list.count;
    return SCK_OK;
}
