/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Blocks that nobody writes to any more: what tasks read of them that StarPU is
 * not told of. */
#define _POSIX_C_SOURCE 200809L
#include "elementwise.h"
#include "sck_test.h"
#include "submit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 1 << 13, ROWS = 3, WORDS = ROWS * N, Q = 1073479681 };

struct fixture {
    sck_session *session;
    sck_run *run;
    const struct sck_ring *ring;
    uint32_t x[WORDS], y[WORDS], out[WORDS];
};

static struct fixture f;

static void begin(const struct sck_session_options *options)
{
    const uint32_t q = Q;

    memset(&f, 0, sizeof f);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(options, &f.session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f.session, &f.run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ring_new(13, &q, 1, &f.ring), SCK_OK);
    sck_test_fill(f.x, WORDS, Q, 3);
    sck_test_fill(f.y, WORDS, Q, 3);
}

static void end(void)
{
    sck_run_free(f.run);
    sck_session_free(f.session);
    sck_ring_free(f.ring);
}

static sck_block *block_of(const uint32_t *words)
{
    sck_block *block = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_block_new(f.session, N, ROWS, &block), SCK_OK);
    if (words != NULL)
        CU_ASSERT_EQUAL_FATAL(sck_block_write(block, words), SCK_OK);
    return block;
}

/* to = a + b. */
static sck_status add(sck_block *to, sck_block *a, sck_block *b)
{
    const struct sck_elementwise_args args = {
        .ring = f.ring->id, .op = SCK_ADD, .limbs = ROWS, .q = {Q, Q, Q}};
    struct sck_task task;

    sck_task_begin(&task, f.run, SCK_CODELET_elementwise, &args, sizeof args);
    sck_task_rows(&task, to, 0, ROWS, to == a ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(&task);
    sck_task_rows(&task, a, 0, ROWS, to == a ? SCK_UPDATE : SCK_READ);
    sck_task_next(&task);
    sck_task_rows(&task, b, 0, ROWS, SCK_READ);
    return sck_task_submit(&task);
}

/* Words of the block that are not n x + m y. */
static int wrong_words(sck_block *block, uint64_t n, uint64_t m)
{
    int wrong = 0;

    CU_ASSERT_EQUAL(sck_block_read(block, f.out), SCK_OK);
    for (int i = 0; i < WORDS; i++)
        wrong += f.out[i] != (n * f.x[i] + m * f.y[i]) % Q;
    return wrong;
}

static void a_sealed_block_is_read_and_not_written(void)
{
    begin(NULL);
    sck_block *const a = block_of(f.x), *const b = block_of(f.y);
    sck_block *const c = block_of(NULL);

    sck_block_seal(a);
    CU_ASSERT(sck_block_is_sealed(a));
    CU_ASSERT(!sck_block_is_sealed(b));
    CU_ASSERT_EQUAL(sck_block_write(a, f.y), SCK_ERR_STATE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "acquire: a block of 3 x 8192 words is sealed");
    CU_ASSERT_EQUAL(add(a, a, b), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_task_rows: sck_elementwise writes a block that is sealed");
    CU_ASSERT_EQUAL(add(a, b, b), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(add(c, a, b), SCK_OK);
    CU_ASSERT_EQUAL(wrong_words(c, 1, 1), 0);
    CU_ASSERT_EQUAL(add(b, b, a), SCK_OK);
    CU_ASSERT_EQUAL(wrong_words(b, 1, 1), 0);
    CU_ASSERT_EQUAL(wrong_words(a, 1, 0), 0);
    sck_block_free(a);
    sck_block_free(b);
    sck_block_free(c);
    end();
}

/* Sealed while tasks that write wait: who reads waits for them. */
static void what_is_still_being_written_is_waited_for(void)
{
    enum { ROUNDS = 50, CHAIN = 6 };

    begin(NULL);
    sck_block *const x = block_of(f.x), *const y = block_of(f.y);

    sck_block_seal(y);
    for (int r = 0; r < ROUNDS; r++) {
        sck_block *const a = block_of(NULL), *const b = block_of(NULL);

        CU_ASSERT_EQUAL(add(a, x, y), SCK_OK);
        for (int k = 1; k < CHAIN; k++)
            CU_ASSERT_EQUAL(add(a, a, y), SCK_OK);
        sck_block_seal(a);
        CU_ASSERT_EQUAL(add(b, a, a), SCK_OK);
        CU_ASSERT_EQUAL(wrong_words(b, 2, 2 * CHAIN), 0);
        /* All that writes a has ended. */
        CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
        CU_ASSERT_EQUAL(add(b, a, y), SCK_OK);
        CU_ASSERT_EQUAL(wrong_words(b, 1, CHAIN + 1), 0);
        sck_block_free(a);
        sck_block_free(b);
    }
    sck_block_free(x);
    sck_block_free(y);
    end();
}

/* Readers wait behind a chain while the block ends, and others take handles
 * and memory of its shape. */
static void a_freed_block_outlives_its_readers(void)
{
    enum { ROUNDS = 30, CHAIN = 8 };

    begin(NULL);
    sck_block *const x = block_of(f.x);

    for (int r = 0; r < ROUNDS; r++) {
        sck_block *const y = block_of(f.y), *const sum = block_of(NULL);
        sck_block *other[2];

        sck_block_seal(y);
        CU_ASSERT_EQUAL(add(sum, x, y), SCK_OK);
        for (int k = 1; k < CHAIN; k++)
            CU_ASSERT_EQUAL(add(sum, sum, y), SCK_OK);
        sck_block_free(y);
        for (int i = 0; i < 2; i++)
            other[i] = block_of(f.x);
        CU_ASSERT_EQUAL(wrong_words(sum, 1, CHAIN), 0);
        sck_block_free(sum);
        for (int i = 0; i < 2; i++)
            sck_block_free(other[i]);
    }
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    CU_ASSERT(sck_session_handles(f.session) < ROUNDS ||
              sck_session_gpus(f.session) != 0);
    sck_block_free(x);
    end();
}

/* More than is kept: the handles of freed blocks are given back, not before
 * their readers have ended. */
static void large_sealed_blocks_are_given_back_after_their_readers(void)
{
    enum { LARGE = 34 << 20, BLOCKS = 5 };
    sck_block *block[BLOCKS], *part = NULL;
    const struct sck_elementwise_args args = {
        .op = SCK_ADD, .limbs = 1, .q = {Q}};
    struct sck_elementwise_args mine = args;

    begin(NULL);
    mine.ring = f.ring->id;
    for (int i = 0; i < BLOCKS; i++) {
        /* One row is read of as many as make 34 MiB. */
        CU_ASSERT_EQUAL_FATAL(
            sck_block_new(f.session, N, LARGE / (4 * N), &block[i]), SCK_OK);
        uint32_t *const words = calloc(LARGE / 4, sizeof *words);

        CU_ASSERT_PTR_NOT_NULL_FATAL(words);
        memcpy(words, f.y, N * sizeof *words);
        CU_ASSERT_EQUAL(sck_block_write(block[i], words), SCK_OK);
        sck_block_seal(block[i]);
        free(words);
    }
    CU_ASSERT_EQUAL_FATAL(sck_block_new(f.session, N, 1, &part), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_write(part, f.x), SCK_OK);
    for (int i = 0; i < BLOCKS; i++) {
        for (int k = 0; k < 20; k++) {
            struct sck_task task;

            sck_task_begin(&task, f.run, SCK_CODELET_elementwise, &mine,
                           sizeof mine);
            sck_task_rows(&task, part, 0, 1, SCK_UPDATE);
            sck_task_next(&task);
            sck_task_rows(&task, part, 0, 1, SCK_UPDATE);
            sck_task_next(&task);
            sck_task_rows(&task, block[i], 0, 1, SCK_READ);
            CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
        }
        sck_block_free(block[i]);
    }
    CU_ASSERT_EQUAL(sck_block_read(part, f.out), SCK_OK);
    int wrong = 0;

    for (int i = 0; i < N; i++)
        wrong += f.out[i] != (f.x[i] + 20ULL * BLOCKS * f.y[i]) % Q;
    CU_ASSERT_EQUAL(wrong, 0);
    sck_block_free(part);
    end();
}

/* 48 blocks of 96 KiB in 2 MiB: they are evicted and come back. */
static void sealed_blocks_are_evicted_under_a_memory_limit(void)
{
    enum { BLOCKS = 48 };
    char folder[] = "/tmp/sck-sealed-XXXXXX";
    sck_block *block[BLOCKS];

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    const struct sck_session_options options = {.memory_bytes = 2 << 20,
                                                .swap_folder = folder};

    begin(&options);
    sck_block *const sum = block_of(f.x);

    for (int i = 0; i < BLOCKS; i++) {
        block[i] = block_of(f.y);
        sck_block_seal(block[i]);
    }
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < BLOCKS; i++)
            CU_ASSERT_EQUAL(add(sum, sum, block[i]), SCK_OK);
    CU_ASSERT_EQUAL(wrong_words(sum, 1, 2 * BLOCKS), 0);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    struct sck_session_stats stats;

    sck_session_get_stats(f.session, &stats);
    CU_ASSERT(stats.bytes_evicted > 0);
    sck_block_free(sum);
    for (int i = 0; i < BLOCKS; i++)
        sck_block_free(block[i]);
    end();
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static CU_TestInfo cases[] = {
    {"a_sealed_block_is_read_and_not_written",
     a_sealed_block_is_read_and_not_written},
    {"what_is_still_being_written_is_waited_for",
     what_is_still_being_written_is_waited_for},
    {"a_freed_block_outlives_its_readers", a_freed_block_outlives_its_readers},
    {"large_sealed_blocks_are_given_back_after_their_readers",
     large_sealed_blocks_are_given_back_after_their_readers},
    {"sealed_blocks_are_evicted_under_a_memory_limit",
     sealed_blocks_are_evicted_under_a_memory_limit},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(sealed, cases)
