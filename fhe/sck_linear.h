/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_linear.h
 * Linear maps of encrypted vectors.
 *
 * A map is taken by its diagonals, as baby steps and giant steps (Halevi and
 * Shoup, ePrint 2014/873), with double hoisting (Bossuat et al., ePrint
 * 2020/1203, algorithm 6): rotations of one decomposition, divided by P once a
 * giant step.
 *
 * Errors, units and ownership as in sck_eval.h.
 */
#ifndef SCK_LINEAR_H
#define SCK_LINEAR_H

#include "sck_eval.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A linear map of the slots, by its nonzero diagonals, encoded for one level:
 *  baby-step giant-step with double hoisting. Diagonals of fewer than N/2 slots
 *  are held and multiplied in short form, N / (2 slots) times fewer bytes. */
typedef struct sck_linear_map sck_linear_map;

/** Encodes a map, by tasks. Cost of an application: 1 level and the key
 * switches of sck_linear_map_plan(), about 2 sqrt(diagonals).
 *  @param[in] matrix  n x n reals, row-major, n = slots of the ciphertexts;
 *                     copied
 *  @return SCK_OK; SCK_ERR_ARGUMENT (an entry that is too large or not finite),
 *          SCK_ERR_SHAPE (n is no power of two up to N/2), SCK_ERR_LEVEL (level
 *          0, or one without a table scale), SCK_ERR_MEMORY, SCK_ERR_DEVICE;
 * *map is then NULL */
SCK_API sck_status sck_linear_map_new(sck_evaluator *evaluator, sck_run *run,
                                      const double *matrix, uint32_t n,
                                      uint32_t level, sck_linear_map **map);

/** Frees a map once the tasks that read it have ended; takes NULL. */
SCK_API void sck_linear_map_free(sck_linear_map *map);

/** Lists the rotations that a map of this matrix needs, babies before giants;
 *  needs neither keys nor evaluator.
 *  @param[out] steps  room for 2 n
 *  @return how many */
SCK_API uint32_t sck_linear_map_steps(const double *matrix, uint32_t n,
                                      int64_t *steps);

/** What applying a map of a matrix takes. */
struct sck_linear_map_plan {
    uint32_t diagonals; /**< that have an entry                        */
    uint32_t stride;    /**< giant steps are multiples of it           */
    uint32_t rotations; /**< key switches, each with a key of its own  */
    uint32_t turns;     /**< of them giant steps, the last in the list */
};

/** Tells what applying a map of a matrix takes; steps as for
 *  sck_linear_map_steps(). */
SCK_API struct sck_linear_map_plan
sck_linear_map_plan(const double *matrix, uint32_t n, int64_t *steps);

/** Applies a map: map a, rescaled: one level lower, the table's scale.
 *  @param[in] a  two polynomials at the map's level and its table scale */
SCK_API sck_status sck_eval_linear(sck_run *run, const sck_ciphertext *a,
                                   const sck_linear_map *map,
                                   sck_ciphertext **out);

#ifdef __cplusplus
}
#endif
#endif
