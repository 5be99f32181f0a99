/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Reading the container from a file or from memory. */
#define _POSIX_C_SOURCE 200809L

#include "sck_file.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file_priv.h"

struct sck_file_reader {
    FILE *file; /* NULL: bytes is the source */
    const uint8_t *bytes;
    char *label;
    uint64_t left; /* bytes of the source not read yet */
    uint32_t sections_left;
    uint32_t section; /* its number, from 1, for messages */
    int in_section;
    uint64_t payload_left;
    uint8_t params_id[SCK_FILE_ID_BYTES];
    uint8_t expected[SHA256_DIGEST_SIZE];
    struct sha256_ctx hash;
    uint8_t packed[SCK_FILE_CHUNK * sizeof(uint32_t)];
};

static sck_status get(sck_file_reader *reader, void *out, size_t size)
{
    if (size > reader->left)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: ends too early", reader->label);
    if (reader->file == NULL) {
        memcpy(out, reader->bytes, size);
        reader->bytes += size;
    } else if (fread(out, 1, size, reader->file) != size) {
        return SCK_FAIL(SCK_ERR_IO, "%s: cannot read: %s", reader->label,
                        strerror(errno));
    }
    reader->left -= size;
    return SCK_OK;
}

static sck_status read_header(sck_file_reader *reader, uint32_t kind,
                              const uint8_t *params_id)
{
    uint8_t header[SCK_FILE_HEADER_BYTES];

    SCK_TRY(get(reader, header, sizeof header));
    if (memcmp(header, "SCK1", 4) != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: not a Starcloak file",
                        reader->label);

    const unsigned version = (unsigned)sck_load_le(header + 4, 2);
    const unsigned found = (unsigned)sck_load_le(header + 6, 2);

    if (version != SCK_FILE_VERSION)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: version %u, not %d", reader->label,
                        version, SCK_FILE_VERSION);
    if (found != kind)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: holds %s (kind %u), not %s",
                        reader->label, sck_file_kind_name(found), found,
                        sck_file_kind_name(kind));
    reader->sections_left = (uint32_t)sck_load_le(header + 8, 4);
    memcpy(reader->params_id, header + 12, sizeof reader->params_id);
    if (params_id != NULL &&
        memcmp(reader->params_id, params_id, sizeof reader->params_id) != 0)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "%s: made for other parameters",
                        reader->label);
    return SCK_OK;
}

static sck_status start(sck_file_reader *reader, const char *label)
{
    if (sodium_init() < 0)
        return SCK_FAIL(SCK_ERR_STATE, "libsodium does not start");
    reader->label = strdup(label);
    if (reader->label == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a name");
    return SCK_OK;
}

static sck_status open_path(sck_file_reader *reader, const char *path)
{
    struct stat info;

    SCK_TRY(start(reader, path));
    reader->file = fopen(path, "rb");
    if (reader->file == NULL || fstat(fileno(reader->file), &info) != 0)
        return SCK_FAIL(SCK_ERR_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return SCK_FAIL(SCK_ERR_IO, "%s: not a regular file", path);
    setvbuf(reader->file, NULL, _IONBF, 0);
    reader->left = (uint64_t)info.st_size;
    return SCK_OK;
}

static sck_status open_bytes(sck_file_reader *reader,
                             const struct sck_file_source *source)
{
    SCK_TRY(start(reader, source->label != NULL ? source->label : "memory"));
    reader->bytes = source->bytes;
    reader->left = source->size;
    return SCK_OK;
}

sck_status sck_file_from(const struct sck_file_source *source, uint32_t kind,
                         const uint8_t *params_id, sck_file_reader **out)
{
    sck_file_reader *reader;
    sck_status status;

    if (out == NULL || (source->path == NULL && source->bytes == NULL))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    if ((reader = calloc(1, sizeof *reader)) == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *reader);
    if ((status = source->path != NULL
                      ? open_path(reader, source->path)
                      : open_bytes(reader, source)) != SCK_OK ||
        (status = read_header(reader, kind, params_id)) != SCK_OK) {
        sck_file_close(reader);
        return status;
    }
    *out = reader;
    return SCK_OK;
}

sck_status sck_file_open(const char *path, uint32_t kind,
                         const uint8_t *params_id, sck_file_reader **reader)
{
    const struct sck_file_source source = {.path = path};

    return sck_file_from(&source, kind, params_id, reader);
}

sck_status sck_file_parse(const void *bytes, size_t size, const char *label,
                          uint32_t kind, const uint8_t *params_id,
                          sck_file_reader **reader)
{
    const struct sck_file_source source = {NULL, bytes, size, label};

    return sck_file_from(&source, kind, params_id, reader);
}

const uint8_t *sck_file_params_id(const sck_file_reader *reader)
{
    return reader->params_id;
}

uint32_t sck_file_left(const sck_file_reader *reader)
{
    return reader->sections_left;
}

const char *sck_file_label(const sck_file_reader *reader)
{
    return reader->label;
}

sck_status sck_file_section(sck_file_reader *reader, uint32_t *tag,
                            uint64_t *length)
{
    uint8_t head[SCK_FILE_SECTION_BYTES];

    if (reader->in_section)
        return SCK_FAIL(SCK_ERR_STATE, "%s: still inside a section",
                        reader->label);
    if (reader->sections_left == 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: a section is missing",
                        reader->label);
    SCK_TRY(get(reader, head, sizeof head));
    reader->section++;
    *tag = (uint32_t)sck_load_le(head, 4);
    *length = sck_load_le(head + 8, 8);
    if (sck_load_le(head + 4, 4) != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: reserved word not 0",
                        reader->label, (unsigned)reader->section);
    if (*length > reader->left)
        return SCK_FAIL(
            SCK_ERR_FORMAT, "%s: section %u: %llu bytes, but the file has %llu",
            reader->label, (unsigned)reader->section,
            (unsigned long long)*length, (unsigned long long)reader->left);
    memcpy(reader->expected, head + 16, sizeof reader->expected);
    sha256_init(&reader->hash);
    reader->payload_left = *length;
    reader->sections_left--;
    reader->in_section = 1;
    return SCK_OK;
}

sck_status sck_file_expect(sck_file_reader *reader, uint32_t tag,
                           uint64_t length)
{
    uint32_t found;
    uint64_t found_length;

    SCK_TRY(sck_file_section(reader, &found, &found_length));
    if (found != tag)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: tag %08x, not %08x",
                        reader->label, (unsigned)reader->section,
                        (unsigned)found, (unsigned)tag);
    if (found_length != length)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: %llu bytes, not %llu",
                        reader->label, (unsigned)reader->section,
                        (unsigned long long)found_length,
                        (unsigned long long)length);
    return SCK_OK;
}

sck_status sck_file_read(sck_file_reader *reader, void *bytes, size_t size)
{
    if (!reader->in_section || size > reader->payload_left)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: ends too early",
                        reader->label, (unsigned)reader->section);
    SCK_TRY(get(reader, bytes, size));
    sha256_update(&reader->hash, size, bytes);
    reader->payload_left -= size;
    return SCK_OK;
}

sck_status sck_file_read_limb(sck_file_reader *reader, uint32_t *x, uint32_t n,
                              uint32_t q)
{
    for (uint32_t i = 0; i < n; i += SCK_FILE_CHUNK) {
        const uint32_t count = n - i < SCK_FILE_CHUNK ? n - i : SCK_FILE_CHUNK;

        SCK_TRY(sck_file_read(reader, reader->packed,
                              (size_t)sck_file_limb_bytes(count, q)));
        if (!sck_file_unpack(x + i, reader->packed, count, q))
            return SCK_FAIL(
                SCK_ERR_FORMAT, "%s: section %u: a residue is not below %u",
                reader->label, (unsigned)reader->section, (unsigned)q);
    }
    return SCK_OK;
}

sck_status sck_file_read_rows(sck_file_reader *reader, uint32_t *x,
                              const uint32_t *q, uint32_t limbs, uint32_t n)
{
    for (uint32_t i = 0; i < limbs; i++)
        SCK_TRY(sck_file_read_limb(reader, x + (size_t)i * n, n, q[i]));
    return SCK_OK;
}

sck_status sck_file_section_end(sck_file_reader *reader)
{
    uint8_t hash[SHA256_DIGEST_SIZE];

    if (reader->payload_left != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: %llu bytes too many",
                        reader->label, (unsigned)reader->section,
                        (unsigned long long)reader->payload_left);
    sha256_digest(&reader->hash, sizeof hash, hash);
    reader->in_section = 0;
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    if (memcmp(hash, reader->expected, sizeof hash) != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: section %u: damaged (SHA-256)",
                        reader->label, (unsigned)reader->section);
#endif
    return SCK_OK;
}

sck_status sck_file_read_section(sck_file_reader *reader, uint32_t tag,
                                 void *bytes, size_t size)
{
    SCK_TRY(sck_file_expect(reader, tag, size));
    SCK_TRY(sck_file_read(reader, bytes, size));
    return sck_file_section_end(reader);
}

sck_status sck_file_end(sck_file_reader *reader)
{
    if (reader->sections_left != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %u sections too many",
                        reader->label, (unsigned)reader->sections_left);
    if (reader->left != 0)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: %llu bytes after the last section",
                        reader->label, (unsigned long long)reader->left);
    return SCK_OK;
}

void sck_file_close(sck_file_reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->file != NULL)
        fclose(reader->file);
    free(reader->label);
    sodium_memzero(reader, sizeof *reader);
    free(reader);
}
