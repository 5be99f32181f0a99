/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How a level's limbs are cut into blocks: by its key class, so that own,
 * destination and key blocks of a key switch agree (architecture.md, 4). */
#ifndef SCK_LAYOUT_H
#define SCK_LAYOUT_H

#include "sck_params.h"

/** Up to this logN a task of a division works on two polynomials: StarPU's
 * share of smaller ones would be felt. */
enum { SCK_JOINED_LOGN = 14 };

/** The most neighbouring blocks that a task takes, and one of many operands,
 *  whose handles are no more than a task has. */
enum { SCK_JOINED_BLOCKS = 4, SCK_PAIR = 2 };

/** Multiples up to which a sum of ciphertexts without products is formed by the
 *  tasks that divide it. */
enum { SCK_FUSED_TERMS = 4 };

enum { SCK_MAX_RUNS = 80, SCK_MAX_LIMBS = 80, SCK_NO_DIGIT = 255 };

/** A class's primes U, then P, in runs of at most grain primes. */
struct sck_class_layout {
    uint32_t runs, q_runs; /**< the first q_runs are of U, the others of P */
    uint32_t length[SCK_MAX_RUNS];
};

/** One level's primes: which block, digit and key row each has. */
struct sck_level_layout {
    uint32_t limbs, blocks;
    uint32_t cut[SCK_MAX_RUNS];        /**< limbs of each block             */
    uint32_t run[SCK_MAX_RUNS];        /**< the class's run of each block   */
    uint8_t digit[SCK_MAX_LIMBS];      /**< digit of each limb              */
    uint8_t row_in_run[SCK_MAX_LIMBS]; /**< its row in the class's run      */
};

void sck_class_layout_of(const struct sck_key_class *key_class, uint32_t grain,
                         struct sck_class_layout *layout);

void sck_level_layout_of(const sck_params *params, uint32_t level,
                         uint32_t grain, struct sck_level_layout *layout);

/** How many rows a task takes of the neighbouring blocks of a polynomial that
 *  has so many, if enough tasks are left for every worker.
 *  @param alone  one worker does all, which need not be shared out
 *  @return 0: a task takes one block */
uint32_t sck_joined_rows_most(uint32_t logn, uint32_t blocks, uint32_t workers,
                              int alone);

/** Digits are few and long, and all that follows waits for the last: of those
 *  that are taken apart, the ones left when every worker has had as many go in
 *  parts.
 *  @param[out] whole  digits that are a task each
 *  @return parts of each of the others, if it has as many blocks */
uint32_t sck_digit_parts_most(uint32_t workers, uint32_t digits,
                              uint32_t *whole);

#endif
