/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A file of known answers: its inputs, which are seed expansions of SHA-256(tag
 * "/" name), and the comparison with its answers. */
#ifndef SCK_KAT_H
#define SCK_KAT_H

#include "ring.h"
#include "sck_params.h"

#include <jansson.h>

/** Rows of ciphertexts, keys and sources at most. */
enum { KAT_ROWS = 2 * SCK_MAX_SWITCHED };

struct kat {
    json_t *root;
    const char *tag;
    sck_params *params;
    const struct sck_ring *ring;
};

/** Reads the file named by STARCLOAK_KAT, else vectors.json of the tests' data,
 *  and makes its ring. Returns 0 if any of it fails. */
int kat_open(struct kat *kat);
void kat_close(struct kat *kat);

/** The 32-byte seed of an input's name. */
void kat_seed(const struct kat *kat, const char *name, uint8_t seed[32]);

/** A new row U(name, q); free() it. */
uint32_t *kat_limb(const struct kat *kat, const char *name, uint32_t q);

/** A new row of no particular content. */
uint32_t *kat_row(const struct kat *kat);

/** count rows U(name, q_i), or of no particular content if name is NULL. */
void kat_rows(const struct kat *kat, const char *name, const uint32_t *q,
              uint32_t count, uint32_t **rows);
void kat_rows_free(uint32_t **rows, uint32_t count);

/** Whether the row has the answer's SHA-256 and first words; says so if not. */
int kat_row_is(const struct kat *kat, const json_t *answer,
               const uint32_t *row);

/** The same for the row of prime q in a table of answers by prime. */
int kat_limb_is(const struct kat *kat, const json_t *answers, uint32_t q,
                const uint32_t *row);

/** The same for N 64-bit words under "sha256_i64". */
int kat_words_are(const struct kat *kat, const json_t *answer,
                  const int64_t *words);

/** Member of an entry as number or text; 0 or "" where it is missing. */
uint32_t kat_number(const json_t *entry, const char *key);
const char *kat_text(const json_t *entry, const char *key);

/** Whether text is the lower-case hexadecimal form of 32 bytes. */
int kat_is_hex(const char *text, const uint8_t bytes[32]);

#endif
