/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a transform's making and its application share. */
#ifndef SCK_EVAL_TRANSFORM_PRIV_H
#define SCK_EVAL_TRANSFORM_PRIV_H

#include "automorphism_sum.h"
#include "eval_dft_priv.h"

struct sck_transform {
    sck_evaluator *evaluator;
    uint32_t level, slots;
    uint32_t words; /* of a diagonal's row, fewer than N where all repeat */
    sck_scale in, out;
    struct sck_giant_steps steps;
    struct sck_transform_shape shape;
    /* Giant-major, NULL where no diagonal is: over QP in the level's blocks and
     * P's, or coefficients that tasks take there at every use. One of the two
     * is NULL. */
    struct sck_polynomial **plain;
    sck_block **coefficients;
};

/** What one application holds. Pairs are two polynomials over QP, in the
 *  level's blocks and P's. */
struct sck_application {
    sck_run *run;
    const struct sck_transform *t;
    sck_evaluator *e;
    const sck_ciphertext *a;
    struct sck_raised sum[SCK_MAX_TURNS];    /**< a giant step's products */
    struct sck_raised turned[SCK_MAX_TURNS]; /**< its second half switched, not
                                                  yet turned */
};

uint32_t sck_application_galois(const struct sck_application *s, int32_t steps);
/** Rows of a block to read, absent where it is none. */
void sck_transform_rows(struct sck_task *task, sck_block *block, uint32_t rows);

/** Fills s->sum: every giant step's sum over babies of diagonal x baby, over
 *  QP. Where all workers are CPUs a block's babies and sums are one task. */
sck_status sck_transform_sums(struct sck_application *s);

/** Blocks k of all diagonals, giant-major: NULL for none, or the caller's to
 *  close, some made for this use. like: QP's blocks and primes. */
sck_status sck_transform_plain(const struct sck_application *s,
                               const struct sck_raised *like, uint32_t k,
                               sck_block **plain);
void sck_transform_plain_close(const struct sck_application *s,
                               sck_block **plain);

/** The two ways of sck_transform_sums(): babies kept; or not. */
sck_status sck_transform_sums_parts(struct sck_application *s,
                                    const struct sck_digits *digits,
                                    const struct sck_eval_key *const *key,
                                    uint32_t keys);
sck_status sck_transform_sums_fused(struct sck_application *s,
                                    const struct sck_digits *digits,
                                    const struct sck_eval_key *const *key,
                                    uint32_t keys);

#endif
