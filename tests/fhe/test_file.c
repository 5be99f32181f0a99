/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite file. Every kind of file comes back as it was written; whatever is cut
 * off, flipped or added is refused with a message. Files are small: N = 16. */
#define _POSIX_C_SOURCE 200809L

#include "file_priv.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file_kinds.h"

static uint8_t again[MAX_BYTES];

static void packing_is_the_bit_string(void)
{
    /* q = 5: three bits each; 1 2 3 4 0 1 2 3 is 0xd1 0x88 0x68 by hand:
     * 001 010 011 100 000 001 010 011, least significant first. */
    const uint32_t x[8] = {1, 2, 3, 4, 0, 1, 2, 3};
    const uint8_t packed[3] = {0xd1, 0x88, 0x68};
    uint8_t got[3];
    uint32_t back[8];

    CU_ASSERT_EQUAL(sck_file_limb_bytes(8, 5), 3);
    CU_ASSERT_EQUAL(sck_file_limb_bytes(16, 1073479681), 60);
    sck_file_pack(got, x, 8, 5);
    CU_ASSERT_EQUAL(memcmp(got, packed, sizeof got), 0);
    CU_ASSERT_TRUE(sck_file_unpack(back, packed, 8, 5));
    CU_ASSERT_EQUAL(memcmp(back, x, sizeof x), 0);
    got[0] |= 7; /* the first word becomes 7 */
    CU_ASSERT_FALSE(sck_file_unpack(back, got, 8, 5));
}

/* Every width and every count around the last eight bytes, against bits taken
 * one by one. */
static void packing_is_the_bit_string_at_any_width(void)
{
    enum { MOST = 41 };
    uint32_t x[MOST], back[MOST];
    uint8_t packed[4 * MOST];
    size_t wrong = 0;

    for (uint32_t bits = 2; bits <= 30; bits++)
        for (uint32_t n = 8; n <= MOST; n++) {
            const uint32_t q = (1u << bits) - 1;

            for (uint32_t i = 0; i < n; i++)
                x[i] = (i * 2654435761u >> 2) % q;
            x[n - 1] = q - 1;
            if ((uint64_t)n * bits % 8 != 0)
                continue;
            sck_file_pack(packed, x, n, q);
            for (uint32_t i = 0; i < n * bits; i++)
                wrong += (packed[i / 8] >> i % 8 & 1u) !=
                         (x[i / bits] >> i % bits & 1u);
            wrong += !sck_file_unpack(back, packed, n, q);
            wrong += memcmp(back, x, n * sizeof *x) != 0;
        }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* Nettle writes them, libsodium checks them. */
static void sections_hashes_are_sha_256(void)
{
    if (!begin())
        return;
    for (int kind = 0; kind < KINDS; kind++) {
        CU_ASSERT_EQUAL(write_kind(kind), SCK_OK);
        const size_t size = slurp(bytes);
        size_t at = SCK_FILE_HEADER_BYTES;

        while (at + SCK_FILE_SECTION_BYTES <= size) {
            const uint8_t *const head = bytes + at;
            const uint64_t length = sck_load_le(head + 8, 8);
            uint8_t want[crypto_hash_sha256_BYTES];

            at += SCK_FILE_SECTION_BYTES + length;
            CU_ASSERT_TRUE_FATAL(at <= size);
            crypto_hash_sha256(want, head + SCK_FILE_SECTION_BYTES, length);
            CU_ASSERT_EQUAL(memcmp(head + 16, want, sizeof want), 0);
        }
        CU_ASSERT_EQUAL(at, size);
    }
    end();
}

static void every_kind_comes_back_byte_for_byte(void)
{
    if (!begin())
        return;
    for (int kind = 0; kind < KINDS; kind++) {
        CU_ASSERT_EQUAL(write_kind(kind), SCK_OK);
        const size_t size = slurp(bytes);

        CU_ASSERT_TRUE(size > 44 && size < MAX_BYTES);
        CU_ASSERT_EQUAL(parse_kind(kind, bytes, size, 1), SCK_OK);
        CU_ASSERT_EQUAL(slurp(again), size);
        CU_ASSERT_EQUAL(memcmp(bytes, again, size), 0);
    }
    end();
}

static void every_truncation_is_refused(void)
{
    if (!begin())
        return;
    for (int kind = 0; kind < KINDS; kind++) {
        CU_ASSERT_EQUAL(write_kind(kind), SCK_OK);
        const size_t size = slurp(bytes);
        size_t accepted = 0;

        for (size_t cut = 0; cut < size; cut++) {
            /* A block of exactly this size lets sanitizers see one byte. */
            uint8_t *copy = malloc(cut + 1);

            memcpy(copy, bytes, cut);
            accepted += parse_kind(kind, copy, cut, 0) == SCK_OK;
            accepted += strlen(sck_last_error()) == 0;
            free(copy);
        }
        CU_ASSERT_EQUAL(accepted, 0);
        bytes[size] = 0;
        CU_ASSERT_EQUAL(parse_kind(kind, bytes, size + 1, 0), SCK_ERR_FORMAT);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(sck_last_error(), "1 bytes after the last section"));
    }
    end();
}

static void every_flipped_bit_is_refused(void)
{
    if (!begin())
        return;
    for (int kind = 0; kind < KINDS; kind++) {
        CU_ASSERT_EQUAL(write_kind(kind), SCK_OK);
        const size_t size = slurp(bytes);
        size_t accepted = 0;

        for (size_t bit = 0; bit < 8 * size; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            accepted += parse_kind(kind, bytes, size, 0) == SCK_OK;
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        CU_ASSERT_EQUAL(accepted, 0);
    }
    end();
}

static void refusals_say_why(void)
{
    struct sck_limbs_public_key *key;
    struct sck_limbs_keyset *set;
    uint8_t other_id[SCK_KEY_ID_BYTES] = {1};
    sck_params *other;
    size_t size;

    if (!begin())
        return;
    CU_ASSERT_EQUAL(write_kind(SCK_FILE_PUBLIC_KEY), SCK_OK);
    CU_ASSERT_EQUAL(sck_params_named("test-10", &other), SCK_OK);
    CU_ASSERT_EQUAL(sck_public_key_load(other, path, &key), SCK_ERR_PARAMETERS);
    CU_ASSERT_PTR_NULL(key);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "made for other parameters"));
    sck_params_free(other);
    CU_ASSERT_EQUAL(sck_keyset_load(params, path, NULL, &set), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        sck_last_error(), "holds a public key (kind 3), not evaluation keys"));
    CU_ASSERT_EQUAL(write_kind(SCK_FILE_EVALUATION_KEYS), SCK_OK);
    CU_ASSERT_EQUAL(sck_keyset_load(params, path, other_id, &set), SCK_ERR_KEY);
    size = slurp(bytes);
    /* The key id's section claims 2^63 bytes: refused before any allocation. */
    bytes[44 + 15] = 0x80;
    CU_ASSERT_EQUAL(parse_kind(SCK_FILE_EVALUATION_KEYS, bytes, size, 0),
                    SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "but the file has"));
    CU_ASSERT_EQUAL(sck_public_key_load(params, "/dev/null/x", &key),
                    SCK_ERR_IO);
    CU_ASSERT_EQUAL(sck_public_key_save(params, public, "/dev/null/x"),
                    SCK_ERR_IO);
    end();
}

static void secrets_are_for_their_owner_only(void)
{
    struct stat info;

    if (!begin())
        return;
    CU_ASSERT_EQUAL(write_kind(SCK_FILE_SECRET_KEY), SCK_OK);
    CU_ASSERT_EQUAL(stat(path, &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 0777, 0600);
    end();
}

static void an_unfinished_file_leaves_the_old_one(void)
{
    sck_file_writer *writer;
    size_t size;

    if (!begin())
        return;
    CU_ASSERT_EQUAL(write_kind(SCK_FILE_PUBLIC_KEY), SCK_OK);
    size = slurp(bytes);
    CU_ASSERT_EQUAL(sck_file_create(path, SCK_FILE_PUBLIC_KEY,
                                    sck_params_id(params), 2, 0666, &writer),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_file_write_section(writer, SCK_TAG_SEED, "x", 1),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_file_write(writer, "y", 1), SCK_ERR_STATE);
    CU_ASSERT_EQUAL(sck_file_commit(writer), SCK_ERR_STATE);
    sck_file_discard(writer);
    CU_ASSERT_EQUAL(slurp(again), size);
    CU_ASSERT_EQUAL(memcmp(bytes, again, size), 0);
    end();
}

static void ciphertexts_are_found_by_name_and_decrypt(void)
{
    struct sck_limbs_ciphertexts *list;
    double values[4];

    if (!begin())
        return;
    CU_ASSERT_EQUAL(write_kind(0), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertexts_load(params, path, NULL, &list), SCK_OK);
    if (list != NULL) {
        CU_ASSERT_EQUAL(list->count, 2);
        CU_ASSERT_PTR_NULL(sck_limbs_ciphertexts_find(list, "three"));
        for (int i = 0; i < 2; i++) {
            CU_ASSERT_EQUAL(
                sck_decrypt(secret,
                            sck_limbs_ciphertexts_find(list, i ? "two" : "one"),
                            values),
                SCK_OK);
            CU_ASSERT_DOUBLE_EQUAL(values[0], 1, 1e-8);
            CU_ASSERT_DOUBLE_EQUAL(values[3], 4, 1e-8);
        }
    }
    sck_limbs_ciphertexts_free(list);
    end();
}

static CU_TestInfo cases[] = {
    {"packing_is_the_bit_string", packing_is_the_bit_string},
    {"packing_is_the_bit_string_at_any_width",
     packing_is_the_bit_string_at_any_width},
    {"sections_hashes_are_sha_256", sections_hashes_are_sha_256},
    {"every_kind_comes_back_byte_for_byte",
     every_kind_comes_back_byte_for_byte},
    {"every_truncation_is_refused", every_truncation_is_refused},
    {"every_flipped_bit_is_refused", every_flipped_bit_is_refused},
    {"refusals_say_why", refusals_say_why},
    {"secrets_are_for_their_owner_only", secrets_are_for_their_owner_only},
    {"an_unfinished_file_leaves_the_old_one",
     an_unfinished_file_leaves_the_old_one},
    {"ciphertexts_are_found_by_name_and_decrypt",
     ciphertexts_are_found_by_name_and_decrypt},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(file, cases)
