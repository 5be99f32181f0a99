/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The public key, limb by limb: b = -a s + e. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"
#include "sampler.h"

/* rows: the mask, then e, locked; a is public. */
static void fill(const sck_secret_key *key, struct sck_limbs_public_key *made,
                 uint32_t *rows, const int8_t *errors, uint32_t *a)
{
    uint32_t q[SCK_MAX_KEY_LIMBS];
    uint32_t *e = rows + made->n;

    sck_public_key_primes(key->params, q);
    for (uint32_t i = 0; i < made->limbs; i++) {
        sck_client_ternary(key->ring, q[i], key->packed, rows);
        sck_client_mask_of(key->ring, q[i], rows, rows);
        sck_client_small(key->ring, q[i], errors, e);
        sck_client_uniform(key->ring, q[i], made->seed, SCK_SEED_PUBLIC,
                           SCK_KEY_NO_CLASS, 0, 0, a);
        sck_client_mask(key->ring, q[i], made->b + (size_t)i * made->n, e, a,
                        rows);
    }
}

sck_status sck_public_key_new(const sck_secret_key *key,
                              struct sck_limbs_public_key **out)
{
    struct sck_limbs_public_key *made = NULL;
    uint32_t *rows, *a;
    int8_t *errors;
    sck_status status;

    if (key == NULL || out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    rows = sck_client_rows(key->ring, 2);
    errors = sodium_malloc(key->ring->n);
    a = malloc(key->ring->n * sizeof *a);
    if (rows == NULL || errors == NULL || a == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "a public key at N = %u",
                          (unsigned)key->ring->n);
    else
        status = sck_limbs_public_key_alloc(key->params, &made);
    if (status == SCK_OK) {
        memcpy(made->key_id, key->key_id, sizeof made->key_id);
        randombytes_buf(made->seed, sizeof made->seed);
        sck_sample_gaussian(errors, key->ring->n);
        fill(key, made, rows, errors, a);
        *out = made;
    }
    sodium_free(rows);
    sodium_free(errors);
    free(a);
    return status;
}
