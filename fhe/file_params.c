/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Files of parameters: the literal they are made from. The header's id must
 * be that of the parameters made. */
#include <string.h>

#include "file_priv.h"
#include "sck_encrypted.h"
#include "sck_file.h"

enum { NAME = 32, WORDS = 11, BYTES = NAME + 4 * WORDS };

sck_status sck_params_save(const sck_params *params, const char *path)
{
    const struct sck_params_literal *l = sck_params_shape(params);
    const uint32_t words[WORDS] = {l->logn,
                                   l->q0_bits,
                                   l->scale_bits,
                                   l->levels,
                                   l->levels_stc,
                                   l->levels_evalmod,
                                   l->evalmod_bits,
                                   l->levels_cts,
                                   l->cts_bits,
                                   l->special,
                                   l->insecure_test_only != 0};
    uint8_t payload[BYTES] = {0};
    sck_file_writer *writer;
    sck_status status;

    memcpy(payload, sck_params_name(params), strlen(sck_params_name(params)));
    for (int i = 0; i < WORDS; i++)
        sck_store_le(payload + NAME + 4 * i, words[i], 4);
    SCK_TRY(sck_file_create(path, SCK_FILE_PARAMETERS, sck_params_id(params), 1,
                            0666, &writer));
    status = sck_file_write_section(writer, SCK_TAG_PARAMETERS, payload,
                                    sizeof payload);
    if (status == SCK_OK)
        status = sck_file_commit(writer);
    sck_file_discard(writer);
    return status;
}

static sck_status read_params(sck_file_reader *reader, sck_params **params)
{
    uint8_t payload[BYTES];
    uint32_t word[WORDS];
    char name[NAME];

    SCK_TRY(sck_file_read_section(reader, SCK_TAG_PARAMETERS, payload,
                                  sizeof payload));
    SCK_TRY(sck_file_end(reader));
    memcpy(name, payload, sizeof name);
    if (name[NAME - 1] != '\0')
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: the name does not end",
                        sck_file_label(reader));
    for (size_t i = 0; i < NAME; i++) {
        const int printable = name[i] > ' ' && name[i] <= '~';

        if (i < strlen(name) ? !printable : name[i] != '\0')
            return SCK_FAIL(SCK_ERR_FORMAT, "%s: the name is not printable",
                            sck_file_label(reader));
    }
    for (int i = 0; i < WORDS; i++)
        word[i] = (uint32_t)sck_load_le(payload + NAME + 4 * i, 4);
    if (word[10] > 1)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: the last word is %u, not 0 or 1",
                        sck_file_label(reader), (unsigned)word[10]);

    const struct sck_params_literal literal = {
        .name = name,
        .logn = word[0],
        .q0_bits = word[1],
        .scale_bits = word[2],
        .levels = word[3],
        .levels_stc = word[4],
        .levels_evalmod = word[5],
        .evalmod_bits = word[6],
        .levels_cts = word[7],
        .cts_bits = word[8],
        .special = word[9],
        .insecure_test_only = (int)word[10],
    };
    sck_params *made;

    SCK_TRY(sck_params_new(&literal, &made));
    if (memcmp(sck_params_id(made), sck_file_params_id(reader),
               SCK_FILE_ID_BYTES) != 0) {
        sck_params_free(made);
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%s: the parameters do not have the file's id",
                        sck_file_label(reader));
    }
    *params = made;
    return SCK_OK;
}

static sck_status load_from(const struct sck_file_source *source,
                            sck_params **params)
{
    sck_file_reader *reader;
    sck_status status;

    *params = NULL;
    SCK_TRY(sck_file_from(source, SCK_FILE_PARAMETERS, NULL, &reader));
    status = read_params(reader, params);
    sck_file_close(reader);
    return status;
}

sck_status sck_params_load(const char *path, sck_params **params)
{
    const struct sck_file_source source = {.path = path};

    return load_from(&source, params);
}

sck_status sck_params_parse(const void *bytes, size_t size, const char *label,
                            sck_params **params)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return load_from(&source, params);
}
