/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A key holder written apart from fhe/client, straight from definitions.md: the
 * oracle of the evaluation suites. Not constant-time, not for secrets. */
#ifndef SCK_KEYHOLDER_H
#define SCK_KEYHOLDER_H

#include "ring.h"
#include "sck_encrypted.h"

struct keyholder {
    sck_params *params;
    const struct sck_ring *ring;
    int *s; /* N coefficients in -1, 0, 1 */
    uint8_t key_id[32], seed[32];
};

void keyholder_new(const char *set, struct keyholder *holder);
void keyholder_free(struct keyholder *holder);

/* Keys of the class of a level (galois 0: relinearisation). */
struct sck_limbs_keyset *keyholder_keys(const struct keyholder *holder,
                                        uint32_t level, const uint32_t *galois,
                                        uint32_t count);

/* values: slots complex numbers. */
struct sck_limbs_ciphertext *keyholder_encrypt(const struct keyholder *holder,
                                               const double *values,
                                               uint32_t slots, uint32_t level);

void keyholder_decrypt(const struct keyholder *holder,
                       const struct sck_limbs_ciphertext *ct, double *values);

/* -log2 of the largest difference of any real or imaginary part. */
double worst_bits(const double *a, const double *b, uint32_t slots);

#endif
