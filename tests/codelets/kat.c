/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "kat.h"

#include "sample_uniform.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int kat_open(struct kat *kat)
{
    const char *path = getenv("STARCLOAK_KAT");
    char set[16];
    json_error_t error;
    uint32_t count;

    memset(kat, 0, sizeof *kat);
    if (path == NULL)
        path = SCK_TEST_DATA "/vectors.json";
    kat->root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (kat->root == NULL) {
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return 0;
    }
    kat->tag = kat_text(kat->root, "tag");
    const uint32_t logn = kat_number(kat->root, "logn");

    snprintf(set, sizeof set, "test-%u", logn);
    if (sck_params_named(set, &kat->params) != SCK_OK)
        return 0;
    const uint32_t *const primes = sck_params_all_primes(kat->params, &count);

    return sck_ring_new(logn, primes, count, &kat->ring) == SCK_OK;
}

void kat_close(struct kat *kat)
{
    sck_ring_free(kat->ring);
    sck_params_free(kat->params);
    json_decref(kat->root);
}

void kat_seed(const struct kat *kat, const char *name, uint8_t seed[32])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)kat->tag,
                              strlen(kat->tag));
    crypto_hash_sha256_update(&state, (const uint8_t *)"/", 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
    crypto_hash_sha256_final(&state, seed);
}

uint32_t *kat_row(const struct kat *kat)
{
    uint32_t *const row = calloc(kat->ring->n, sizeof *row);

    if (row == NULL)
        abort();
    return row;
}

uint32_t *kat_limb(const struct kat *kat, const char *name, uint32_t q)
{
    uint32_t *row = kat_row(kat);
    struct sck_sample_uniform_args args = {
        .ring = kat->ring->id, .limbs = 1, .q = {q}};

    kat_seed(kat, name, args.seed);
    sck_sample_uniform(&args, kat->ring, &row);
    return row;
}

void kat_rows(const struct kat *kat, const char *name, const uint32_t *q,
              uint32_t count, uint32_t **rows)
{
    for (uint32_t i = 0; i < count; i++)
        rows[i] = name != NULL ? kat_limb(kat, name, q[i]) : kat_row(kat);
}

void kat_rows_free(uint32_t **rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(rows[i]);
}

int kat_is_hex(const char *text, const uint8_t bytes[32])
{
    char hex[65];

    sodium_bin2hex(hex, sizeof hex, bytes, 32);
    return strcmp(hex, text) == 0;
}

/* SHA-256 of count words of the given size, each little-endian. */
static int hash_is(const char *text, const void *words, size_t size,
                   uint32_t count)
{
    uint8_t digest[32];
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t word = size == 4 ? ((const uint32_t *)words)[i]
                                        : ((const uint64_t *)words)[i];
        uint8_t bytes[8];

        for (uint32_t b = 0; b < 8; b++)
            bytes[b] = (uint8_t)(word >> 8 * b);
        crypto_hash_sha256_update(&state, bytes, size);
    }
    crypto_hash_sha256_final(&state, digest);
    return kat_is_hex(text, digest);
}

static int words_start(const json_t *list, size_t length, const int64_t *words)
{
    int right = json_array_size(list) == length;

    for (size_t i = 0; i < length; i++)
        right &= json_integer_value(json_array_get(list, i)) == words[i];
    return right;
}

int kat_row_is(const struct kat *kat, const json_t *answer, const uint32_t *row)
{
    const int64_t first[4] = {row[0], row[1], row[2], row[3]};
    const int right = words_start(json_object_get(answer, "first"), 4, first) &&
                      hash_is(kat_text(answer, "sha256"), row, 4, kat->ring->n);

    if (!right)
        fprintf(stderr, "  wanted %.12s..., got %u %u %u %u\n",
                kat_text(answer, "sha256"), row[0], row[1], row[2], row[3]);
    return right;
}

int kat_limb_is(const struct kat *kat, const json_t *answers, uint32_t q,
                const uint32_t *row)
{
    char key[16];

    snprintf(key, sizeof key, "%u", q);
    return kat_row_is(kat, json_object_get(answers, key), row);
}

int kat_words_are(const struct kat *kat, const json_t *answer,
                  const int64_t *words)
{
    const uint32_t n = kat->ring->n;

    return words_start(json_object_get(answer, "first"), 4, words) &&
           words_start(json_object_get(answer, "middle"), 2, words + n / 2) &&
           hash_is(kat_text(answer, "sha256_i64"), words, 8, n);
}

uint32_t kat_number(const json_t *entry, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(entry, key));
}

const char *kat_text(const json_t *entry, const char *key)
{
    const char *const text = json_string_value(json_object_get(entry, key));

    return text != NULL ? text : "";
}
