/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L
#include "block.h"
#include "environment.h"
#include "sck_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void an_unknown_scheduler_is_refused_by_name(void)
{
    const struct sck_session_options options = {.scheduler = "bogus"};
    sck_session *session = NULL;

    CU_ASSERT_EQUAL(sck_session_new(&options, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(session);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "\"bogus\""));
}

static void a_swap_that_is_no_folder_is_refused_by_name(void)
{
    const struct sck_session_options options = {.memory_bytes = 4 << 20,
                                                .swap_folder = "/dev/null/x"};
    sck_session *session = NULL;

    CU_ASSERT_EQUAL(sck_session_new(&options, &session), SCK_ERR_IO);
    CU_ASSERT_PTR_NULL(session);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "/dev/null/x"));
}

/* 16 MiB of blocks where 4 MiB are allowed. */
static void evicted_data_come_back_and_are_counted_once(void)
{
    enum { BLOCKS = 16, WORDS = 1 << 18 };
    char folder[] = "/tmp/sck-session-XXXXXX";
    sck_block *block[BLOCKS] = {NULL};
    uint32_t *words = calloc(WORDS, sizeof *words);
    struct sck_session_stats first, second;
    sck_session *session = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(words);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    const struct sck_session_options options = {.memory_bytes = 4 << 20,
                                                .swap_folder = folder};

    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &session), SCK_OK);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        CU_ASSERT_EQUAL_FATAL(sck_block_new(session, WORDS, 1, &block[i]),
                              SCK_OK);
        for (uint32_t k = 0; k < WORDS; k++)
            words[k] = i * 2654435761u ^ k;
        CU_ASSERT_EQUAL(sck_block_write(block[i], words), SCK_OK);
    }
    sck_session_get_stats(session, &first);
    sck_session_get_stats(session, &second);
    CU_ASSERT(first.bytes_evicted >= 12 << 20);
    CU_ASSERT_EQUAL(second.bytes_evicted, first.bytes_evicted);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        uint32_t wrong = 0;

        CU_ASSERT_EQUAL(sck_block_read(block[i], words), SCK_OK);
        for (uint32_t k = 0; k < WORDS; k++)
            wrong += words[k] != (i * 2654435761u ^ k);
        CU_ASSERT_EQUAL(wrong, 0);
        sck_block_free(block[i]);
    }
    sck_session_free(session);
    CU_ASSERT_PTR_NULL(getenv("STARPU_LIMIT_CPU_MEM"));
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    free(words);
}

static void a_memory_limit_without_swap_is_refused(void)
{
    const struct sck_session_options options = {.memory_bytes = 4 << 20};
    sck_session *session = NULL;

    CU_ASSERT_EQUAL(sck_session_new(&options, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(session);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_session_new: memory_bytes 4194304 without a "
                           "swap_folder for what does not fit");
}

static void more_workers_than_can_be_are_refused_by_number(void)
{
    const struct sck_session_options options = {.workers = 100000};
    char *set = getenv("STARPU_NCPU"), kept[32] = "";
    sck_session *session = NULL;

    if (set != NULL)
        snprintf(kept, sizeof kept, "%s", set);
    unsetenv("STARPU_NCPU");
    CU_ASSERT_EQUAL(sck_session_new(&options, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(session);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "100000 workers"));
    if (set != NULL)
        setenv("STARPU_NCPU", kept, 1);
}

static void a_grain_beyond_16_is_refused(void)
{
    const struct sck_session_options options = {.limbs_per_block = 17};
    sck_session *session = NULL;

    CU_ASSERT_EQUAL(sck_session_new(&options, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_session_new: 17 limbs per block, not 1 to 16");
    setenv("STARCLOAK_LIMBS_PER_BLOCK", "many", 1);
    CU_ASSERT_EQUAL(sck_session_new(NULL, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "\"many\""));
    unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
    setenv("STARCLOAK_BLOCKS_PER_TASK", "9", 1);
    CU_ASSERT_EQUAL(sck_session_new(NULL, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "\"9\", not 1 to 8"));
    unsetenv("STARCLOAK_BLOCKS_PER_TASK");
    setenv("STARCLOAK_KIB_PER_TASK", "1048577", 1);
    CU_ASSERT_EQUAL(sck_session_new(NULL, &session), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "not 1 to 1048576"));
    unsetenv("STARCLOAK_KIB_PER_TASK");
}

static void put_back(const char *name, const char *kept)
{
    if (kept[0] != 0)
        setenv(name, kept, 1);
    else
        unsetenv(name);
}

/* Without devices lws; what the user asks for before all. */
static void schedulers_are_the_machines_or_the_users(void)
{
    static const char *const names[] = {"STARPU_NCUDA", "STARPU_SCHED"};
    char kept[2][32] = {"", ""};

    for (int i = 0; i < 2; i++)
        if (getenv(names[i]) != NULL)
            snprintf(kept[i], sizeof kept[i], "%s", getenv(names[i]));
    setenv("STARPU_NCUDA", "0", 1);
    unsetenv("STARPU_SCHED");
    CU_ASSERT_STRING_EQUAL(sck_environment_scheduler(), "lws");
    setenv("STARPU_SCHED", "eager", 1);
    CU_ASSERT_STRING_EQUAL(sck_environment_scheduler(), "eager");
    for (int i = 0; i < 2; i++)
        put_back(names[i], kept[i]);
}

static CU_TestInfo cases[] = {
    {"a_memory_limit_without_swap_is_refused",
     a_memory_limit_without_swap_is_refused},
    {"an_unknown_scheduler_is_refused_by_name",
     an_unknown_scheduler_is_refused_by_name},
    {"a_swap_that_is_no_folder_is_refused_by_name",
     a_swap_that_is_no_folder_is_refused_by_name},
    {"evicted_data_come_back_and_are_counted_once",
     evicted_data_come_back_and_are_counted_once},
    {"more_workers_than_can_be_are_refused_by_number",
     more_workers_than_can_be_are_refused_by_number},
    {"a_grain_beyond_16_is_refused", a_grain_beyond_16_is_refused},
    {"schedulers_are_the_machines_or_the_users",
     schedulers_are_the_machines_or_the_users},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(session, cases)
