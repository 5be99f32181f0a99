/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "block.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

static void what_is_written_is_read_back_over_all_blocks(void)
{
    enum { N = 64, LIMBS = 7 };
    const uint32_t cut[] = {3, 3, 1};
    uint32_t in[LIMBS * N], out[LIMBS * N], row = 99;
    struct sck_polynomial *p = NULL;
    sck_session *session = NULL;
    struct sck_session_stats stats;

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_polynomial_new(session, N, cut, 3, &p), SCK_OK);
    for (int i = 0; i < LIMBS * N; i++)
        in[i] = (uint32_t)sck_test_random();
    CU_ASSERT_EQUAL(p->limbs, LIMBS);
    CU_ASSERT_EQUAL(sck_polynomial_write(p, in), SCK_OK);
    CU_ASSERT_EQUAL(sck_polynomial_read(p, out), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(in, out, sizeof in), 0);
    CU_ASSERT_PTR_EQUAL(sck_polynomial_limb(p, 5, &row), p->block[1]);
    CU_ASSERT_EQUAL(row, 2);
    sck_session_get_stats(session, &stats);
    CU_ASSERT_EQUAL(stats.blocks_alive, 3);
    CU_ASSERT_EQUAL(stats.bytes_alive, sizeof in);
    sck_polynomial_free(p);
    sck_session_get_stats(session, &stats);
    CU_ASSERT_EQUAL(stats.blocks_alive, 0);
    CU_ASSERT_EQUAL(stats.bytes_peak, sizeof in);
    sck_session_free(session);
}

static void long_rows_are_read_back(void)
{
    enum { N = 1 << 15, ROWS = 3 };
    static uint32_t words[ROWS * N], back[ROWS * N];
    sck_session *session = NULL;
    sck_block *block = NULL;

    for (uint32_t i = 0; i < ROWS * N; i++)
        words[i] = i * 2654435761u;
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_block_new(session, N, ROWS, &block), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_write(block, words), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_read(block, back), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(words, back, sizeof words), 0);
    sck_block_free(block);
    sck_session_free(session);
}

static void a_second_session_is_refused_until_the_first_ends(void)
{
    sck_session *one = NULL, *two = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &one), SCK_OK);
    CU_ASSERT_EQUAL(sck_session_new(NULL, &two), SCK_ERR_STATE);
    CU_ASSERT_PTR_NULL(two);
    sck_session_free(one);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &two), SCK_OK);
    CU_ASSERT(sck_session_workers(two) >= 1);
    sck_session_free(two);
}

static void an_empty_block_is_refused_with_its_numbers(void)
{
    sck_session *session = NULL;
    sck_block *block = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_new(session, 64, 0, &block), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(block);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_block_new: a block of 0 x 64 words");
    sck_session_free(session);
}

static CU_TestInfo cases[] = {
    {"long_rows_are_read_back", long_rows_are_read_back},
    {"what_is_written_is_read_back_over_all_blocks",
     what_is_written_is_read_back_over_all_blocks},
    {"a_second_session_is_refused_until_the_first_ends",
     a_second_session_is_refused_until_the_first_ends},
    {"an_empty_block_is_refused_with_its_numbers",
     an_empty_block_is_refused_with_its_numbers},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(block, cases)
