/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Writing the container: header first, each section's hash filled in when the
 * section is complete, the name taken when the file is. */
#define _POSIX_C_SOURCE 200809L

#include "sck_file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_priv.h"

struct sck_file_writer {
    FILE *file;
    char *path, *temporary;
    int committed, in_section;
    uint32_t sections_left;
    uint64_t payload_left;
    off_t hash_at;
    struct sha256_ctx hash;
    uint8_t packed[SCK_FILE_CHUNK * sizeof(uint32_t)];
};

static sck_status io_error(const sck_file_writer *writer, const char *what)
{
    return SCK_FAIL(SCK_ERR_IO, "%s: %s: %s", writer->path, what,
                    strerror(errno));
}

/* path.tmp-XXXXXXXX beside the target, so that rename() stays on one disk. */
static sck_status open_temporary(sck_file_writer *writer, const char *path,
                                 unsigned mode)
{
    const size_t size = strlen(path) + sizeof ".tmp-01234567";

    writer->path = strdup(path);
    writer->temporary = calloc(1, size);
    if (writer->path == NULL || writer->temporary == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes for a name", size);
    snprintf(writer->temporary, size, "%s.tmp-%08x", path,
             (unsigned)randombytes_random());

    const int fd = open(writer->temporary,
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);

    if (fd < 0) {
        writer->temporary[0] = '\0';
        return io_error(writer, "cannot create");
    }
    writer->file = fdopen(fd, "wb");
    if (writer->file == NULL) {
        close(fd);
        return io_error(writer, "cannot open");
    }
    setvbuf(writer->file, NULL, _IONBF, 0);
    return SCK_OK;
}

static sck_status put(sck_file_writer *writer, const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, writer->file) != size)
        return io_error(writer, "cannot write");
    return SCK_OK;
}

sck_status sck_file_create(const char *path, uint32_t kind,
                           const uint8_t *params_id, uint32_t sections,
                           unsigned mode, sck_file_writer **out)
{
    uint8_t header[SCK_FILE_HEADER_BYTES] = {'S', 'C', 'K', '1'};
    sck_file_writer *writer;
    sck_status status;

    if (out == NULL || path == NULL || params_id == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    if (sodium_init() < 0)
        return SCK_FAIL(SCK_ERR_STATE, "libsodium does not start");
    if ((writer = calloc(1, sizeof *writer)) == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *writer);
    writer->sections_left = sections;
    sck_store_le(header + 4, SCK_FILE_VERSION, 2);
    sck_store_le(header + 6, kind, 2);
    sck_store_le(header + 8, sections, 4);
    memcpy(header + 12, params_id, SCK_FILE_ID_BYTES);
    if ((status = open_temporary(writer, path, mode)) != SCK_OK ||
        (status = put(writer, header, sizeof header)) != SCK_OK) {
        sck_file_discard(writer);
        return status;
    }
    *out = writer;
    return SCK_OK;
}

static sck_status finish_section(sck_file_writer *writer)
{
    uint8_t hash[SHA256_DIGEST_SIZE];

    if (!writer->in_section)
        return SCK_OK;
    if (writer->payload_left != 0)
        return SCK_FAIL(SCK_ERR_STATE, "%s: a section lacks %llu bytes",
                        writer->path, (unsigned long long)writer->payload_left);
    sha256_digest(&writer->hash, sizeof hash, hash);
    if (fseeko(writer->file, writer->hash_at, SEEK_SET) != 0)
        return io_error(writer, "cannot seek");
    SCK_TRY(put(writer, hash, sizeof hash));
    if (fseeko(writer->file, 0, SEEK_END) != 0)
        return io_error(writer, "cannot seek");
    writer->in_section = 0;
    return SCK_OK;
}

sck_status sck_file_begin(sck_file_writer *writer, uint32_t tag,
                          uint64_t length)
{
    uint8_t head[SCK_FILE_SECTION_BYTES] = {0};

    SCK_TRY(finish_section(writer));
    if (writer->sections_left == 0)
        return SCK_FAIL(SCK_ERR_STATE, "%s: more sections than announced",
                        writer->path);
    sck_store_le(head, tag, 4);
    sck_store_le(head + 8, length, 8);
    writer->hash_at = ftello(writer->file);
    if (writer->hash_at < 0)
        return io_error(writer, "cannot seek");
    writer->hash_at += SCK_FILE_SECTION_BYTES - SHA256_DIGEST_SIZE;
    SCK_TRY(put(writer, head, sizeof head));
    sha256_init(&writer->hash);
    writer->payload_left = length;
    writer->sections_left--;
    writer->in_section = 1;
    return SCK_OK;
}

sck_status sck_file_write(sck_file_writer *writer, const void *bytes,
                          size_t size)
{
    if (!writer->in_section || size > writer->payload_left)
        return SCK_FAIL(SCK_ERR_STATE, "%s: more bytes than announced",
                        writer->path);
    sha256_update(&writer->hash, size, bytes);
    writer->payload_left -= size;
    return put(writer, bytes, size);
}

sck_status sck_file_write_limb(sck_file_writer *writer, const uint32_t *x,
                               uint32_t n, uint32_t q)
{
    for (uint32_t i = 0; i < n; i += SCK_FILE_CHUNK) {
        const uint32_t count = n - i < SCK_FILE_CHUNK ? n - i : SCK_FILE_CHUNK;

        sck_file_pack(writer->packed, x + i, count, q);
        SCK_TRY(sck_file_write(writer, writer->packed,
                               (size_t)sck_file_limb_bytes(count, q)));
    }
    return SCK_OK;
}

sck_status sck_file_write_section(sck_file_writer *writer, uint32_t tag,
                                  const void *bytes, size_t size)
{
    SCK_TRY(sck_file_begin(writer, tag, size));
    return sck_file_write(writer, bytes, size);
}

sck_status sck_file_commit(sck_file_writer *writer)
{
    SCK_TRY(finish_section(writer));
    if (writer->sections_left != 0)
        return SCK_FAIL(SCK_ERR_STATE, "%s: %u sections are missing",
                        writer->path, (unsigned)writer->sections_left);
    if (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0)
        return io_error(writer, "cannot write");
    if (rename(writer->temporary, writer->path) != 0)
        return io_error(writer, "cannot take its name");
    writer->committed = 1;
    return SCK_OK;
}

void sck_file_discard(sck_file_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->file != NULL)
        fclose(writer->file);
    if (!writer->committed && writer->temporary != NULL &&
        writer->temporary[0] != '\0')
        unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    sodium_memzero(writer, sizeof *writer);
    free(writer);
}
