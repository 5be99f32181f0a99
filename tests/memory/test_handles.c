/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which blocks take a handle of before, and what they may know of it. */
#define _POSIX_C_SOURCE 200809L
#include "block.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 64 };

static sck_block *written(sck_session *session, uint32_t n, uint32_t rows)
{
    uint32_t *words = calloc((size_t)n * rows, sizeof *words);
    sck_block *block = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(words);
    CU_ASSERT_EQUAL_FATAL(sck_block_new(session, n, rows, &block), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_write(block, words), SCK_OK);
    free(words);
    return block;
}

static void a_freed_block_serves_the_next_of_its_shape(void)
{
    sck_session *session = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    for (int round = 0; round < 3; round++) {
        sck_block *a = written(session, N, 2), *b = written(session, N, 2);
        sck_block *c = written(session, N, 3), *d = written(session, 2 * N, 2);

        CU_ASSERT_EQUAL(sck_session_handles(session), 4);
        sck_block_free(b);
        sck_block_free(c);
        sck_block_free(a);
        sck_block_free(d);
    }
    sck_session_free(session);
}

static void what_another_block_held_cannot_be_read(void)
{
    sck_session *session = NULL;
    sck_block *block = NULL;
    uint32_t words[2 * N] = {0};

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    sck_block_free(written(session, N, 2));
    CU_ASSERT_EQUAL_FATAL(sck_block_new(session, N, 2, &block), SCK_OK);
    CU_ASSERT_EQUAL(sck_session_handles(session), 1);
    CU_ASSERT_EQUAL(sck_block_read(block, words), SCK_ERR_STATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "2 x 64 words"));
    CU_ASSERT_EQUAL(sck_block_write(block, words), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_read(block, words), SCK_OK);
    sck_block_free(block);
    sck_session_free(session);
}

static void more_shapes_than_shelves_and_unwritten_blocks_are_given_back(void)
{
    enum { SHAPES = 150 };
    sck_session *session = NULL;
    sck_block *block[SHAPES];

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    for (uint32_t i = 0; i < SHAPES; i++)
        block[i] = written(session, N + i, 1);
    for (uint32_t i = 0; i < SHAPES; i++)
        sck_block_free(block[i]);
    const uint64_t before = sck_session_handles(session);

    CU_ASSERT_EQUAL(before, SHAPES);
    for (uint32_t i = 0; i < SHAPES; i++)
        CU_ASSERT_EQUAL(sck_block_new(session, N + i, 1, &block[i]), SCK_OK);
    CU_ASSERT(sck_session_handles(session) > before);
    CU_ASSERT(sck_session_handles(session) < before + SHAPES);
    for (uint32_t i = 0; i < SHAPES; i++)
        sck_block_free(block[i]);
    sck_session_free(session);
}

/* 160 MiB are freed, 128 MiB at most are kept; then others' room is taken. */
static void no_more_is_kept_than_there_is_room_for(void)
{
    enum { BLOCKS = 10, WORDS = 4 << 20, ROOM = 8 };
    sck_session *session = NULL;
    sck_block *block[BLOCKS];

    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    for (int i = 0; i < BLOCKS; i++)
        block[i] = written(session, WORDS, 1);
    for (int i = 0; i < BLOCKS; i++)
        sck_block_free(block[i]);
    for (int i = 0; i < BLOCKS; i++)
        CU_ASSERT_EQUAL(sck_block_new(session, WORDS, 1, &block[i]), SCK_OK);
    CU_ASSERT_EQUAL(sck_session_handles(session), 2 * BLOCKS - ROOM);
    for (int i = 0; i < BLOCKS; i++)
        sck_block_free(block[i]);
    sck_session_free(session);
}

static void nothing_is_kept_under_a_memory_limit(void)
{
    char folder[] = "/tmp/sck-handles-XXXXXX";
    sck_session *session = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    const struct sck_session_options options = {.memory_bytes = 4 << 20,
                                                .swap_folder = folder};

    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &session), SCK_OK);
    for (int i = 0; i < 3; i++)
        sck_block_free(written(session, N, 2));
    CU_ASSERT_EQUAL(sck_session_handles(session), 3);
    sck_session_free(session);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static CU_TestInfo cases[] = {
    {"a_freed_block_serves_the_next_of_its_shape",
     a_freed_block_serves_the_next_of_its_shape},
    {"what_another_block_held_cannot_be_read",
     what_another_block_held_cannot_be_read},
    {"more_shapes_than_shelves_and_unwritten_blocks_are_given_back",
     more_shapes_than_shelves_and_unwritten_blocks_are_given_back},
    {"no_more_is_kept_than_there_is_room_for",
     no_more_is_kept_than_there_is_room_for},
    {"nothing_is_kept_under_a_memory_limit",
     nothing_is_kept_under_a_memory_limit},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(handles, cases)
