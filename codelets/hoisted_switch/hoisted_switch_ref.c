/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "hoisted_switch.h"

#include <stddef.h>

void sck_hoisted_switch_ref(const struct sck_hoisted_switch_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *in,
                            const uint32_t *const *own,
                            const uint32_t *const *key,
                            const uint32_t *const *add)
{
    const struct sck_key_switch_args *one = &args->one;

    for (uint32_t r = 0; r < args->keys; r++)
        sck_key_switch_ref(
            one, ring, out + (size_t)2 * r * one->targets, in, own,
            key + (size_t)2 * r * one->key_digits * one->key_limbs, add);
}
