/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How far submission runs ahead of a lone worker. */
#include "elementwise.h"
#include "sck_test.h"
#include "submit.h"

#include <stdlib.h>
#include <string.h>

enum { LOGN = 16, N = 1 << LOGN, ROWS = 16, WORDS = ROWS * N, Q = 1073479681 };

/* A task names 16 MiB of rows: 24 make 384 MiB, and what they write, 96 MiB, is
 * kept for the next. 48 tasks ahead would write more than is kept. */
static void long_rows_are_submitted_less_far_ahead(void)
{
    enum { ROUNDS = 150, MOST = 40 };
    const struct sck_session_options options = {.workers = 1};
    const uint32_t q = Q;
    struct sck_elementwise_args args = {.op = SCK_MUL_ADD, .limbs = ROWS};
    const struct sck_ring *ring = NULL;
    sck_session *session = NULL;
    sck_run *run = NULL;
    sck_block *in[3], *last = NULL;
    uint32_t *const words = malloc(WORDS * sizeof *words);
    uint32_t wrong = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(words);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ring_new(LOGN, &q, 1, &ring), SCK_OK);
    args.ring = ring->id;
    for (uint32_t i = 0; i < ROWS; i++)
        args.q[i] = Q;
    for (uint32_t k = 0; k < 3; k++) {
        for (uint32_t i = 0; i < WORDS; i++)
            words[i] = k + 2;
        CU_ASSERT_EQUAL_FATAL(sck_block_new(session, N, ROWS, &in[k]), SCK_OK);
        CU_ASSERT_EQUAL(sck_block_write(in[k], words), SCK_OK);
    }
    for (uint32_t r = 0; r < ROUNDS; r++) {
        struct sck_task task;

        sck_block_free(last);
        CU_ASSERT_EQUAL_FATAL(sck_block_new(session, N, ROWS, &last), SCK_OK);
        sck_task_begin(&task, run, SCK_CODELET_elementwise, &args, sizeof args);
        sck_task_rows(&task, last, 0, ROWS, SCK_WRITE);
        for (uint32_t k = 0; k < 3; k++) {
            sck_task_next(&task);
            sck_task_rows(&task, in[k], 0, ROWS, SCK_READ);
        }
        CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
    }
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_tasks(run), ROUNDS);
    CU_ASSERT(sck_session_handles(session) <= MOST ||
              sck_session_workers(session) != 1 ||
              sck_session_gpus(session) != 0);
    CU_ASSERT_EQUAL(sck_block_read(last, words), SCK_OK);
    for (uint32_t i = 0; i < WORDS; i++)
        wrong += words[i] != 2 * 3 + 4;
    CU_ASSERT_EQUAL(wrong, 0);
    sck_run_free(run);
    sck_block_free(last);
    for (uint32_t k = 0; k < 3; k++)
        sck_block_free(in[k]);
    sck_session_free(session);
    sck_ring_free(ring);
    free(words);
}

static CU_TestInfo cases[] = {
    {"long_rows_are_submitted_less_far_ahead",
     long_rows_are_submitted_less_far_ahead},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(submit_window, cases)
