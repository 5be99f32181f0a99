/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Logistic regression on the breast cancer data, in the clear: what the
 * encrypted training is compared with, operation for operation. */
#ifndef EXAMPLE_PROBLEM_H
#define EXAMPLE_PROBLEM_H

#include "sck_status.h"

#include <stdint.h>

enum {
    WEIGHTS = 31, /* 30 features and the constant 1                         */
    ROW = 32,     /* slots of a sample: a power of two, the last one 0      */
    DEGREE = 7    /* of the polynomial in place of the sigmoid              */
};

/* Products z = y w.x lie within [-RANGE, RANGE]: chosen by training in the
 * clear, where the greatest is 12.5. Weights stay below 1, as a bootstrap
 * needs them; there the greatest is 0.51. */
#define RANGE 14.0
#define RATE 1.0

struct problem {
    uint32_t samples; /* training rows taken                               */
    uint32_t rows;    /* samples rounded up to a power of two              */
    uint32_t held;    /* held-out rows                                     */
    double *train;    /* rows x ROW: y x / RANGE, then zeros               */
    double *heldout;  /* held x ROW: y x                                   */
    double sigma[DEGREE + 1]; /* sigma(-RANGE t) = sum of sigma_k T_k(t)  */
    double step[DEGREE + 1];  /* the same times RATE RANGE / samples       */
    double fit_error;         /* the greatest of |t| <= 1                  */
};

/** Reads the first training rows, that many at most, and fits the sigmoid.
 *  @param[out] p  for problem_free(), also on error */
sck_status problem_read(const char *path, uint32_t most, struct problem *p);
void problem_free(struct problem *p);

/** One step of gradient descent on ROW weights, in doubles.
 *  @param exact  the sigmoid itself instead of the polynomial
 *  @return the greatest |t|, which the encrypted step needs to be at most 1 */
double problem_step(const struct problem *p, int exact, double *weights);

/** Mean of log(1 + e^-z) over the training rows. */
double problem_loss(const struct problem *p, const double *weights);

/** Percentage of held-out rows on the right side. */
double problem_accuracy(const struct problem *p, const double *weights);

#endif
