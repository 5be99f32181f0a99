/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A key set of the smallest ring, one file of every kind, and its parsing.
 * Whoever includes this asks for POSIX.1-2008. */
#ifndef SCK_TEST_FILE_KINDS_H
#define SCK_TEST_FILE_KINDS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sck_client.h"
#include "sck_file.h"
#include "sck_test.h"
#include "tiny_params.h"

enum { KINDS = 6, MAX_BYTES = 1 << 16 };

static char folder[64], path[96];
static sck_params *params;
static sck_secret_key *secret;
static struct sck_limbs_public_key *public;
static uint8_t bytes[MAX_BYTES + 1];

static inline int begin(void)
{
    strcpy(folder, "/tmp/sck-file-XXXXXX");
    if (mkdtemp(folder) == NULL || tiny_params(&params) != SCK_OK ||
        sck_secret_key_new(params, &secret) != SCK_OK ||
        sck_public_key_new(secret, &public) != SCK_OK) {
        CU_FAIL(sck_last_error());
        return 0;
    }
    snprintf(path, sizeof path, "%s/file", folder);
    return 1;
}

static inline void end(void)
{
    unlink(path);
    /* Fails, and so does the suite, if a temporary file was left. */
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    sck_limbs_public_key_free(public);
    sck_secret_key_free(secret);
    sck_params_free(params);
}

static inline size_t slurp(uint8_t *to)
{
    FILE *file = fopen(path, "rb");
    const size_t size = file != NULL ? fread(to, 1, MAX_BYTES, file) : 0;

    if (file != NULL)
        fclose(file);
    return size;
}

/* Writes a file of a kind; kind 0 is a seeded and a plain ciphertext. */
static inline sck_status write_kind(int kind)
{
    const struct sck_limbs_key wanted[2] = {
        {.kind = SCK_KEY_RELIN}, {.kind = SCK_KEY_GALOIS, .galois = 5}};
    const double values[4] = {1, 2, 3, 4};
    struct sck_limbs_keyset *set = NULL;
    struct sck_limbs_ciphertext *ct[2] = {NULL, NULL};
    sck_encryptor *encryptor = NULL;
    sck_status status = SCK_ERR_ARGUMENT;

    switch (kind) {
    case SCK_FILE_PARAMETERS:
        return sck_params_save(params, path);
    case SCK_FILE_SECRET_KEY:
        return sck_secret_key_save(secret, path);
    case SCK_FILE_PUBLIC_KEY:
        return sck_public_key_save(params, public, path);
    case SCK_FILE_EVALUATION_KEYS:
        if ((status = sck_keyset_new(secret, wanted, 2, &set)) == SCK_OK)
            status = sck_keyset_save(params, set, path);
        sck_limbs_keyset_free(set);
        return status;
    default:
        break;
    }
    if ((status = sck_encryptor_new(params, public, &encryptor)) == SCK_OK &&
        (status = sck_encrypt(encryptor, values, 2, "one", &ct[0])) == SCK_OK &&
        (status = sck_encrypt_secret(secret, 1, values, 2, "two", &ct[1])) ==
            SCK_OK)
        status = sck_ciphertexts_save(
            params, (const struct sck_limbs_ciphertext *const *)ct,
            kind == 0 ? 2 : 1, path);
    sck_limbs_ciphertext_free(ct[0]);
    sck_limbs_ciphertext_free(ct[1]);
    sck_encryptor_free(encryptor);
    return status;
}

/* Parses, and with rewrite saves what was parsed to path. */
static inline sck_status parse_kind(int kind, const uint8_t *from, size_t size,
                                    int rewrite)
{
    sck_status status;

    switch (kind) {
    case SCK_FILE_PARAMETERS: {
        sck_params *p;

        status = sck_params_parse(from, size, NULL, &p);
        if (rewrite && status == SCK_OK)
            status = sck_params_save(p, path);
        sck_params_free(p);
        return status;
    }
    case SCK_FILE_SECRET_KEY: {
        sck_secret_key *key;

        status = sck_secret_key_parse(params, from, size, NULL, &key);
        if (rewrite && status == SCK_OK)
            status = sck_secret_key_save(key, path);
        sck_secret_key_free(key);
        return status;
    }
    case SCK_FILE_PUBLIC_KEY: {
        struct sck_limbs_public_key *key;

        status = sck_public_key_parse(params, from, size, NULL, &key);
        if (rewrite && status == SCK_OK)
            status = sck_public_key_save(params, key, path);
        sck_limbs_public_key_free(key);
        return status;
    }
    case SCK_FILE_EVALUATION_KEYS: {
        struct sck_limbs_keyset *set;

        status = sck_keyset_parse(params, from, size, NULL,
                                  sck_secret_key_id(secret), &set);
        if (rewrite && status == SCK_OK)
            status = sck_keyset_save(params, set, path);
        sck_limbs_keyset_free(set);
        return status;
    }
    default: {
        struct sck_limbs_ciphertexts *list;

        status = sck_ciphertexts_parse(params, from, size, NULL,
                                       sck_secret_key_id(secret), &list);
        if (rewrite && status == SCK_OK)
            status = sck_ciphertexts_save(
                params, (const struct sck_limbs_ciphertext *const *)list->items,
                list->count, path);
        sck_limbs_ciphertexts_free(list);
        return status;
    }
    }
}

#endif
