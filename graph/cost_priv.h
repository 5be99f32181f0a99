/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files that count tasks share. */
#ifndef SCK_COST_PRIV_H
#define SCK_COST_PRIV_H

#include "cost.h"
#include "layout.h"

/** Targets that a conversion makes from one pass over its sources. */
enum { SCK_COST_TARGETS = 8 };

/** One task's counts, in limbs. */
struct sck_piece {
    double transforms, terms;
    double hot;    /**< read or written, from the task before or its own */
    double passes; /**< operands and results, read or written */
    double cold;   /**< read from memory */
    double keys;   /**< of switching keys, from memory, times digits: */
    double digits;
    double handles;
};

/** So many tasks alike in one phase, after the one before. */
void sck_cost_add(const struct sck_costs *m, struct sck_piece p, double tasks,
                  struct sck_cost *c);
/** One task of a phase of several that are not alike: all but its span. */
double sck_cost_add_one(const struct sck_costs *m, const struct sck_piece *p,
                        struct sck_cost *c);

/** How the blocks of Q at a level, then those of P, are cut; the first q of
 *  them. */
struct sck_cost_blocks {
    uint32_t blocks, q, limbs;
    uint32_t cut[2 * SCK_MAX_RUNS];
    uint8_t digit[2 * SCK_MAX_RUNS]; /**< of Q's blocks */
};
void sck_cost_blocks_of(const struct sck_costs *m, uint32_t level,
                        struct sck_cost_blocks *blocks);
void sck_cost_raised_blocks_of(const struct sck_costs *m, uint32_t level,
                               struct sck_cost_blocks *blocks);
/** How many of them one task takes, from block k on and before block end:
 * `most` or fewer, as fhe/eval_joined.c does where memory is not limited. */
uint32_t sck_cost_joined(const struct sck_costs *m,
                         const struct sck_cost_blocks *b, uint32_t k,
                         uint32_t end, uint32_t most);
/** The tasks that all of them are then. */
double sck_cost_joined_tasks(const struct sck_costs *m,
                             const struct sck_cost_blocks *b, uint32_t most);
/** Limbs of P at a level. */
uint32_t sck_cost_special(const struct sck_costs *m, uint32_t level);

#endif
