/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The server: gradient descent on ciphertexts alone. */
#ifndef EXAMPLE_TRAINER_H
#define EXAMPLE_TRAINER_H

#include "problem.h"

#include "sck_bootstrap.h"

/* Levels of a step: product with the data, mask, three of the polynomial,
 * product with the data. */
enum { STEP_LEVELS = 6 };

struct trainer {
    const sck_params *params;
    sck_evaluator *evaluator;
    sck_run *run;
    sck_bootstrapper *bootstrapper; /* NULL until the first refresh         */
    uint32_t rows;                  /* samples in the slots                 */
    double step[DEGREE + 1];        /* of the polynomial, in Chebyshev's    */
    sck_ciphertext *data;           /* rows x ROW slots                     */
    sck_ciphertext *weights;        /* as many, of period ROW               */
};

/** Whether weights of this level must be refreshed before a step, so that it
 *  leaves them at a level from which they can be refreshed again. */
int trainer_is_low(const sck_params *params, uint32_t level);

/** Lists the evaluation keys of that many steps from the top level on.
 *  @param[out] keys       the caller's, for free(); NULL on error
 *  @param[out] refreshes  bootstraps among the steps */
sck_status trainer_keys(const sck_params *params, uint32_t rows, uint32_t steps,
                        struct sck_limbs_key **keys, uint32_t *count,
                        uint32_t *refreshes);

/** Starts with the encrypted data and first weights; keys are added to
 *  t->evaluator afterwards.
 *  @param[out] t  for trainer_free(), also on error */
sck_status trainer_new(sck_session *session, const sck_params *params,
                       const struct problem *p,
                       const struct sck_limbs_ciphertext *data,
                       const struct sck_limbs_ciphertext *weights,
                       struct trainer *t);
void trainer_free(struct trainer *t);

/** One step of gradient descent; STEP_LEVELS levels. Waits for its tasks. */
sck_status trainer_step(struct trainer *t);

/** Bootstraps the weights, which become those of the top level. Waits. */
sck_status trainer_refresh(struct trainer *t);

#endif
