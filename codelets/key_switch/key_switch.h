/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_KEY_SWITCH_H
#define SCK_KEY_SWITCH_H

#include "base_convert.h"

#include <stddef.h>

/** Task 2 of key switching, for one destination block: every digit's base
 *  conversion, NTT and product with both halves of the key. */
struct sck_key_switch_args {
    uint32_t ring;
    uint32_t digits; /**< digits that hold primes at this level */
    uint32_t targets;
    uint32_t t[SCK_BLOCK_LIMBS];
    uint8_t own[SCK_BLOCK_LIMBS]; /**< which digit (0-based among digits) the
                                     prime belongs to; 255: a special prime */
    uint8_t key_row[SCK_BLOCK_LIMBS];  /**< the prime's row in the key block  */
    uint8_t key_digit[SCK_MAX_DIGITS]; /**< the digit's number in the key     */
    uint8_t sources[SCK_MAX_DIGITS];   /**< primes of each digit              */
    uint32_t key_limbs;  /**< rows of one digit's half in the key block       */
    uint32_t key_digits; /**< digits of the key                               */
    uint32_t w[SCK_MAX_SWITCHED][SCK_BLOCK_LIMBS]; /**< all digits' [D/q]_t   */
    uint32_t minus_d[SCK_MAX_DIGITS][SCK_BLOCK_LIMBS];
    uint32_t adds; /**< a task: whether it has a list `add` */
    uint32_t factor[SCK_BLOCK_LIMBS]; /**< P mod t: what `add` is times */
};

/** Kernel: out[h targets + i] = sum over digits of u_j key_j,h + factor_i add[h
 *  targets + i] mod t_i, NTT domain, in [0, t); u_j = own[i] where t_i is the
 *  digit's own prime, else NTT(base conversion of digit j).
 *  @param in   digit after digit: its y rows, then its v row
 *  @param own  targets rows of the switched polynomial, NULL for special primes
 *  @param key  row (h key_digits + digit) key_limbs + key_row, Montgomery form
 *  @param add  2 targets rows, any of them NULL for none; or NULL: none at all
 *  No row of out is an input. */
typedef void sck_key_switch_fn(const struct sck_key_switch_args *args,
                               const struct sck_ring *ring,
                               uint32_t *const *out, const uint32_t *const *in,
                               const uint32_t *const *own,
                               const uint32_t *const *key,
                               const uint32_t *const *add);
void sck_key_switch_ref(const struct sck_key_switch_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *in, const uint32_t *const *own,
                        const uint32_t *const *key, const uint32_t *const *add);
/** The same bits: targets share the conversions' sources, each digit's products
 *  are summed in 64 bits as its last transform ends. */
sck_key_switch_fn sck_key_switch;

/** What a switch of one destination block takes; tables: a GPU's. */
struct sck_key_switch_part {
    const struct sck_key_switch_args *args;
    const struct sck_prime_table *tables;
    uint32_t *const *out;
    const uint32_t *const *in, *const *own, *const *key, *const *add;
};

/** Members of a batch, at most. */
enum { SCK_SWITCHED = 2 };

/** Whether parts switch polynomials to the same targets with the same key. */
int sck_key_switch_same_keys(const struct sck_key_switch_part *a,
                             const struct sck_key_switch_part *b);

/** sck_key_switch() of every member, parts of the same key and targets, which
 *  is read together. */
void sck_key_switch_batch(const struct sck_key_switch_part *parts,
                          uint32_t members, const struct sck_ring *ring);

/** Bytes of scratch that sck_key_switch_cuda() needs: what the digits' rows
 *  take beyond those of out. */
size_t sck_key_switch_cuda_scratch(const struct sck_key_switch_args *args,
                                   uint32_t logn);

/** sck_key_switch_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables   target i's prime; psi and psi_shoup point to device memory
 *  @param scratch  device memory, in use until the stream has passed */
int sck_key_switch_cuda(const struct sck_key_switch_args *args, uint32_t logn,
                        const struct sck_prime_table *tables,
                        uint32_t *const *out, const uint32_t *const *in,
                        const uint32_t *const *own, const uint32_t *const *key,
                        const uint32_t *const *add, void *scratch,
                        void *stream);

/** sck_key_switch_cuda() of several blocks, those that read the same digits in
 *  the launches of one, up to 36 targets; and so two polynomials' with one key,
 *  where the parts of a block follow one another: its rows come from memory
 *  once. */
int sck_key_switch_parts_cuda(const struct sck_key_switch_part *parts,
                              uint32_t count, uint32_t logn, void *scratch,
                              void *stream);
size_t
sck_key_switch_parts_cuda_scratch(const struct sck_key_switch_part *parts,
                                  uint32_t count, uint32_t logn);

#endif
