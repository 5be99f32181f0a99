/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Safetensors files built in memory. */
#ifndef SCK_TEST_TENSORS_KIT_H
#define SCK_TEST_TENSORS_KIT_H

#include <stdlib.h>
#include <string.h>

#include "sck_tensors.h"
#include "sck_test.h"

#define DIGITS SCK_SOURCE_DIR "/models/digits/digits.safetensors"

/* Parses a copy of exactly length bytes, so that a sanitizer sees any access
 * past the end. */
static inline sck_status parse_copy(const unsigned char *bytes, size_t length,
                                    sck_tensors **out)
{
    unsigned char *copy = malloc(length > 0 ? length : 1);
    sck_status status;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    status = sck_tensors_parse(copy, length, "test", out);
    free(copy);
    return status;
}

/* Builds a file from its header's text and its data; returns its length. */
static inline size_t build(unsigned char *file, const char *header,
                           const void *data, size_t length)
{
    const size_t text = strlen(header);

    for (size_t i = 0; i < 8; i++)
        file[i] = (unsigned char)((uint64_t)text >> 8 * i);
    memcpy(file + 8, header, text);
    if (length > 0)
        memcpy(file + 8 + text, data, length);
    return 8 + text + length;
}

static inline sck_status parse(const char *header, const void *data,
                               size_t length, sck_tensors **out)
{
    unsigned char file[1024];

    CU_ASSERT_FATAL(8 + strlen(header) + length <= sizeof file);
    return parse_copy(file, build(file, header, data, length), out);
}

/* The file is refused as malformed and the message holds the given words. */
static inline void refused(const char *header, size_t length, const char *words)
{
    static const unsigned char zeros[64];
    sck_tensors *tensors = (sck_tensors *)(uintptr_t)&zeros;

    CU_ASSERT_EQUAL(parse(header, zeros, length, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), words));
    sck_tensors_free(tensors);
}

/* Parses a single tensor "a" and reads it as count values. */
static inline sck_status read_one(const char *header, const void *data,
                                  size_t length, uint64_t count, double *out)
{
    sck_tensors *tensors;
    sck_status status = parse(header, data, length, &tensors);

    CU_ASSERT_EQUAL_FATAL(status, SCK_OK);
    status = sck_tensors_read_f64(tensors, "a", &count, 1, out);
    sck_tensors_free(tensors);
    return status;
}

static const char two_tensors[] =
    "{\"__metadata__\":{\"from\":\"test\"},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]},"
    "\"a\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}  ";

#endif
