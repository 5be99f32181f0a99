/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks over neighbouring blocks: what they take and which rows they have.
 */
#include "eval_joined_priv.h"

/* A lone worker's tasks need not be many; a GPU's take several of eight. */
static int works_alone(const sck_evaluator *evaluator)
{
    return sck_session_workers(evaluator->session) == 1 &&
           evaluator->blocks_per_task == 1 && !evaluator->saves_memory;
}

uint32_t sck_blocks_joined(const sck_evaluator *evaluator,
                           const struct sck_polynomial *p, uint32_t k,
                           uint32_t end, uint32_t most)
{
    const uint32_t rows =
        sck_session_is_limited(evaluator->session)
            ? 0
            : sck_joined_rows_most(evaluator->ring->logn, p->blocks,
                                   sck_session_workers(evaluator->session),
                                   works_alone(evaluator));
    uint32_t blocks = 1;

    while (blocks < most && k + blocks < end &&
           p->first[k + blocks + 1] - p->first[k] <= rows)
        blocks++;
    return blocks;
}

void sck_blocks_join(const sck_evaluator *evaluator,
                     const struct sck_polynomial *p, uint32_t k, uint32_t most,
                     struct sck_joined *joined)
{
    joined->first = k;
    joined->blocks = sck_blocks_joined(evaluator, p, k, p->blocks, most);
    joined->rows = p->first[k + joined->blocks] - p->first[k];
}

void sck_raised_join(const sck_evaluator *evaluator,
                     const struct sck_digits *digits,
                     const struct sck_raised *raised, uint32_t keys, uint32_t k,
                     struct sck_joined *joined)
{
    const struct sck_polynomial *const p = raised->poly[0];
    const uint32_t q_blocks = raised->q_blocks;
    struct sck_class_layout runs;

    sck_class_layout_of(raised->key_class, evaluator->grain, &runs);
    joined->first = k;
    joined->blocks =
        sck_blocks_joined(evaluator, p, k, k < q_blocks ? q_blocks : p->blocks,
                          keys > 1 ? SCK_PAIR : SCK_JOINED_BLOCKS);
    while (k < q_blocks &&
           digits->layout.digit[p->first[k]] !=
               digits->layout.digit[p->first[k + joined->blocks - 1]])
        joined->blocks--;
    while (joined->blocks > 1 &&
           keys * 2 * raised->key_class->digits * joined->blocks >
               SCK_TASK_SEGMENTS)
        joined->blocks--;
    joined->rows = 0;
    for (uint32_t b = 0; b < joined->blocks; b++) {
        /* A run of P starts at row 0 of its own key block. */
        joined->run[b] = k < q_blocks ? digits->layout.run[k + b]
                                      : runs.q_runs + k + b - q_blocks;
        joined->length[b] = runs.length[joined->run[b]];
        joined->rows += sck_block_rows(p->block[k + b]);
    }
}

void sck_joined_rows(struct sck_task *task, const struct sck_polynomial *p,
                     const struct sck_joined *joined, enum sck_access access)
{
    for (uint32_t b = 0; b < joined->blocks; b++) {
        sck_block *const block = p->block[joined->first + b];

        sck_task_rows(task, block, 0, sck_block_rows(block), access);
    }
}

sck_status sck_key_open_joined(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_eval_key *key,
                               const struct sck_joined *joined,
                               struct sck_key_uniform *uniform)
{
    sck_status status = SCK_OK;
    uint32_t open = 0;

    for (; open < joined->blocks && status == SCK_OK; open++)
        status = sck_key_open(run, evaluator, key, joined->run[open],
                              &uniform[open]);
    while (open > 0 && status != SCK_OK)
        sck_key_close(&uniform[--open]);
    return status;
}

void sck_key_rows_joined(struct sck_task *task, const struct sck_eval_key *key,
                         const struct sck_joined *joined,
                         const struct sck_key_uniform *uniform)
{
    if (joined->blocks == 1) {
        sck_key_rows(task, key, joined->run[0], uniform);
        return;
    }
    for (uint32_t i = 0; i < 2 * key->digits; i++)
        for (uint32_t b = 0; b < joined->blocks; b++) {
            const uint32_t length = joined->length[b];

            if (i < key->digits || !key->halved)
                sck_task_rows(task, key->block[joined->run[b]], i * length,
                              length, SCK_READ);
            else
                sck_task_rows(task, uniform[b].block[i - key->digits], 0,
                              length, SCK_READ);
        }
}
