/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Safetensors: header length (8 bytes, little endian), JSON header, data. */
#include "sck_tensors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensors_header.h"

#define PREFIX_BYTES 8

/* Room for a hundred thousand tensors. jansson may need a hundred bytes of
 * memory for one of hostile text, so the format's own 100 MB is too generous.
 */
#define HEADER_BYTES (UINT64_C(16) << 20)

static sck_tensors *new_tensors(const char *label)
{
    const size_t length = strlen(label) + 1;
    sck_tensors *tensors = calloc(1, sizeof *tensors);

    if (tensors == NULL)
        return NULL;
    tensors->label = malloc(length);
    if (tensors->label == NULL) {
        free(tensors);
        return NULL;
    }
    memcpy(tensors->label, label, length);
    return tensors;
}

void sck_tensors_free(sck_tensors *tensors)
{
    if (tensors == NULL)
        return;
    free(tensors->data);
    free(tensors->entries);
    json_decref(tensors->header);
    free(tensors->label);
    free(tensors);
}

/* Splits length bytes, of which prefix is the beginning, before anything is
 * allocated for them. */
static sck_status measure(const char *label, const unsigned char *prefix,
                          uint64_t length, size_t *header, size_t *data)
{
    uint64_t claimed;

    if (length < PREFIX_BYTES)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: too short for a safetensors file",
                        label);
    claimed = sck_tensors_load_le(prefix, PREFIX_BYTES);
    if (claimed > length - PREFIX_BYTES || claimed > HEADER_BYTES)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: not a safetensors file: a header of %llu bytes is "
                        "longer than the file or the limit of %llu",
                        label, (unsigned long long)claimed,
                        (unsigned long long)HEADER_BYTES);
    if (length > SIZE_MAX)
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: too large for this machine",
                        label);
    *header = (size_t)claimed;
    *data = (size_t)(length - PREFIX_BYTES - claimed);
    return SCK_OK;
}

/* NULL, and the failure recorded, if there is no memory. */
static void *allocate(const char *label, size_t length)
{
    /* One to spare, so that no bytes are no failure. */
    void *const memory = malloc(length + 1);

    if (memory == NULL)
        (void)SCK_FAIL(SCK_ERR_MEMORY, "%s: no memory for %zu bytes", label,
                       length);
    return memory;
}

sck_status sck_tensors_parse(const void *bytes, size_t length,
                             const char *label, sck_tensors **out)
{
    const char *const name = label != NULL ? label : "(memory)";
    const unsigned char *const at = bytes;
    sck_tensors *tensors;
    sck_status status;
    size_t header, data;

    if (out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "out is NULL");
    *out = NULL;
    if (bytes == NULL && length > 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%s: bytes is NULL", name);
    SCK_TRY(measure(name, at, length, &header, &data));

    tensors = new_tensors(name);
    if (tensors == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: no memory", name);
    status = sck_tensors_index(tensors, (const char *)at + PREFIX_BYTES, header,
                               data);
    if (status == SCK_OK) {
        tensors->data = allocate(name, data);
        if (tensors->data == NULL)
            status = SCK_ERR_MEMORY;
    }
    if (status != SCK_OK) {
        sck_tensors_free(tensors);
        return status;
    }
    memcpy(tensors->data, at + PREFIX_BYTES + header, data);
    *out = tensors;
    return SCK_OK;
}

static sck_status read_exactly(const char *label, FILE *file, void *to,
                               size_t length)
{
    if (fread(to, 1, length, file) != length)
        return SCK_FAIL(SCK_ERR_IO, "%s: cannot be read", label);
    return SCK_OK;
}

/* The header is checked against the file's length before room is made for the
 * data. */
static sck_status read_file(sck_tensors *tensors, FILE *file)
{
    const char *const label = tensors->label;
    unsigned char prefix[PREFIX_BYTES];
    char *text;
    size_t header, data;
    sck_status status;
    long length;

    /* Reading first: a folder opens and even has a length. */
    if (fread(prefix, 1, sizeof prefix, file) != sizeof prefix)
        return ferror(file)
                   ? SCK_FAIL(SCK_ERR_IO, "%s: cannot be read", label)
                   : SCK_FAIL(SCK_ERR_FORMAT,
                              "%s: too short for a safetensors file", label);
    if (fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0 ||
        fseek(file, PREFIX_BYTES, SEEK_SET) != 0)
        return SCK_FAIL(SCK_ERR_IO, "%s: not a regular file", label);
    SCK_TRY(measure(label, prefix, (uint64_t)length, &header, &data));
    text = allocate(label, header);
    if (text == NULL)
        return SCK_ERR_MEMORY;
    status = read_exactly(label, file, text, header);
    if (status == SCK_OK)
        status = sck_tensors_index(tensors, text, header, data);
    free(text);
    if (status != SCK_OK)
        return status;
    tensors->data = allocate(label, data);
    if (tensors->data == NULL)
        return SCK_ERR_MEMORY;
    return read_exactly(label, file, tensors->data, data);
}

sck_status sck_tensors_open(const char *path, sck_tensors **out)
{
    sck_tensors *tensors;
    sck_status status;
    FILE *file;

    if (out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "out is NULL");
    *out = NULL;
    if (path == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "path is NULL");
    file = fopen(path, "rb");
    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s: %s", path, strerror(errno));
    tensors = new_tensors(path);
    if (tensors == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%s: no memory", path);
    else
        status = read_file(tensors, file);
    fclose(file);
    if (status != SCK_OK) {
        sck_tensors_free(tensors);
        return status;
    }
    *out = tensors;
    return SCK_OK;
}
