/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite perfmodels.model. Calibration files: what was written is read again,
 * what is malformed is refused by name; predictions follow from counts. */
#include "model.h"
#include "sck_test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_NAME "calibration-test.json"

static const struct sck_rates some = {1e9, 2e9, 3e9, 7e9, 4e8, 5e6,
                                      6,   5e9, 2e9, 3e7, 40,  8e9,
                                      2,   3,   1.5, 90,  2e9, 1e9};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

static int same(const struct sck_rates *a, const struct sck_rates *b)
{
    return a->butterflies == b->butterflies && a->macs == b->macs &&
           a->bytes == b->bytes && a->cache_bytes == b->cache_bytes &&
           a->complex_butterflies == b->complex_butterflies &&
           a->chacha_blocks == b->chacha_blocks && a->task_us == b->task_us &&
           a->last_bytes == b->last_bytes &&
           a->shared_bytes == b->shared_bytes && a->last_size == b->last_size &&
           a->start_us == b->start_us && a->key_bytes == b->key_bytes &&
           a->access_us == b->access_us && a->submit_us == b->submit_us &&
           a->submit_access_us == b->submit_access_us &&
           a->full_start_us == b->full_start_us &&
           a->read_bytes == b->read_bytes && a->handed_bytes == b->handed_bytes;
}

static void shipped_file_holds_the_generic_rates(void)
{
    struct sck_rates rates = some;

    CU_ASSERT_EQUAL(sck_rates_find(SCK_SOURCE_DIR "/perfmodels", NULL, &rates),
                    SCK_OK);
    CU_ASSERT(same(&rates, &sck_rates_generic));
    rates = some;
    CU_ASSERT_EQUAL(sck_rates_load(SCK_SOURCE_DIR
                                   "/perfmodels/generic/calibration.json",
                                   &rates),
                    SCK_OK);
    CU_ASSERT(same(&rates, &sck_rates_generic));
}

static void what_was_saved_is_loaded(void)
{
    struct sck_rates rates = sck_rates_generic;

    CU_ASSERT_EQUAL(sck_rates_save(&some, "here", "avx2", FILE_NAME), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_OK);
    CU_ASSERT(same(&rates, &some));
    remove(FILE_NAME);
}

static void what_older_files_lack_follows_from_the_rest(void)
{
    struct sck_rates rates;

    write_file(FILE_NAME, "{\"butterflies_per_s\": 1, \"macs_per_s\": 1, "
                          "\"bytes_per_s\": 4, \"cache_bytes_per_s\": 9, "
                          "\"complex_butterflies_per_s\": 1, "
                          "\"chacha_blocks_per_s\": 1, \"task_us\": 3}");
    CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_OK);
    CU_ASSERT_EQUAL(rates.last_bytes, 6);
    CU_ASSERT_EQUAL(rates.shared_bytes, 4);
    CU_ASSERT_EQUAL(rates.last_size, 32 << 20);
    CU_ASSERT_EQUAL(rates.start_us, 15);
    CU_ASSERT_DOUBLE_EQUAL(rates.key_bytes, 2, 1e-9); /* 1/4 and 1/4 */
    CU_ASSERT_EQUAL(rates.access_us, 0);
    CU_ASSERT_EQUAL(rates.submit_us, 1.5);
    CU_ASSERT_EQUAL(rates.submit_access_us, 0);
    CU_ASSERT_EQUAL(rates.full_start_us, 15);
    CU_ASSERT_EQUAL(rates.read_bytes, rates.bytes);
    CU_ASSERT_EQUAL(rates.handed_bytes, rates.last_bytes);
    remove(FILE_NAME);
}

/* A file of this version lacks nothing, one of a later version is none. */
static void versions_are_told_apart(void)
{
    static const char *const unknown[] = {"0",   "3",     "-1",
                                          "1.5", "\"2\"", "4294967298"};
    struct sck_rates rates = some;
    char text[128];

    write_file(FILE_NAME, "{\"version\": 2, \"butterflies_per_s\": 1, "
                          "\"macs_per_s\": 1, \"bytes_per_s\": 4, "
                          "\"cache_bytes_per_s\": 9, "
                          "\"complex_butterflies_per_s\": 1, "
                          "\"chacha_blocks_per_s\": 1, \"task_us\": 3}");
    CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "last_bytes_per_s"));
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        snprintf(text, sizeof text, "{\"version\": %s}", unknown[i]);
        write_file(FILE_NAME, text);
        CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_ERR_FORMAT);
        CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "calibrate again"));
    }
    CU_ASSERT(same(&rates, &some));
    remove(FILE_NAME);
}

static void machine_of_its_own_comes_before_the_generic_one(void)
{
    struct sck_rates rates;

    mkdir("machines", 0700);
    mkdir("machines/one", 0700);
    CU_ASSERT_EQUAL(
        sck_rates_save(&some, "one", "ref", "machines/one/calibration.json"),
        SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_find("machines", "one", &rates), SCK_OK);
    CU_ASSERT(same(&rates, &some));
    CU_ASSERT_EQUAL(sck_rates_find("machines", "two", &rates), SCK_OK);
    CU_ASSERT(same(&rates, &sck_rates_generic));
    remove("machines/one/calibration.json");
    remove("machines/one");
    remove("machines");
}

static void names_that_leave_the_folder_are_refused(void)
{
    static const char *const names[] = {"", ".", "..", "../x", "a/b"};
    struct sck_rates rates = some;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CU_ASSERT_EQUAL(sck_rates_find("machines", names[i], &rates),
                        SCK_ERR_ARGUMENT);
    CU_ASSERT(same(&rates, &some));
}

static void malformed_files_are_refused_by_name(void)
{
    static const char *const values[] = {"0", "-1", "\"fast\"", "null"};
    struct sck_rates rates = some;
    char text[512];

    CU_ASSERT_EQUAL(sck_rates_load("no-such-file.json", &rates), SCK_ERR_IO);
    write_file(FILE_NAME, "{ \"butterflies_per_s\": ");
    CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_ERR_FORMAT);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        snprintf(text, sizeof text,
                 "{\"butterflies_per_s\": 1, \"macs_per_s\": %s}", values[i]);
        write_file(FILE_NAME, text);
        CU_ASSERT_EQUAL(sck_rates_load(FILE_NAME, &rates), SCK_ERR_FORMAT);
        CU_ASSERT_STRING_EQUAL(strstr(sck_last_error(), FILE_NAME), FILE_NAME
                               ": \"macs_per_s\" is no number above 0");
    }
    CU_ASSERT(same(&rates, &some));
    remove(FILE_NAME);
}

static void times_follow_from_counts(void)
{
    /* 3 limbs of 2^12 words: 3 * 2^11 * 12 butterflies, at 10^9 a second. */
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_transform_us(&some, 12, 3), 73.728, 1e-9);
    /* Of 2^13: the tables come from the last cache. */
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_transform_us(&some, 13, 3),
                           159.744 + 24.576 * 8 * (1 / 5. - 1 / 7.), 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_sharing(&some, 1), 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_sharing(&some, 2), 1.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_handing(&some, 1), 1, 1e-12);
    /* Half of it at 1e9 bytes a second instead of 5e9. */
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_handing(&some, 2), 3, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_terms_us(&some, 13, 100), 409.6, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_bytes_us(&some, 6e6), 2000, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_passes_us(&some, 12, 7), 16.384, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_passes_us(&some, 15, 7), 183.5008, 1e-9);
    /* 2^12 slots: 2^11 * 12 complex butterflies. */
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_embed_us(&some, 13), 61.44, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_expand_us(&some, 13, 5), 512, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_tasks_us(&some, 7, 10), 62, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_submit_us(&some, 7, 10), 36, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_keys_us(&some, 12, 5), 10.24, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(sck_rates_cold_us(&some, 12, 5), 40.96, 1e-9);
}

static CU_TestInfo cases[] = {
    {"shipped_file_holds_the_generic_rates",
     shipped_file_holds_the_generic_rates},
    {"what_was_saved_is_loaded", what_was_saved_is_loaded},
    {"what_older_files_lack_follows_from_the_rest",
     what_older_files_lack_follows_from_the_rest},
    {"machine_of_its_own_comes_before_the_generic_one",
     machine_of_its_own_comes_before_the_generic_one},
    {"names_that_leave_the_folder_are_refused",
     names_that_leave_the_folder_are_refused},
    {"malformed_files_are_refused_by_name",
     malformed_files_are_refused_by_name},
    {"versions_are_told_apart", versions_are_told_apart},
    {"times_follow_from_counts", times_follow_from_counts},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(model, cases)
