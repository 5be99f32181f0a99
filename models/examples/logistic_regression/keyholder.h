/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The owner of the data: keys, encryption, and the decryption by which the
 * training is measured. Nothing else here sees a secret. */
#ifndef EXAMPLE_KEYHOLDER_H
#define EXAMPLE_KEYHOLDER_H

#include "sck_client.h"

struct keyholder {
    const sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public_key;
    sck_encryptor *encryptor;
};

/** @param[out] k  for keyholder_free(), also on error */
sck_status keyholder_new(const sck_params *params, struct keyholder *k);
void keyholder_free(struct keyholder *k);

/** Encrypts count values, repeated over the slots. */
sck_status keyholder_encrypt(const struct keyholder *k, const double *values,
                             uint32_t count, uint32_t slots, const char *name,
                             struct sck_limbs_ciphertext **out);

/** Decrypts the first count slots' real parts. */
sck_status keyholder_decrypt(const struct keyholder *k,
                             const struct sck_limbs_ciphertext *ct,
                             double *values, uint32_t count);

#endif
