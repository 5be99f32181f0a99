/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Files of public keys and of evaluation keys. */
#include <stdlib.h>
#include <string.h>

#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

static sck_status read_rows(sck_file_reader *reader, uint32_t *x,
                            const uint32_t *q, uint32_t limbs, uint32_t n)
{
    for (uint32_t i = 0; i < limbs; i++)
        SCK_TRY(sck_file_read_limb(reader, x + (size_t)i * n, n, q[i]));
    return SCK_OK;
}

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
    if ((status = read_rows(reader, key->b, q, limbs, n)) != SCK_OK ||
        (status = sck_file_section_end(reader)) != SCK_OK ||
        (status = sck_file_end(reader)) != SCK_OK)
        sck_limbs_public_key_free(key);
    else
        *out = key;
    return status;
}

sck_status sck_public_key_load(const sck_params *params, const char *path,
                               struct sck_limbs_public_key **out)
{
    sck_file_reader *reader;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_file_open(path, SCK_FILE_PUBLIC_KEY, sck_params_id(params),
                          &reader));
    status = read_public_key(reader, params, out);
    sck_file_close(reader);
    return status;
}

sck_status sck_public_key_parse(const sck_params *params, const void *bytes,
                                size_t size, const char *label,
                                struct sck_limbs_public_key **out)
{
    sck_file_reader *reader;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_file_parse(bytes, size, label, SCK_FILE_PUBLIC_KEY,
                           sck_params_id(params), &reader));
    status = read_public_key(reader, params, out);
    sck_file_close(reader);
    return status;
}

/* Reads the next key into set->keys[set->count], which the caller has. */
static sck_status read_key(sck_file_reader *reader, const sck_params *params,
                           struct sck_limbs_keyset *set)
{
    struct sck_limbs_key *key = &set->keys[set->count];
    struct sck_key_shape shape;
    uint8_t head[SCK_FILE_KEY_HEAD];
    uint64_t length, expected;
    uint32_t tag;

    SCK_TRY(sck_file_section(reader, &tag, &length));
    if (tag != SCK_TAG_EVALUATION)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: key %u: tag %08x",
                        sck_file_label(reader), (unsigned)set->count,
                        (unsigned)tag);
    SCK_TRY(sck_file_read(reader, head, sizeof head));
    key->kind = (uint32_t)sck_load_le(head, 4);
    key->key_class = (uint32_t)sck_load_le(head + 4, 4);
    key->galois = (uint32_t)sck_load_le(head + 8, 4);
    if (sck_key_shape(params, key->kind, key->key_class, key->galois, &shape) !=
        SCK_OK)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: key %u: kind %u, class %u, "
                        "galois element %u",
                        sck_file_label(reader), (unsigned)set->count,
                        (unsigned)key->kind, (unsigned)key->key_class,
                        (unsigned)key->galois);
    if (sck_limbs_keyset_find(set, key->kind, key->key_class, key->galois))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: key %u is there already",
                        sck_file_label(reader), (unsigned)set->count);
    expected = SCK_FILE_KEY_HEAD +
               shape.digits * sck_file_rows_bytes(shape.q, shape.limbs, set->n);
    if (length != expected)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: key %u: %llu bytes, not %llu",
                        sck_file_label(reader), (unsigned)set->count,
                        (unsigned long long)length,
                        (unsigned long long)expected);
    key->digits = shape.digits;
    key->limbs = shape.limbs;
    key->b = malloc((size_t)shape.digits * shape.limbs * set->n * 4);
    if (key->b == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "key %u", (unsigned)set->count);
    set->count++;
    for (uint32_t j = 0; j < shape.digits; j++)
        SCK_TRY(read_rows(reader, key->b + (size_t)j * shape.limbs * set->n,
                          shape.q, shape.limbs, set->n));
    return sck_file_section_end(reader);
}

static sck_status fill_keyset(sck_file_reader *reader, const sck_params *params,
                              const uint8_t *key_id,
                              struct sck_limbs_keyset *set)
{
    SCK_TRY(sck_file_read_section(reader, SCK_TAG_KEY_ID, set->key_id,
                                  sizeof set->key_id));
    if (key_id != NULL && memcmp(key_id, set->key_id, SCK_KEY_ID_BYTES) != 0)
        return SCK_FAIL(SCK_ERR_KEY, "%s: keys of another key set",
                        sck_file_label(reader));
    SCK_TRY(sck_file_read_section(reader, SCK_TAG_SEED, set->seed,
                                  sizeof set->seed));
    if (sck_file_left(reader) > SCK_MAX_KEYS)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %u keys, at most %d",
                        sck_file_label(reader), (unsigned)sck_file_left(reader),
                        SCK_MAX_KEYS);
    set->keys = calloc((size_t)sck_file_left(reader) + 1, sizeof *set->keys);
    if (set->keys == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u keys",
                        (unsigned)sck_file_left(reader));
    while (sck_file_left(reader) != 0)
        SCK_TRY(read_key(reader, params, set));
    return sck_file_end(reader);
}

/* Takes the reader. */
static sck_status read_keyset(sck_file_reader *reader, const sck_params *params,
                              const uint8_t *key_id,
                              struct sck_limbs_keyset **out)
{
    struct sck_limbs_keyset *set = calloc(1, sizeof *set);
    sck_status status = SCK_ERR_MEMORY;

    if (set == NULL) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *set);
    } else {
        set->n = UINT32_C(1) << sck_params_logn(params);
        status = fill_keyset(reader, params, key_id, set);
    }
    sck_file_close(reader);
    if (status == SCK_OK)
        *out = set;
    else
        sck_limbs_keyset_free(set);
    return status;
}

sck_status sck_keyset_load(const sck_params *params, const char *path,
                           const uint8_t *key_id, struct sck_limbs_keyset **out)
{
    sck_file_reader *reader;

    *out = NULL;
    SCK_TRY(sck_file_open(path, SCK_FILE_EVALUATION_KEYS, sck_params_id(params),
                          &reader));
    return read_keyset(reader, params, key_id, out);
}

sck_status sck_keyset_parse(const sck_params *params, const void *bytes,
                            size_t size, const char *label,
                            const uint8_t *key_id,
                            struct sck_limbs_keyset **out)
{
    sck_file_reader *reader;

    *out = NULL;
    SCK_TRY(sck_file_parse(bytes, size, label, SCK_FILE_EVALUATION_KEYS,
                           sck_params_id(params), &reader));
    return read_keyset(reader, params, key_id, out);
}
