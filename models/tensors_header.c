/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The JSON header of a safetensors file, checked as hostile input:
 *   {"__metadata__": {text: text}, name: {"dtype": text,
 *    "shape": [extent...], "data_offsets": [begin, end]}, ...} */
#include "tensors_header.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define METADATA "__metadata__"
#define NAME_BYTES 255

static const struct {
    const char *name;
    uint64_t bytes;
} dtypes[] = {
#define XX(name, bytes) {#name, bytes},
    SCK_DTYPE_MAP(XX)
#undef XX
};

/* Names and types reach messages, and so terminals: no control characters. */
static bool printable(const char *text)
{
    const size_t length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];

        if (c < 0x20 || c == 0x7f)
            return false;
    }
    return length > 0 && length <= NAME_BYTES;
}

/* A JSON integer that is not negative. */
static bool read_unsigned(const json_t *value, uint64_t *out)
{
    const json_int_t n = json_integer_value(value);

    if (!json_is_integer(value) || n < 0)
        return false;
    *out = (uint64_t)n;
    return true;
}

static sck_status read_dtype(const char *label, struct sck_tensor *info,
                             const json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: tensor \"%s\": dtype is not text",
                        label, info->name);
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        if (strcmp(text, dtypes[i].name) == 0) {
            info->dtype = (sck_dtype)i;
            return SCK_OK;
        }
    }
    return SCK_FAIL(SCK_ERR_FORMAT,
                    "%s: tensor \"%s\": dtype \"%s\" is not supported", label,
                    info->name, printable(text) ? text : "?");
}

static sck_status read_shape(const char *label, struct sck_tensor *info,
                             const json_t *value)
{
    const size_t rank = json_array_size(value);

    if (!json_is_array(value) || rank > SCK_TENSOR_RANK)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tensor \"%s\": shape is not a list of at most %d",
                        label, info->name, SCK_TENSOR_RANK);
    info->rank = (uint32_t)rank;
    info->count = 1;
    for (size_t i = 0; i < rank; i++) {
        uint64_t extent;

        if (!read_unsigned(json_array_get(value, i), &extent))
            return SCK_FAIL(SCK_ERR_FORMAT,
                            "%s: tensor \"%s\": extent %zu is not a size",
                            label, info->name, i);
        if (extent != 0 && info->count > UINT64_MAX / extent)
            return SCK_FAIL(SCK_ERR_FORMAT,
                            "%s: tensor \"%s\": the shape's product overflows",
                            label, info->name);
        info->shape[i] = extent;
        info->count *= extent;
    }
    return SCK_OK;
}

static sck_status read_offsets(const char *label,
                               struct sck_tensors_entry *entry,
                               const json_t *value, uint64_t data_length)
{
    const struct sck_tensor *info = &entry->info;
    const uint64_t bytes = dtypes[info->dtype].bytes;

    if (json_array_size(value) != 2 ||
        !read_unsigned(json_array_get(value, 0), &entry->begin) ||
        !read_unsigned(json_array_get(value, 1), &entry->end))
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tensor \"%s\": data_offsets is not two offsets",
                        label, info->name);
    if (entry->begin > entry->end || entry->end > data_length)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tensor \"%s\": data lie outside the file", label,
                        info->name);
    /* Dividing, not multiplying: count * bytes may overflow. */
    if ((entry->end - entry->begin) % bytes != 0 ||
        (entry->end - entry->begin) / bytes != info->count)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tensor \"%s\": shape and data differ in size",
                        label, info->name);
    return SCK_OK;
}

static sck_status read_entry(const char *label, struct sck_tensors_entry *entry,
                             const char *name, const json_t *value,
                             uint64_t data_length)
{
    if (!printable(name))
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: a tensor's name is empty, longer than %d bytes or "
                        "not printable",
                        label, NAME_BYTES);
    /* Exactly the three fields; a missing one fails below. */
    if (!json_is_object(value) || json_object_size(value) != 3)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: tensor \"%s\" is not described by dtype, shape "
                        "and data_offsets",
                        label, name);
    entry->info.name = name;
    SCK_TRY(read_dtype(label, &entry->info, json_object_get(value, "dtype")));
    SCK_TRY(read_shape(label, &entry->info, json_object_get(value, "shape")));
    return read_offsets(label, entry, json_object_get(value, "data_offsets"),
                        data_length);
}

static sck_status check_metadata(const char *label, json_t *metadata)
{
    const char *key;
    json_t *value;

    if (!json_is_object(metadata))
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: " METADATA " is not an object",
                        label);
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value))
            return SCK_FAIL(SCK_ERR_FORMAT,
                            "%s: " METADATA " holds more than text", label);
    }
    return SCK_OK;
}

static int by_offset(const void *left, const void *right)
{
    const struct sck_tensors_entry *a = left, *b = right;

    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

/* Each tensor must begin where the one before it ended, the last one at the
 * end of the file: bytes nobody names could smuggle anything. */
static sck_status check_layout(const sck_tensors *tensors, uint64_t data_length)
{
    uint64_t at = 0;

    for (size_t i = 0; i < tensors->count; i++) {
        const struct sck_tensors_entry *entry = &tensors->entries[i];

        if (entry->begin != at)
            return SCK_FAIL(
                SCK_ERR_FORMAT, "%s: %s tensor \"%s\"", tensors->label,
                entry->begin < at ? "data overlap at" : "unused bytes before",
                entry->info.name);
        at = entry->end;
    }
    if (at != data_length)
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: bytes after the last tensor",
                        tensors->label);
    return SCK_OK;
}

static sck_status load_json(sck_tensors *tensors, const char *text,
                            size_t length)
{
    json_error_t error;

    /* The format wants the brace first, where jansson would skip blanks. */
    if (length == 0 || text[0] != '{')
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: the header is not a JSON object",
                        tensors->label);
    tensors->header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (tensors->header != NULL)
        return SCK_OK;
    /* error.text quotes the input, so the message does without it. */
    switch (json_error_code(&error)) {
    case json_error_out_of_memory:
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: no memory for the header",
                        tensors->label);
    case json_error_duplicate_key:
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: a name occurs twice in the header (byte %d)",
                        tensors->label, error.position);
    default:
        return SCK_FAIL(SCK_ERR_FORMAT, "%s: the header is not JSON (byte %d)",
                        tensors->label, error.position);
    }
}

sck_status sck_tensors_index(sck_tensors *tensors, const char *text,
                             size_t length, uint64_t data_length)
{
    const char *name;
    json_t *value;

    SCK_TRY(load_json(tensors, text, length));
    /* One to spare, so that an empty file is no zero-byte allocation. */
    tensors->entries =
        calloc(json_object_size(tensors->header) + 1, sizeof *tensors->entries);
    if (tensors->entries == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%s: no memory for %zu tensors",
                        tensors->label, json_object_size(tensors->header));

    json_object_foreach(tensors->header, name, value)
    {
        if (strcmp(name, METADATA) == 0) {
            SCK_TRY(check_metadata(tensors->label, value));
            continue;
        }
        SCK_TRY(read_entry(tensors->label, &tensors->entries[tensors->count],
                           name, value, data_length));
        tensors->count++;
    }
    qsort(tensors->entries, tensors->count, sizeof *tensors->entries,
          by_offset);
    return check_layout(tensors, data_length);
}
