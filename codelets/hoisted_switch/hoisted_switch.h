/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_HOISTED_SWITCH_H
#define SCK_HOISTED_SWITCH_H

#include "key_switch.h"

/** Task 2 of several key switches of one polynomial, for one destination
 *  block: its digits are raised once for all keys. */
struct sck_hoisted_switch_args {
    struct sck_key_switch_args one; /**< as for each key alone */
    uint32_t keys;
};

/** Kernel: what sck_key_switch() does with each of the keys: out has 2
 *  one.targets rows a key, key 2 one.key_digits one.key_limbs; in and own are
 *  common, add as well. No row of out is an input. */
typedef void
sck_hoisted_switch_fn(const struct sck_hoisted_switch_args *args,
                      const struct sck_ring *ring, uint32_t *const *out,
                      const uint32_t *const *in, const uint32_t *const *own,
                      const uint32_t *const *key, const uint32_t *const *add);
void sck_hoisted_switch_ref(const struct sck_hoisted_switch_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *in,
                            const uint32_t *const *own,
                            const uint32_t *const *key,
                            const uint32_t *const *add);
/** The same bits: a prime's raised digits wait in a near cache for all keys. */
sck_hoisted_switch_fn sck_hoisted_switch;

#endif
