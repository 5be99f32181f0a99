/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Reading files of evaluation keys: all of them, or one at a time. */
#include <stdlib.h>
#include <string.h>

#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

/* Reads the next key's head into set->keys[set->count], which the caller has.
 */
static sck_status read_key_head(sck_file_reader *reader,
                                const sck_params *params,
                                struct sck_limbs_keyset *set,
                                struct sck_key_shape *shape)
{
    struct sck_limbs_key *key = &set->keys[set->count];
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
    if (sck_key_shape(params, key->kind, key->key_class, key->galois, shape) !=
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
    expected =
        SCK_FILE_KEY_HEAD +
        shape->digits * sck_file_rows_bytes(shape->q, shape->limbs, set->n);
    if (length != expected)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: key %u: %llu bytes, not %llu",
                        sck_file_label(reader), (unsigned)set->count,
                        (unsigned long long)length,
                        (unsigned long long)expected);
    key->digits = shape->digits;
    key->limbs = shape->limbs;
    set->count++;
    return SCK_OK;
}

static sck_status read_key_rows(sck_file_reader *reader,
                                const struct sck_key_shape *shape, uint32_t n,
                                uint32_t *b)
{
    for (uint32_t j = 0; j < shape->digits; j++)
        SCK_TRY(sck_file_read_rows(reader, b + (size_t)j * shape->limbs * n,
                                   shape->q, shape->limbs, n));
    return sck_file_section_end(reader);
}

static sck_status read_key(sck_file_reader *reader, const sck_params *params,
                           struct sck_limbs_keyset *set)
{
    struct sck_limbs_key *key = &set->keys[set->count];
    struct sck_key_shape shape;

    SCK_TRY(read_key_head(reader, params, set, &shape));
    key->b = malloc((size_t)shape.digits * shape.limbs * set->n * 4);
    if (key->b == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "key %u", (unsigned)set->count - 1);
    return read_key_rows(reader, &shape, set->n, key->b);
}

/* The ids, and room for the keys. */
static sck_status read_set_head(sck_file_reader *reader, const uint8_t *key_id,
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
    return SCK_OK;
}

static sck_status fill_keyset(sck_file_reader *reader, const sck_params *params,
                              const uint8_t *key_id,
                              struct sck_limbs_keyset *set)
{
    SCK_TRY(read_set_head(reader, key_id, set));
    while (sck_file_left(reader) != 0)
        SCK_TRY(read_key(reader, params, set));
    return sck_file_end(reader);
}

static sck_status read_keyset(const sck_params *params,
                              const struct sck_file_source *source,
                              const uint8_t *key_id,
                              struct sck_limbs_keyset **out)
{
    struct sck_limbs_keyset *set;
    sck_file_reader *reader;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_file_from(source, SCK_FILE_EVALUATION_KEYS,
                          sck_params_id(params), &reader));
    if ((set = calloc(1, sizeof *set)) == NULL) {
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
    const struct sck_file_source source = {.path = path};

    return read_keyset(params, &source, key_id, out);
}

sck_status sck_keyset_parse(const sck_params *params, const void *bytes,
                            size_t size, const char *label,
                            const uint8_t *key_id,
                            struct sck_limbs_keyset **out)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return read_keyset(params, &source, key_id, out);
}

/* A key's rows in *b, which grows to the largest key's. */
static sck_status read_into(sck_file_reader *reader, const sck_params *params,
                            struct sck_limbs_keyset *set, uint32_t **b,
                            size_t *words)
{
    struct sck_key_shape shape;
    size_t count;

    SCK_TRY(read_key_head(reader, params, set, &shape));
    count = (size_t)shape.digits * shape.limbs * set->n;
    if (count > *words) {
        free(*b);
        *words = 0;
        if ((*b = malloc(count * sizeof **b)) == NULL)
            return SCK_FAIL(SCK_ERR_MEMORY, "key %u", (unsigned)set->count - 1);
        *words = count;
    }
    return read_key_rows(reader, &shape, set->n, *b);
}

static sck_status each_key(sck_file_reader *reader, const sck_params *params,
                           const uint8_t *key_id, sck_keyset_take *take,
                           void *context)
{
    struct sck_limbs_keyset all = {.n = UINT32_C(1) << sck_params_logn(params)};
    sck_status status = read_set_head(reader, key_id, &all);
    const uint32_t total = sck_file_left(reader);
    uint32_t *b = NULL;
    size_t words = 0;

    while (status == SCK_OK && sck_file_left(reader) != 0) {
        const uint32_t i = all.count;

        status = read_into(reader, params, &all, &b, &words);
        if (status == SCK_OK) {
            struct sck_limbs_key key = all.keys[i];
            struct sck_limbs_keyset one = all;

            key.b = b;
            one.count = 1;
            one.keys = &key;
            status = take(context, &one, i, total);
        }
    }
    if (status == SCK_OK)
        status = sck_file_end(reader);
    free(b);
    free(all.keys);
    return status;
}

sck_status sck_keyset_each(const sck_params *params, const char *path,
                           const uint8_t *key_id, sck_keyset_take *take,
                           void *context)
{
    sck_file_reader *reader;
    sck_status status;

    SCK_TRY(sck_file_open(path, SCK_FILE_EVALUATION_KEYS, sck_params_id(params),
                          &reader));
    status = each_key(reader, params, key_id, take, context);
    sck_file_close(reader);
    return status;
}
