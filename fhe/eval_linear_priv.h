/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a linear map's making and its application share. */
#ifndef SCK_EVAL_LINEAR_PRIV_H
#define SCK_EVAL_LINEAR_PRIV_H

#include "eval_dft_priv.h"

/** How rotations are split: diagonal k is a giant step, a multiple of stride,
 *  plus a baby step below stride. Those that some diagonal uses, ascending. */
struct sck_linear_split {
    uint32_t stride, babies, giants;
    uint32_t *baby, *giant;
};

struct sck_linear_map {
    sck_evaluator *evaluator;
    uint32_t n, level;
    struct sck_linear_split split;
    /** A diagonal matrix: a product, nothing is rotated. Else NULL, and the
     *  diagonals lie over QP in the level's blocks and P's: */
    sck_plaintext *only;
    uint8_t *held;     /**< giant-major: 1 where a diagonal is */
    uint32_t words;    /**< of a diagonal's row */
    uint32_t together; /**< babies of one giant step whose diagonals share a
                          block: a power of two up to SCK_MAX_BABIES */
    uint32_t sets;     /**< of a giant step: so many babies each */
    uint32_t blocks;
    /** Block k of a set, ((giant sets + set) blocks + k): the rows of each of
     *  its diagonals, one after another. NULL where the set has none. */
    sck_block **plain;
    struct sck_transform_shape shape;
};

/** The diagonals of baby steps first to first + count in giant step g. */
uint32_t sck_linear_held(const struct sck_linear_map *map, uint32_t g,
                         uint32_t first, uint32_t count);

/** How much one task does: as much as there is room for operands, or little
 *  where memory is limited. A key switch's second task is the measure then
 *  (graph/cost_bytes.c). */
struct sck_linear_bounds {
    uint32_t babies, giants, turns;
};

/** What one application holds. */
struct sck_linear_application {
    sck_run *run;
    const struct sck_linear_map *map;
    sck_evaluator *e;
    const sck_ciphertext *a;
    struct sck_linear_bounds bounds;
    struct sck_digits digits;
    uint32_t product[SCK_MAX_LIMBS]; /**< P modulo every prime */
    struct sck_raised *sum;          /**< by giant step */
    struct sck_raised *turned;       /**< their second halves, switched */
};

/** The rotation's galois element; 1 for step 0. */
uint32_t sck_linear_galois(const struct sck_linear_application *s,
                           uint32_t step);
/** All rows of a block, or as many absent ones where it is NULL. */
void sck_linear_rows(struct sck_task *task, sck_block *block, uint32_t rows);
/** The sum of all giant steps, each turned; total's halves are the caller's,
 *  on error too. */
sck_status sck_linear_totals(struct sck_linear_application *s,
                             struct sck_raised *total);

#endif
