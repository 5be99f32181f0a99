/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A session's blocks, and its end. */
#ifndef SCK_TEST_SESSION_KIT_H
#define SCK_TEST_SESSION_KIT_H

#include "sck_eval.h"
#include "sck_test.h"

static inline uint64_t blocks_alive(const sck_session *session)
{
    struct sck_session_stats stats;

    sck_session_get_stats(session, &stats);
    return stats.blocks_alive;
}

/* Frees all three once the run's tasks have ended, as they must, well; asserts
 * that no block is left. evaluator may be NULL. */
static inline void close_session(sck_session *session, sck_evaluator *evaluator,
                                 sck_run *run)
{
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_run_free(run);
    sck_evaluator_free(evaluator);
    CU_ASSERT_EQUAL(blocks_alive(session), 0);
    sck_session_free(session);
}

#endif
