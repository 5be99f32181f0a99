/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted memory of the pieces that operations are made of. */
#include "cost.h"

uint32_t sck_cost_limbs(const sck_params *params, uint32_t level)
{
    uint32_t count;

    sck_params_primes(params, level, &count);
    return count;
}

uint64_t sck_cost_limb_bytes(const sck_params *params, uint64_t limbs)
{
    return limbs * sizeof(uint32_t) << sck_params_logn(params);
}

uint64_t sck_cost_key_bytes(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    const uint64_t limbs = sck_cost_limbs(params, level);

    return sck_cost_limb_bytes(params, (uint64_t)2 * k->digits *
                                           (limbs + k->special_count));
}

uint64_t sck_cost_switch_bytes(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    const uint32_t own = sck_cost_limbs(params, level);

    /* Digits with a correction row each, and both sums over Q and P. */
    return sck_cost_limb_bytes(params,
                               own + k->digits + 2 * (own + k->special_count));
}

uint64_t sck_cost_task_bytes(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    uint32_t rows = k->special_count; /* the longest block */

    for (uint32_t i = 0; i < k->digits; i++)
        if (k->digit_length[i] > rows)
            rows = k->digit_length[i];
    /* A key switch's second task: all digits, own rows, key rows, two sums. */
    return sck_cost_limb_bytes(params, sck_cost_limbs(params, level) +
                                           k->digits + rows +
                                           2 * k->digits * rows + 2 * rows);
}
