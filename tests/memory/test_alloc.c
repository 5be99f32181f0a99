/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite memory.alloc: every allocation of sessions, blocks, polynomials and
 * arenas fails once; each time the call reports SCK_ERR_MEMORY, or NULL, and
 * keeps nothing. */
#include "arena.h"
#include "block.h"
#include "fail_alloc.h"
#include "sck_test.h"

#include <string.h>

static void a_session_that_fails_lets_the_next_one_start(void)
{
    sck_session *session = NULL;
    uint64_t at = 1;

    for (;; at++) {
        fail_alloc_begin(at);
        const sck_status status = sck_session_new(NULL, &session);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            break;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(session);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
    }
    CU_ASSERT(at > 1);
    sck_session_free(session);
}

static void blocks_and_polynomials_fail_whole(void)
{
    enum { N = 64 };
    const uint32_t cut[] = {3, 1};
    sck_session *session = NULL;
    struct sck_polynomial *p = NULL;
    struct sck_session_stats stats;
    sck_block *block = NULL;
    uint64_t at = 1;

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    fail_alloc_begin(1);
    CU_ASSERT_EQUAL(sck_block_new(session, N, 2, &block), SCK_ERR_MEMORY);
    CU_ASSERT_EQUAL(fail_alloc_end(), 1);
    CU_ASSERT_PTR_NULL(block);
    for (;; at++) {
        fail_alloc_begin(at);
        const sck_status status = sck_polynomial_new(session, N, cut, 2, &p);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            break;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(p);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        sck_session_get_stats(session, &stats);
        CU_ASSERT_EQUAL(stats.blocks_alive, 0);
    }
    /* The polynomial, its two lists and its two blocks. */
    CU_ASSERT_EQUAL(at, 6);
    sck_polynomial_free(p);
    sck_session_free(session);
}

static void an_arena_that_is_full_keeps_what_it_gave(void)
{
    struct sck_arena arena = {0};
    unsigned char *first = sck_arena_take(&arena, 1000);

    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    memset(first, 7, 1000);
    fail_alloc_begin(1);
    CU_ASSERT_PTR_NULL(sck_arena_take(&arena, 1 << 20));
    CU_ASSERT_EQUAL(fail_alloc_end(), 1);
    CU_ASSERT_PTR_NOT_NULL(sck_arena_take(&arena, 1 << 20));
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_FATAL(first[i] == 7);
    sck_arena_free(&arena);
}

static CU_TestInfo cases[] = {
    {"a_session_that_fails_lets_the_next_one_start",
     a_session_that_fails_lets_the_next_one_start},
    {"blocks_and_polynomials_fail_whole", blocks_and_polynomials_fail_whole},
    {"an_arena_that_is_full_keeps_what_it_gave",
     an_arena_that_is_full_keeps_what_it_gave},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc, cases)
