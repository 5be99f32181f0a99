/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Private to the safetensors reader: what tensors.c, tensors_header.c
 * and tensors_read.c share. */
#ifndef SCK_TENSORS_HEADER_H
#define SCK_TENSORS_HEADER_H

#include <jansson.h>

#include "sck_tensors.h"

/* One tensor: bytes [begin, end) of the data that follows the header. */
struct sck_tensors_entry {
    struct sck_tensor info; /* name points into header's keys */
    uint64_t begin;
    uint64_t end;
};

struct sck_tensors {
    char *label;                       /* what messages call the file         */
    json_t *header;                    /* kept because it owns the names      */
    struct sck_tensors_entry *entries; /* in the order of the data */
    size_t count;                      /* entries                             */
    unsigned char *data;               /* the bytes after the header          */
};

/* Fills header, entries and count from the header's text; data_length is how
 * many bytes follow it. On failure the caller frees what was filled. */
sck_status sck_tensors_index(sck_tensors *tensors, const char *text,
                             size_t length, uint64_t data_length);

/* The first bytes bytes (at most 8) as a little-endian number. */
static inline uint64_t sck_tensors_load_le(const unsigned char *at,
                                           uint32_t bytes)
{
    uint64_t value = 0;

    for (uint32_t i = bytes; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

#endif
