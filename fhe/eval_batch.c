/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "eval_batch_priv.h"

int sck_evaluator_batches(const sck_evaluator *evaluator)
{
    const sck_session *const session = evaluator->session;

    return evaluator->blocks_per_task >= SCK_BATCH ||
           (sck_session_workers(session) == 1 && !evaluator->saves_memory &&
            !sck_session_is_limited(session));
}

uint32_t sck_batch_parts(const sck_evaluator *evaluator, uint32_t members)
{
    return evaluator->blocks_per_task > members ? evaluator->blocks_per_task
                                                : members;
}

sck_status sck_batch_finish(sck_status status, uint32_t members,
                            sck_ciphertext **out)
{
    for (uint32_t m = 0; m < members; m++)
        (void)sck_ciphertext_finish(status, &out[m]);
    return status;
}
