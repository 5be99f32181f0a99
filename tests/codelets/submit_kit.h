/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A session, a run and two blocks of random words, a third never written. The
 * including file has LOGN, BLOCK_ROWS a block and their prime Q. */
#ifndef SCK_TEST_SUBMIT_KIT_H
#define SCK_TEST_SUBMIT_KIT_H

#include "elementwise.h"
#include "sck_test.h"
#include "submit.h"

#include <string.h>

enum { N = 1 << LOGN, WORDS = BLOCK_ROWS * N };

struct fixture {
    sck_session *session;
    sck_run *run;
    const struct sck_ring *ring;
    sck_block *a, *b, *c;
    uint32_t x[WORDS], y[WORDS]; /* a's and b's words */
};

static inline void new_block(struct fixture *f, sck_block **block)
{
    CU_ASSERT_EQUAL_FATAL(sck_block_new(f->session, N, BLOCK_ROWS, block),
                          SCK_OK);
}

static inline void begin(struct fixture *f)
{
    const uint32_t q = Q;

    memset(f, 0, sizeof *f);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &f->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f->session, &f->run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ring_new(LOGN, &q, 1, &f->ring), SCK_OK);
    new_block(f, &f->a);
    new_block(f, &f->b);
    new_block(f, &f->c);
    sck_test_fill(f->x, WORDS, Q, 3);
    sck_test_fill(f->y, WORDS, Q, 3);
    CU_ASSERT_EQUAL(sck_block_write(f->a, f->x), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_write(f->b, f->y), SCK_OK);
}

static inline void end(struct fixture *f)
{
    sck_run_free(f->run);
    sck_block_free(f->a);
    sck_block_free(f->b);
    sck_block_free(f->c);
    sck_session_free(f->session);
    sck_ring_free(f->ring);
}

#endif
