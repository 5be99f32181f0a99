/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How large blocks and tasks are, as far as the environment and what workers
 * there are say it. */
#include "environment.h"
#include "runtime_priv.h"

enum {
    MOST_GRAIN = 16,
    MOST_BLOCKS = SCK_GPU_BLOCKS_PER_TASK,
    MOST_TASK_KIB = 1 << 20
};

static const char grain_variable[] = "STARCLOAK_LIMBS_PER_BLOCK";
static const char blocks_variable[] = "STARCLOAK_BLOCKS_PER_TASK";
static const char task_variable[] = "STARCLOAK_KIB_PER_TASK";

sck_status sck_sizes_check(uint32_t limbs_per_block)
{
    uint32_t asked;

    SCK_TRY(sck_environment_count(blocks_variable, MOST_BLOCKS, &asked));
    SCK_TRY(sck_environment_count(task_variable, MOST_TASK_KIB, &asked));
    SCK_TRY(sck_environment_count(grain_variable, MOST_GRAIN, &asked));
    if (limbs_per_block > MOST_GRAIN)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%u limbs per block, not 1 to %d", limbs_per_block,
                        MOST_GRAIN);
    return SCK_OK;
}

static int has_roomy_gpu(const sck_session *session)
{
    return sck_session_gpus(session) != 0 && !sck_session_is_limited(session);
}

uint32_t sck_environment_grain(void)
{
    uint32_t asked;

    (void)sck_environment_count(grain_variable, MOST_GRAIN, &asked);
    return asked;
}

uint32_t sck_session_grain(const sck_session *session)
{
    const uint32_t asked = sck_environment_grain();

    return asked != 0 ? asked : session->limbs_per_block;
}

uint32_t sck_session_blocks_per_task(const sck_session *session)
{
    uint32_t asked;

    (void)sck_environment_count(blocks_variable, MOST_BLOCKS, &asked);
    if (asked != 0)
        return asked;
    return has_roomy_gpu(session) ? SCK_GPU_BLOCKS_PER_TASK : 1;
}

uint64_t sck_session_task_bytes(const sck_session *session)
{
    uint32_t asked;

    (void)sck_environment_count(task_variable, MOST_TASK_KIB, &asked);
    if (asked == 0 && has_roomy_gpu(session))
        asked = SCK_GPU_TASK_MIB << 10;
    return (uint64_t)asked << 10;
}
