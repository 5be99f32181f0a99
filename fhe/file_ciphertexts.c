/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Files of named ciphertexts. */
#include <stdlib.h>
#include <string.h>

#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

enum { HEAD = 32 };

static uint64_t poly_bytes(const sck_params *params, uint32_t level)
{
    const uint32_t n = UINT32_C(1) << sck_params_logn(params);
    uint32_t limbs;
    const uint32_t *q = sck_params_primes(params, level, &limbs);
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < limbs; i++)
        bytes += sck_file_limb_bytes(n, q[i]);
    return bytes;
}

static sck_status write_one(sck_file_writer *writer, const sck_params *params,
                            const struct sck_limbs_ciphertext *ct)
{
    const uint32_t polys = ct->polys - ct->seeded;
    uint8_t head[HEAD] = {0};
    uint32_t limbs;
    const uint32_t *q = sck_params_primes(params, ct->level, &limbs);

    if (q == NULL || limbs != ct->limbs ||
        ct->n != UINT32_C(1) << sck_params_logn(params))
        return SCK_FAIL(SCK_ERR_PARAMETERS, "'%s' is of other parameters",
                        ct->name);
    SCK_TRY(sck_file_write_section(writer, SCK_TAG_NAME, ct->name,
                                   strlen(ct->name)));
    if (ct->seeded)
        SCK_TRY(sck_file_write_section(writer, SCK_TAG_SEED, ct->seed,
                                       sizeof ct->seed));
    sck_store_le(head, ct->level, 4);
    sck_store_le(head + 4, ct->polys, 4);
    sck_store_le(head + 8, ct->slots, 4);
    sck_store_le(head + 16, ct->scale.integer, 8);
    sck_store_le(head + 24, (uint32_t)ct->scale.exponent, 4);
    SCK_TRY(sck_file_begin(writer, SCK_TAG_CIPHERTEXT,
                           HEAD + polys * poly_bytes(params, ct->level)));
    SCK_TRY(sck_file_write(writer, head, sizeof head));
    for (uint32_t p = 0; p < polys; p++)
        for (uint32_t i = 0; i < limbs; i++)
            SCK_TRY(sck_file_write_limb(writer, sck_limbs_row(ct, p, i), ct->n,
                                        q[i]));
    return SCK_OK;
}

sck_status sck_ciphertexts_save(const sck_params *params,
                                const struct sck_limbs_ciphertext *const *list,
                                uint32_t count, const char *path)
{
    uint32_t sections = 1;
    sck_file_writer *writer;
    sck_status status;

    if (count == 0 || count > SCK_MAX_CIPHERTEXTS)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u ciphertexts, 1 to %d",
                        (unsigned)count, SCK_MAX_CIPHERTEXTS);
    for (uint32_t i = 0; i < count; i++) {
        sections += 2 + list[i]->seeded;
        if (list[i]->name[0] == '\0')
            return SCK_FAIL(SCK_ERR_ARGUMENT, "ciphertext %u has no name",
                            (unsigned)i);
        if (memcmp(list[i]->key_id, list[0]->key_id, SCK_KEY_ID_BYTES) != 0)
            return SCK_FAIL(SCK_ERR_KEY, "'%s' and '%s' are of different keys",
                            list[0]->name, list[i]->name);
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(list[i]->name, list[j]->name) == 0)
                return SCK_FAIL(SCK_ERR_ARGUMENT, "two are named '%s'",
                                list[i]->name);
    }
    SCK_TRY(sck_file_create(path, SCK_FILE_CIPHERTEXTS, sck_params_id(params),
                            sections, 0666, &writer));
    status = sck_file_write_section(writer, SCK_TAG_KEY_ID, list[0]->key_id,
                                    SCK_KEY_ID_BYTES);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        status = write_one(writer, params, list[i]);
    if (status == SCK_OK)
        status = sck_file_commit(writer);
    sck_file_discard(writer);
    return status;
}

static sck_status read_name(sck_file_reader *reader, char *name)
{
    uint64_t length;
    uint32_t tag;

    SCK_TRY(sck_file_section(reader, &tag, &length));
    if (tag != SCK_TAG_NAME || length >= SCK_NAME_BYTES)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tag %08x with %llu bytes is no "
                        "name",
                        sck_file_label(reader), (unsigned)tag,
                        (unsigned long long)length);
    memset(name, 0, SCK_NAME_BYTES);
    SCK_TRY(sck_file_read(reader, name, (size_t)length));
    SCK_TRY(sck_file_section_end(reader));
    if (strlen(name) != length)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: a name holds a zero byte",
                        sck_file_label(reader));
    return SCK_OK;
}

/* The head's numbers, checked, and a ciphertext for them. */
static sck_status read_head(sck_file_reader *reader, const sck_params *params,
                            uint32_t seeded, uint64_t length,
                            struct sck_limbs_ciphertext **out)
{
    const char *label = sck_file_label(reader);
    const uint32_t half = UINT32_C(1) << (sck_params_logn(params) - 1);
    uint8_t head[HEAD];

    SCK_TRY(sck_file_read(reader, head, sizeof head));

    const uint32_t level = (uint32_t)sck_load_le(head, 4);
    const uint32_t polys = (uint32_t)sck_load_le(head + 4, 4);
    const uint32_t slots = (uint32_t)sck_load_le(head + 8, 4);
    const uint32_t exponent = (uint32_t)sck_load_le(head + 24, 4);
    const sck_scale scale = {sck_load_le(head + 16, 8), (int32_t)exponent};

    if (level >= sck_params_levels(params))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: level %u of %u", label,
                        (unsigned)level, (unsigned)sck_params_levels(params));
    if (polys < 2 || polys > (seeded ? 2u : 3u))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %u polynomials", label,
                        (unsigned)polys);
    if (slots == 0 || slots > half || (slots & (slots - 1)) != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %u slots", label, (unsigned)slots);
    if (sck_load_le(head + 12, 4) != 0 || sck_load_le(head + 28, 4) != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: a reserved word is not 0", label);
    if (!sck_scale_is_valid(scale))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: the scale is malformed", label);
    if (length != HEAD + (polys - seeded) * poly_bytes(params, level))
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: %llu bytes, not those of %u "
                        "polynomials at level %u",
                        label, (unsigned long long)length,
                        (unsigned)(polys - seeded), (unsigned)level);
    SCK_TRY(sck_limbs_ciphertext_new(params, level, polys, seeded, out));
    (*out)->slots = slots;
    (*out)->scale = scale;
    return SCK_OK;
}

/* Adds the next ciphertext to the list, which has room for it. */
static sck_status read_one(sck_file_reader *reader, const sck_params *params,
                           struct sck_limbs_ciphertexts *list)
{
    char name[SCK_NAME_BYTES];
    uint8_t seed[SCK_SEED_BYTES];
    struct sck_limbs_ciphertext *ct;
    uint32_t tag, seeded = 0;
    uint64_t length;

    SCK_TRY(read_name(reader, name));
    SCK_TRY(sck_file_section(reader, &tag, &length));
    if (tag == SCK_TAG_SEED && length == sizeof seed) {
        seeded = 1;
        SCK_TRY(sck_file_read(reader, seed, sizeof seed));
        SCK_TRY(sck_file_section_end(reader));
        SCK_TRY(sck_file_section(reader, &tag, &length));
    }
    if (tag != SCK_TAG_CIPHERTEXT)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: tag %08x is no ciphertext",
                        sck_file_label(reader), (unsigned)tag);
    SCK_TRY(read_head(reader, params, seeded, length, &ct));
    list->items[list->count++] = ct;
    if (sck_limbs_ciphertext_name(ct, name) != SCK_OK)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: a name is not printable",
                        sck_file_label(reader));
    if (sck_limbs_ciphertexts_find(list, name) != ct)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: two ciphertexts are named '%s'",
                        sck_file_label(reader), name);
    memcpy(ct->key_id, list->key_id, sizeof ct->key_id);
    if (seeded)
        memcpy(ct->seed, seed, sizeof ct->seed);

    uint32_t limbs;
    const uint32_t *q = sck_params_primes(params, ct->level, &limbs);

    for (uint32_t p = 0; p < ct->polys - seeded; p++)
        for (uint32_t i = 0; i < limbs; i++)
            SCK_TRY(sck_file_read_limb(reader, sck_limbs_row(ct, p, i), ct->n,
                                       q[i]));
    return sck_file_section_end(reader);
}

static sck_status fill_list(sck_file_reader *reader, const sck_params *params,
                            const uint8_t *key_id,
                            struct sck_limbs_ciphertexts *list)
{
    SCK_TRY(sck_file_read_section(reader, SCK_TAG_KEY_ID, list->key_id,
                                  sizeof list->key_id));
    if (key_id != NULL && memcmp(key_id, list->key_id, SCK_KEY_ID_BYTES) != 0)
        return SCK_FAIL(SCK_ERR_KEY, "%s: ciphertexts of another key set",
                        sck_file_label(reader));
    /* Two or three sections each. */
    if (sck_file_left(reader) > 3 * SCK_MAX_CIPHERTEXTS)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %u sections",
                        sck_file_label(reader),
                        (unsigned)sck_file_left(reader));
    list->items =
        calloc((size_t)sck_file_left(reader) / 2 + 1, sizeof *list->items);
    if (list->items == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u sections",
                        (unsigned)sck_file_left(reader));
    while (sck_file_left(reader) != 0)
        SCK_TRY(read_one(reader, params, list));
    return sck_file_end(reader);
}

static sck_status read_list(const sck_params *params,
                            const struct sck_file_source *source,
                            const uint8_t *key_id,
                            struct sck_limbs_ciphertexts **out)
{
    struct sck_limbs_ciphertexts *list;
    sck_file_reader *reader;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_file_from(source, SCK_FILE_CIPHERTEXTS, sck_params_id(params),
                          &reader));
    if ((list = calloc(1, sizeof *list)) == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *list);
    else
        status = fill_list(reader, params, key_id, list);
    sck_file_close(reader);
    if (status == SCK_OK)
        *out = list;
    else
        sck_limbs_ciphertexts_free(list);
    return status;
}

sck_status sck_ciphertexts_load(const sck_params *params, const char *path,
                                const uint8_t *key_id,
                                struct sck_limbs_ciphertexts **out)
{
    const struct sck_file_source source = {.path = path};

    return read_list(params, &source, key_id, out);
}

sck_status sck_ciphertexts_parse(const sck_params *params, const void *bytes,
                                 size_t size, const char *label,
                                 const uint8_t *key_id,
                                 struct sck_limbs_ciphertexts **out)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return read_list(params, &source, key_id, out);
}
