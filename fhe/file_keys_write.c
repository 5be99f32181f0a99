/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Writing evaluation keys: a set at once, or key after key as they are made. */
#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

uint64_t sck_file_rows_bytes(const uint32_t *q, uint32_t limbs, uint32_t n)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < limbs; i++)
        bytes += sck_file_limb_bytes(n, q[i]);
    return bytes;
}

sck_status sck_file_write_rows(sck_file_writer *writer, const uint32_t *x,
                               const uint32_t *q, uint32_t limbs, uint32_t n)
{
    for (uint32_t i = 0; i < limbs; i++)
        SCK_TRY(sck_file_write_limb(writer, x + (size_t)i * n, n, q[i]));
    return SCK_OK;
}

sck_status sck_keyset_append(sck_file_writer *writer, const sck_params *params,
                             const struct sck_limbs_key *key)
{
    const uint32_t n = UINT32_C(1) << sck_params_logn(params);
    struct sck_key_shape shape;
    uint8_t head[SCK_FILE_KEY_HEAD];

    SCK_TRY(
        sck_key_shape(params, key->kind, key->key_class, key->galois, &shape));
    if (shape.limbs != key->limbs || shape.digits != key->digits)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "the key is of other parameters");
    sck_store_le(head, key->kind, 4);
    sck_store_le(head + 4, key->key_class, 4);
    sck_store_le(head + 8, key->galois, 4);
    SCK_TRY(sck_file_begin(
        writer, SCK_TAG_EVALUATION,
        SCK_FILE_KEY_HEAD +
            shape.digits * sck_file_rows_bytes(shape.q, shape.limbs, n)));
    SCK_TRY(sck_file_write(writer, head, sizeof head));
    for (uint32_t j = 0; j < shape.digits; j++)
        SCK_TRY(sck_file_write_rows(writer,
                                    key->b + (size_t)j * shape.limbs * n,
                                    shape.q, shape.limbs, n));
    return SCK_OK;
}

static sck_status write_head(sck_file_writer *writer, const uint8_t *key_id,
                             const uint8_t *seed)
{
    SCK_TRY(sck_file_write_section(writer, SCK_TAG_KEY_ID, key_id,
                                   SCK_KEY_ID_BYTES));
    return sck_file_write_section(writer, SCK_TAG_SEED, seed, SCK_SEED_BYTES);
}

sck_status sck_keyset_create(const sck_params *params, const uint8_t *key_id,
                             const uint8_t *seed, uint32_t count,
                             const char *path, sck_file_writer **writer)
{
    SCK_TRY(sck_file_create(path, SCK_FILE_EVALUATION_KEYS,
                            sck_params_id(params), 2 + count, 0666, writer));
    const sck_status status = write_head(*writer, key_id, seed);

    if (status != SCK_OK) {
        sck_file_discard(*writer);
        *writer = NULL;
    }
    return status;
}

sck_status sck_keyset_save(const sck_params *params,
                           const struct sck_limbs_keyset *set, const char *path)
{
    sck_file_writer *writer;
    sck_status status = SCK_OK;

    SCK_TRY(sck_keyset_create(params, set->key_id, set->seed, set->count, path,
                              &writer));
    for (uint32_t i = 0; i < set->count && status == SCK_OK; i++)
        status = sck_keyset_append(writer, params, &set->keys[i]);
    if (status == SCK_OK)
        status = sck_file_commit(writer);
    sck_file_discard(writer);
    return status;
}
