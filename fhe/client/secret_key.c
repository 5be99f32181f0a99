/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The secret key: made, saved, loaded, wiped. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"
#include "file_priv.h"
#include "sampler.h"
#include "sck_file.h"

static sck_status allocate(const sck_params *params, sck_secret_key **out)
{
    sck_secret_key *key;
    const struct sck_ring *ring;

    SCK_TRY(sck_client_ring(params, &ring));
    key = calloc(1, sizeof *key);
    if (key != NULL)
        key->packed = sodium_malloc(SCK_TERNARY_BYTES(ring->n));
    if (key == NULL || key->packed == NULL) {
        free(key);
        sck_ring_free(ring);
        return SCK_FAIL(SCK_ERR_MEMORY, "a secret key");
    }
    key->params = params;
    key->ring = ring;
    *out = key;
    return SCK_OK;
}

void sck_secret_key_free(sck_secret_key *key)
{
    if (key == NULL)
        return;
    sodium_free(key->packed);
    sck_ring_free(key->ring);
    free(key);
}

static void draw_id(const sck_params *params, uint8_t *key_id)
{
    static const unsigned char label[] = "starcloak key id";
    crypto_hash_sha256_state state;
    uint8_t fresh[32];

    randombytes_buf(fresh, sizeof fresh);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, label, sizeof label - 1);
    crypto_hash_sha256_update(&state, sck_params_id(params),
                              SCK_PARAMS_ID_BYTES);
    crypto_hash_sha256_update(&state, fresh, sizeof fresh);
    crypto_hash_sha256_final(&state, key_id);
}

sck_status sck_secret_key_new(const sck_params *params, sck_secret_key **out)
{
    sck_secret_key *key;

    if (out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "key is NULL");
    *out = NULL;
    SCK_TRY(allocate(params, &key));
    sck_sample_ternary(key->packed, key->ring->n);
    draw_id(params, key->key_id);
    *out = key;
    return SCK_OK;
}

const uint8_t *sck_secret_key_id(const sck_secret_key *key)
{
    return key->key_id;
}

sck_status sck_secret_key_save(const sck_secret_key *key, const char *path)
{
    sck_file_writer *writer;
    sck_status status;

    if (key == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "key is NULL");
    SCK_TRY(sck_file_create(path, SCK_FILE_SECRET_KEY,
                            sck_params_id(key->params), 2, 0600, &writer));
    status = sck_file_write_section(writer, SCK_TAG_KEY_ID, key->key_id,
                                    sizeof key->key_id);
    if (status == SCK_OK)
        status = sck_file_write_section(writer, SCK_TAG_SECRET, key->packed,
                                        SCK_TERNARY_BYTES(key->ring->n));
    if (status == SCK_OK)
        status = sck_file_commit(writer);
    sck_file_discard(writer);
    return status;
}

static sck_status fill(sck_file_reader *reader, sck_secret_key *key)
{
    const uint32_t bytes = SCK_TERNARY_BYTES(key->ring->n);
    uint32_t threes = 0;

    SCK_TRY(sck_file_read_section(reader, SCK_TAG_KEY_ID, key->key_id,
                                  sizeof key->key_id));
    SCK_TRY(sck_file_read_section(reader, SCK_TAG_SECRET, key->packed, bytes));
    SCK_TRY(sck_file_end(reader));
    for (uint32_t i = 0; i < bytes; i++)
        threes |= key->packed[i] & (key->packed[i] >> 1) & 0x55u;
    if (threes != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: a coefficient is not ternary",
                        sck_file_label(reader));
    return SCK_OK;
}

static sck_status load_from(const sck_params *params,
                            const struct sck_file_source *source,
                            sck_secret_key **out)
{
    sck_secret_key *key = NULL;
    sck_file_reader *reader;
    sck_status status;

    if (out == NULL || params == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    SCK_TRY(sck_file_from(source, SCK_FILE_SECRET_KEY, sck_params_id(params),
                          &reader));
    if ((status = allocate(params, &key)) == SCK_OK)
        status = fill(reader, key);
    sck_file_close(reader);
    if (status == SCK_OK)
        *out = key;
    else
        sck_secret_key_free(key);
    return status;
}

sck_status sck_secret_key_load(const sck_params *params, const char *path,
                               sck_secret_key **out)
{
    const struct sck_file_source source = {.path = path};

    return load_from(params, &source, out);
}

sck_status sck_secret_key_parse(const sck_params *params, const void *bytes,
                                size_t size, const char *label,
                                sck_secret_key **out)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return load_from(params, &source, out);
}
