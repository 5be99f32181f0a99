/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks over several neighbouring blocks. */
#ifndef SCK_EVAL_JOINED_PRIV_H
#define SCK_EVAL_JOINED_PRIV_H

#include "eval_priv.h"

/** Neighbouring blocks that one task works on, and their runs. */
struct sck_joined {
    uint32_t first, blocks; /**< up to SCK_JOINED_BLOCKS, from `first` on */
    uint32_t rows;          /**< of all of them */
    uint32_t run[SCK_JOINED_BLOCKS], length[SCK_JOINED_BLOCKS];
};
/** How many of p's blocks from k on, before block end, one task takes: `most`,
 *  or what a conversion can take the rows of at once, if enough tasks are left
 *  for every worker. Long rows come from far, and targets share the reading of
 *  their sources: up to eight, or sixteen where one worker does all, which need
 *  not be shared out; limited memory was planned for tasks of one block. */
uint32_t sck_blocks_joined(const sck_evaluator *evaluator,
                           const struct sck_polynomial *p, uint32_t k,
                           uint32_t end, uint32_t most);
/** Block k of p with those joined to it; their runs are left out. */
void sck_blocks_join(const sck_evaluator *evaluator,
                     const struct sck_polynomial *p, uint32_t k, uint32_t most,
                     struct sck_joined *joined);
/** Block k of raised with those joined to it that are of its digit.
 *  @param keys  that the task takes: the rows of many joined ones are more
 *               pieces than a task has */
void sck_raised_join(const sck_evaluator *evaluator,
                     const struct sck_digits *digits,
                     const struct sck_raised *raised, uint32_t keys, uint32_t k,
                     struct sck_joined *joined);
/** As sck_key_switch_prepare(), for joined blocks: a digit's half has the key
 *  rows of one block after the other. */
void sck_key_switch_prepare_joined(struct sck_key_switch_args *args,
                                   const sck_evaluator *evaluator,
                                   const struct sck_digits *digits,
                                   const struct sck_raised *raised,
                                   const struct sck_joined *joined);
/** Adds all rows of p's joined blocks to the task's operand. */
void sck_joined_rows(struct sck_task *task, const struct sck_polynomial *p,
                     const struct sck_joined *joined, enum sck_access access);
/** sck_key_open() and sck_key_rows() for joined blocks; uniform is an array of
 *  SCK_JOINED_BLOCKS, each of which is closed as usual. */
sck_status sck_key_open_joined(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_eval_key *key,
                               const struct sck_joined *joined,
                               struct sck_key_uniform *uniform);
void sck_key_rows_joined(struct sck_task *task, const struct sck_eval_key *key,
                         const struct sck_joined *joined,
                         const struct sck_key_uniform *uniform);

#endif
