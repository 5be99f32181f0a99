/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_KEY_MAC_H
#define SCK_KEY_MAC_H

#include "ring.h"

struct sck_key_mac_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t first; /**< 1: out = u k; 0: out += u k */
};

/** Kernel: the inner product's step for one digit, both halves:
 *  out[h limbs + i] (+)= u[i] key[h limbs + i] mod q_i, h < 2. key rows hold
 *  k 2^32 mod q (Montgomery); all rows in [0, q). */
typedef void sck_key_mac_fn(const struct sck_key_mac_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *u,
                            const uint32_t *const *key);
void sck_key_mac_ref(const struct sck_key_mac_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *u, const uint32_t *const *key);
extern sck_key_mac_fn *sck_key_mac;

#endif
