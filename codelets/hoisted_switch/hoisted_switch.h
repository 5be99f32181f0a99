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

/** Bytes of scratch that sck_hoisted_switch_cuda() needs: the digits' rows. */
size_t
sck_hoisted_switch_cuda_scratch(const struct sck_hoisted_switch_args *args,
                                uint32_t logn);

/** sck_hoisted_switch_ref() on the current CUDA device, asynchronously; same
 * bits. Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables   target i's prime; psi and psi_shoup point to device memory
 *  @param scratch  device memory, in use until the stream has passed */
int sck_hoisted_switch_cuda(const struct sck_hoisted_switch_args *args,
                            uint32_t logn, const struct sck_prime_table *tables,
                            uint32_t *const *out, const uint32_t *const *in,
                            const uint32_t *const *own,
                            const uint32_t *const *key,
                            const uint32_t *const *add, void *scratch,
                            void *stream);

#endif
