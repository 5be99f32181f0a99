/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The special FFT of encoding as products of sparse matrices, and sparse
 * matrices applied to encrypted slots. */
#ifndef SCK_EVAL_DFT_PRIV_H
#define SCK_EVAL_DFT_PRIV_H

#include "eval_chebyshev_priv.h"
#include "eval_priv.h"

enum { SCK_MAX_DIAGONALS = 128 };

/** An n x n matrix by diagonals: (M z)_j = sum of value_i[j] z_(j + index_i).
 */
struct sck_diagonals {
    uint32_t n, count;
    int32_t index[SCK_MAX_DIAGONALS]; /**< in [-n/2, n/2), ascending          */
    double *value[SCK_MAX_DIAGONALS]; /**< n complex numbers, re im           */
};

/** Consecutive stages of the special FFT (definitions.md, Encode, without the
 *  bit reversal) as one matrix.
 *  @param inverse  0: encoding's stages, len = n 2^-first, n 2^-(first + 1),
 *                  ..., each halved, so that all log2 n of them divide by n;
 *                  1: their inverses in the opposite order, len = 2^(first +
 * 1), 2^(first + 2), ..., not halved
 *  @param factor   the matrix is multiplied by it
 *  @return SCK_ERR_MEMORY; out is then empty. The caller frees it */
sck_status sck_dft_diagonals(const struct sck_ring *ring, uint32_t slots,
                             int inverse, uint32_t first, uint32_t stages,
                             double factor, struct sck_diagonals *out);
/** The diagonals that such a matrix has, ascending; returns how many. */
uint32_t sck_dft_indices(uint32_t slots, int inverse, uint32_t first,
                         uint32_t stages, int32_t *index);
void sck_diagonals_free(struct sck_diagonals *diagonals);

/** How rotations are split: index = giant + baby, both in equal steps. */
struct sck_giant_steps {
    uint32_t babies, giants, stride;
    int32_t baby[SCK_MAX_DIAGONALS], giant[SCK_MAX_DIAGONALS];
};

/** The fastest split in key switches of so many digits with at most that many
 *  of them; without babies and giants if there is none. */
void sck_giant_steps_of(const int32_t *index, uint32_t count, uint32_t n,
                        uint32_t digits, uint32_t most,
                        struct sck_giant_steps *steps);
/** Its key switches, and their time in those of babies. */
uint32_t sck_giant_steps_switches(const struct sck_giant_steps *steps);
double sck_giant_steps_time(const struct sck_giant_steps *steps,
                            uint32_t digits);
/** Digits of a key switch at a level. */
uint32_t sck_level_digits(const sck_params *params, uint32_t level);

/** What of a matrix tells how its product's error comes about. */
struct sck_transform_shape {
    double rows;     /**< mean square of a row's norm                      */
    double switched; /**< the same of what meets rotated babies            */
    double periods;  /**< sum of the diagonals' periods: of that many slots
                          each, twice as many coefficients, is a rounding  */
    uint32_t turns;  /**< giant steps that are rotations                   */
};
void sck_transform_shape_of(const struct sck_diagonals *diagonals,
                            const struct sck_giant_steps *steps,
                            struct sck_transform_shape *shape);

/** Sets what out, the product of a matrix and a, carries. */
void sck_transform_carry(const struct sck_transform_shape *shape,
                         const sck_ciphertext *a, sck_ciphertext *out);

/** A matrix encoded for one level over Q and P: for double hoisting. */
struct sck_transform;

/** @param steps   a split of the diagonals' indices
 *  @param in,out  scales before, and after the rescale that ends it */
sck_status sck_transform_new(sck_evaluator *evaluator, sck_run *run,
                             const struct sck_diagonals *diagonals,
                             const struct sck_giant_steps *steps,
                             uint32_t level, sck_scale in, sck_scale out,
                             struct sck_transform **transform);
void sck_transform_free(struct sck_transform *transform);

/** out = M a one level lower: babies and giants both hoisted, sums kept over
 *  QP, one division by P and the level's primes (ePrint 2020/1203, section 4).
 */
sck_status sck_transform_apply(sck_run *run,
                               const struct sck_transform *transform,
                               const sck_ciphertext *a, sck_ciphertext **out);

#endif
