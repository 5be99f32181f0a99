/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "chunks.h"
#include "sck_test.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK = 1 << 20, BLOCKS = 24 };

static void a_freed_chunk_is_the_next_of_its_size(void)
{
    sck_chunks_begin(1);
    void *a = sck_chunk_take(BLOCK), *b = sck_chunk_take(BLOCK);

    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b);
    CU_ASSERT_EQUAL((uintptr_t)a % 64, 0);
    memset(a, 1, BLOCK);
    sck_chunk_give(a, BLOCK);
    CU_ASSERT_EQUAL(sck_chunks_used().kept, BLOCK);
    CU_ASSERT_PTR_EQUAL(sck_chunk_take(BLOCK), a);
    CU_ASSERT_EQUAL(sck_chunks_used().kept, 0);
    sck_chunk_give(a, BLOCK);
    sck_chunk_give(b, BLOCK);
    sck_chunks_end();
    CU_ASSERT_EQUAL(sck_chunks_used().kept, 0);
    CU_ASSERT_EQUAL(sck_chunks_used().live, 0);
}

/* Chunks of many sizes in turn, up to huge pages. */
static void no_more_is_kept_than_was_ever_live(void)
{
    void *chunk[BLOCKS];

    sck_chunks_begin(1);
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            const size_t bytes = (size_t)(i + 1 + round) * 100000;

            chunk[i] = sck_chunk_take(bytes);
            CU_ASSERT_PTR_NOT_NULL_FATAL(chunk[i]);
            memset(chunk[i], round, bytes);
        }
        for (int i = 0; i < BLOCKS; i++)
            sck_chunk_give(chunk[i], (size_t)(i + 1 + round) * 100000);
        const struct sck_chunks_use use = sck_chunks_used();

        CU_ASSERT_EQUAL(use.live, 0);
        CU_ASSERT(use.kept <= use.high_water);
        CU_ASSERT(use.kept > 0);
    }
    sck_chunks_end();
}

static int chunks_worked;

static void *take_and_give(void *unused)
{
    (void)unused;
    for (int i = 0; i < 2000; i++) {
        const size_t bytes = 4096u * (size_t)(1 + i % 7);
        uint32_t *chunk = sck_chunk_take(bytes);

        if (chunk == NULL)
            return NULL;
        chunk[0] = chunk[bytes / 4 - 1] = (uint32_t)i;
        if (chunk[0] != (uint32_t)i)
            return NULL;
        sck_chunk_give(chunk, bytes);
    }
    return &chunks_worked;
}

static void threads_share_it(void)
{
    pthread_t thread[4];

    sck_chunks_begin(0);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&thread[i], NULL, take_and_give, NULL), 0);
    for (int i = 0; i < 4; i++) {
        void *done = NULL;

        pthread_join(thread[i], &done);
        CU_ASSERT_PTR_NOT_NULL(done);
    }
    CU_ASSERT_EQUAL(sck_chunks_used().live, 0);
    sck_chunks_end();
}

/* Without a limit; two arenas and what is left of them. */
static void small_chunks_lie_side_by_side(void)
{
    enum { BYTES = 700000, TAKEN = 700416, CHUNKS = 40 };
    char *chunk[CHUNKS];
    int beside = 0;

    sck_chunks_begin(0);
    for (int i = 0; i < CHUNKS; i++) {
        chunk[i] = sck_chunk_take(BYTES);
        CU_ASSERT_PTR_NOT_NULL_FATAL(chunk[i]);
        CU_ASSERT_EQUAL((uintptr_t)chunk[i] % 64, 0);
        memset(chunk[i], i, BYTES);
        beside += i > 0 && chunk[i] == chunk[i - 1] + TAKEN;
    }
    CU_ASSERT(beside >= CHUNKS - 3);
    for (int i = 0; i < CHUNKS; i++) {
        CU_ASSERT(chunk[i][0] == i && chunk[i][BYTES - 1] == i);
        sck_chunk_give(chunk[i], BYTES);
    }
    CU_ASSERT_EQUAL(sck_chunks_used().live, 0);
    sck_chunks_end();
    CU_ASSERT_EQUAL(sck_chunks_used().kept, 0);
}

/* Without a limit; each goes back to the system alone. */
static void chunks_below_a_huge_page_share_one(void)
{
    enum { HALF = 1 << 20 };

    sck_chunks_begin(0);
    char *const a = sck_chunk_take(HALF);

    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    char *const b = sck_chunk_take(HALF);

    CU_ASSERT_PTR_EQUAL(b, a + HALF);
    a[HALF - 1] = b[0] = 1;
    sck_chunk_give(a, HALF);
    sck_chunks_end();
    CU_ASSERT_EQUAL(b[0], 1);
    CU_ASSERT_EQUAL(sck_chunks_used().kept, 0);
    sck_chunk_give(b, HALF);
    sck_chunks_end();
    CU_ASSERT_EQUAL(sck_chunks_used().live, 0);
}

static CU_TestInfo cases[] = {
    {"small_chunks_lie_side_by_side", small_chunks_lie_side_by_side},
    {"a_freed_chunk_is_the_next_of_its_size",
     a_freed_chunk_is_the_next_of_its_size},
    {"no_more_is_kept_than_was_ever_live", no_more_is_kept_than_was_ever_live},
    {"threads_share_it", threads_share_it},
    {"chunks_below_a_huge_page_share_one", chunks_below_a_huge_page_share_one},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(chunks, cases)
