/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the file's two sides share: byte order, sizes, sources. */
#ifndef SCK_FILE_PRIV_H
#define SCK_FILE_PRIV_H

#include "sck_file.h"

#include <stdint.h>

#define SCK_FILE_HEADER_BYTES 44  /* magic 4, version 2, kind 2, count 4, id */
#define SCK_FILE_SECTION_BYTES 48 /* tag 4, zero 4, length 8, hash 32 */
/* Coefficients packed at once: a multiple of 8, so that every piece but the
 * last ends on a byte, and 15 KiB at 30 bits. */
#define SCK_FILE_CHUNK 4096
#define SCK_FILE_KEY_HEAD 12 /* kind 4, class 4, Galois element 4 */

static inline void sck_store_le(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static inline uint64_t sck_load_le(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

/* Where a file's bytes are: at a path, or in memory under a label. */
struct sck_file_source {
    const char *path; /* NULL: in memory */
    const void *bytes;
    size_t size;
    const char *label; /* NULL: "memory" */
};

/* What a file whose header has this kind holds, in words. */
const char *sck_file_kind_name(unsigned kind);

/* sck_file_open() or sck_file_parse(), as the source says. */
sck_status sck_file_from(const struct sck_file_source *source, uint32_t kind,
                         const uint8_t *params_id, sck_file_reader **reader);

/* limbs rows of n residues, one a prime: their bytes, and moving them. */
uint64_t sck_file_rows_bytes(const uint32_t *q, uint32_t limbs, uint32_t n);
sck_status sck_file_write_rows(sck_file_writer *writer, const uint32_t *x,
                               const uint32_t *q, uint32_t limbs, uint32_t n);
sck_status sck_file_read_rows(sck_file_reader *reader, uint32_t *x,
                              const uint32_t *q, uint32_t limbs, uint32_t n);

#endif
