/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_file.h
 * The container of every file: a header, then sections, nothing after.
 *
 *   'SCK1', u16 version 1, u16 kind, u32 sections, 32-byte parameter id;
 *   per section u32 tag, u32 0, u64 length, SHA-256 of the payload, payload.
 *
 * All integers are little-endian. Residues modulo q are packed in as many bits
 * as q has, least significant first, each limb padded to a byte.
 *
 * Reading trusts nothing: a section longer than what is left of the file is
 * refused before anybody allocates, residues must be below q, hashes must
 * match, bytes after the last section are refused. What was read of a section
 * counts only once sck_file_section_end() has accepted its hash.
 *
 * Writing goes to a temporary file beside the target that is renamed once
 * complete: a reader never sees half a file.
 *
 * Errors of all functions that return an sck_status: SCK_ERR_FORMAT (reading:
 * not such a file, damaged, cut; file and section are named), SCK_ERR_IO (the
 * system's refusal), SCK_ERR_STATE (calls out of order, or not what was
 * announced), SCK_ERR_MEMORY. After one, only close or discard is of use; what
 * was being read is unspecified.
 *
 * Neither side buffers payloads in the C library, so a secret key's bytes stay
 * in the caller's memory. Readers and writers serve one thread at a time.
 */
#ifndef SCK_FILE_H
#define SCK_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCK_FILE_VERSION 1
#define SCK_FILE_ID_BYTES 32

/** What a file holds. Values are on disk. */
enum sck_file_kind {
    SCK_FILE_PARAMETERS = 1,
    SCK_FILE_SECRET_KEY = 2,
    SCK_FILE_PUBLIC_KEY = 3,
    SCK_FILE_EVALUATION_KEYS = 4,
    SCK_FILE_CIPHERTEXTS = 5
};

/** Four letters as they stand in the file. */
#define SCK_FILE_TAG(a, b, c, d)                                               \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 |                \
     (uint32_t)(d) << 24)

/** Section tags. */
#define SCK_TAG_PARAMETERS SCK_FILE_TAG('P', 'A', 'R', 'M')
#define SCK_TAG_KEY_ID SCK_FILE_TAG('K', 'Y', 'I', 'D')
#define SCK_TAG_SEED SCK_FILE_TAG('S', 'E', 'E', 'D')
#define SCK_TAG_SECRET SCK_FILE_TAG('S', 'C', 'R', 'T')
#define SCK_TAG_PUBLIC SCK_FILE_TAG('P', 'U', 'B', 'K')
#define SCK_TAG_EVALUATION SCK_FILE_TAG('E', 'V', 'A', 'K')
#define SCK_TAG_NAME SCK_FILE_TAG('N', 'A', 'M', 'E')
#define SCK_TAG_CIPHERTEXT SCK_FILE_TAG('C', 'T', 'X', 'T')

/** Bytes of one packed limb: n residues below q. */
SCK_API uint64_t sck_file_limb_bytes(uint32_t n, uint32_t q);

/** Packs n residues below q; n is a multiple of 8. out: limb bytes. */
SCK_API void sck_file_pack(uint8_t *out, const uint32_t *x, uint32_t n,
                           uint32_t q);

/** Unpacks n residues, n a multiple of 8; returns 0 when one is not below q
 *  (x is then unspecified), else 1. */
SCK_API int sck_file_unpack(uint32_t *x, const uint8_t *in, uint32_t n,
                            uint32_t q);

/** A file being written, under a temporary name. */
typedef struct sck_file_writer sck_file_writer;
/** A file being read, section by section. */
typedef struct sck_file_reader sck_file_reader;

/**
 * Starts a file.
 *
 * @param[in] params_id  SCK_FILE_ID_BYTES bytes, copied
 * @param[in] sections   how many sections will follow
 * @param[in] mode       permissions, as for open(2)
 * @param[out] writer    for sck_file_discard(); NULL on error
 * @return SCK_OK, SCK_ERR_ARGUMENT, SCK_ERR_MEMORY or SCK_ERR_IO
 */
SCK_API sck_status sck_file_create(const char *path, uint32_t kind,
                                   const uint8_t *params_id, uint32_t sections,
                                   unsigned mode, sck_file_writer **writer);

/** Starts the next section of exactly @p length payload bytes. */
SCK_API sck_status sck_file_begin(sck_file_writer *writer, uint32_t tag,
                                  uint64_t length);

/** Adds payload bytes to the section. */
SCK_API sck_status sck_file_write(sck_file_writer *writer, const void *bytes,
                                  size_t size);

/** Adds one packed limb: n residues below q, n a multiple of 8. */
SCK_API sck_status sck_file_write_limb(sck_file_writer *writer,
                                       const uint32_t *x, uint32_t n,
                                       uint32_t q);

/** Writes a whole section. */
SCK_API sck_status sck_file_write_section(sck_file_writer *writer, uint32_t tag,
                                          const void *bytes, size_t size);

/** Completes the file: syncs it and renames it over the target. The writer is
 *  still the caller's to discard. */
SCK_API sck_status sck_file_commit(sck_file_writer *writer);

/** Frees a writer; without a commit nothing remains of the file. Takes NULL. */
SCK_API void sck_file_discard(sck_file_writer *writer);

/**
 * Opens a file and checks its header.
 *
 * @param[in] params_id  what the file must carry, or NULL for any
 * @param[out] reader    for sck_file_close(); NULL on error
 * @return SCK_OK, SCK_ERR_ARGUMENT, SCK_ERR_MEMORY, SCK_ERR_IO (cannot be
 *         read), SCK_ERR_FORMAT (not such a file) or SCK_ERR_PARAMETERS (made
 *         for other parameters)
 */
SCK_API sck_status sck_file_open(const char *path, uint32_t kind,
                                 const uint8_t *params_id,
                                 sck_file_reader **reader);

/** The same for a file held in memory, borrowed until close: @p bytes is not
 *  NULL. @p label names it in messages (NULL: "memory"); copied. */
SCK_API sck_status sck_file_parse(const void *bytes, size_t size,
                                  const char *label, uint32_t kind,
                                  const uint8_t *params_id,
                                  sck_file_reader **reader);

/** Returns the file's parameter id. */
SCK_API const uint8_t *sck_file_params_id(const sck_file_reader *reader);

/** Returns how many sections are still to come. */
SCK_API uint32_t sck_file_left(const sck_file_reader *reader);

/** Returns what to call the file in messages. */
SCK_API const char *sck_file_label(const sck_file_reader *reader);

/** Enters the next section; its length is at most what the file still has. */
SCK_API sck_status sck_file_section(sck_file_reader *reader, uint32_t *tag,
                                    uint64_t *length);

/** Enters the next section, which must be of this tag and length. */
SCK_API sck_status sck_file_expect(sck_file_reader *reader, uint32_t tag,
                                   uint64_t length);

/** Reads payload bytes of the section. */
SCK_API sck_status sck_file_read(sck_file_reader *reader, void *bytes,
                                 size_t size);

/** Reads one packed limb: n residues, checked to be below q. */
SCK_API sck_status sck_file_read_limb(sck_file_reader *reader, uint32_t *x,
                                      uint32_t n, uint32_t q);

/** Leaves the section: all of it must have been read, and its hash match. */
SCK_API sck_status sck_file_section_end(sck_file_reader *reader);

/** Reads a whole section of this tag and size. */
SCK_API sck_status sck_file_read_section(sck_file_reader *reader, uint32_t tag,
                                         void *bytes, size_t size);

/** Accepts the file: no section left, no byte left. */
SCK_API sck_status sck_file_end(sck_file_reader *reader);

/** Closes and frees a reader; takes NULL. */
SCK_API void sck_file_close(sck_file_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
