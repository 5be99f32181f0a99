/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Files of public keys. */
#include <string.h>

#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

static sck_status write_public_key(sck_file_writer *writer,
                                   const sck_params *params,
                                   const struct sck_limbs_public_key *key)
{
    uint32_t q[SCK_MAX_KEY_LIMBS];
    const uint32_t limbs = sck_public_key_primes(params, q);

    if (limbs != key->limbs)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "the key is of other parameters");
    SCK_TRY(sck_file_write_section(writer, SCK_TAG_KEY_ID, key->key_id,
                                   sizeof key->key_id));
    SCK_TRY(sck_file_write_section(writer, SCK_TAG_SEED, key->seed,
                                   sizeof key->seed));
    SCK_TRY(sck_file_begin(writer, SCK_TAG_PUBLIC,
                           sck_file_rows_bytes(q, limbs, key->n)));
    SCK_TRY(sck_file_write_rows(writer, key->b, q, limbs, key->n));
    return sck_file_commit(writer);
}

sck_status sck_public_key_save(const sck_params *params,
                               const struct sck_limbs_public_key *key,
                               const char *path)
{
    sck_file_writer *writer;
    sck_status status;

    SCK_TRY(sck_file_create(path, SCK_FILE_PUBLIC_KEY, sck_params_id(params), 3,
                            0666, &writer));
    status = write_public_key(writer, params, key);
    sck_file_discard(writer);
    return status;
}

static sck_status read_public_key(sck_file_reader *reader,
                                  const sck_params *params,
                                  struct sck_limbs_public_key **out)
{
    struct sck_limbs_public_key head, *key;
    uint32_t q[SCK_MAX_KEY_LIMBS];
    const uint32_t limbs = sck_public_key_primes(params, q);
    const uint32_t n = UINT32_C(1) << sck_params_logn(params);
    sck_status status;

    SCK_TRY(sck_file_read_section(reader, SCK_TAG_KEY_ID, head.key_id,
                                  sizeof head.key_id));
    SCK_TRY(sck_file_read_section(reader, SCK_TAG_SEED, head.seed,
                                  sizeof head.seed));
    SCK_TRY(sck_file_expect(reader, SCK_TAG_PUBLIC,
                            sck_file_rows_bytes(q, limbs, n)));
    SCK_TRY(sck_limbs_public_key_alloc(params, &key));
    memcpy(key->key_id, head.key_id, sizeof head.key_id);
    memcpy(key->seed, head.seed, sizeof head.seed);
    if ((status = sck_file_read_rows(reader, key->b, q, limbs, n)) != SCK_OK ||
        (status = sck_file_section_end(reader)) != SCK_OK ||
        (status = sck_file_end(reader)) != SCK_OK)
        sck_limbs_public_key_free(key);
    else
        *out = key;
    return status;
}

static sck_status load_from(const sck_params *params,
                            const struct sck_file_source *source,
                            struct sck_limbs_public_key **out)
{
    sck_file_reader *reader;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_file_from(source, SCK_FILE_PUBLIC_KEY, sck_params_id(params),
                          &reader));
    status = read_public_key(reader, params, out);
    sck_file_close(reader);
    return status;
}

sck_status sck_public_key_load(const sck_params *params, const char *path,
                               struct sck_limbs_public_key **out)
{
    const struct sck_file_source source = {.path = path};

    return load_from(params, &source, out);
}

sck_status sck_public_key_parse(const sck_params *params, const void *bytes,
                                size_t size, const char *label,
                                struct sck_limbs_public_key **out)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return load_from(params, &source, out);
}
