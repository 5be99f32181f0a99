/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Encoding by tasks, whole and in short form. */
#ifndef SCK_EVAL_ENCODE_PRIV_H
#define SCK_EVAL_ENCODE_PRIV_H

#include "sck_eval.h"
#include "submit.h"

/** The least power of two after which slots values, complex, repeat. */
uint32_t sck_values_period(const double *values, uint32_t slots);
/** Words of a row that holds values of that period. */
uint32_t sck_period_words(const sck_evaluator *evaluator, uint32_t period);
/** log2 of how often each word of a row of n counts in one of N. */
uint32_t sck_repeat_of(const sck_evaluator *evaluator, uint32_t n);

/** Encodes values over the given primes, which are poly's limbs in order, in
 *  Montgomery form, by tasks; then poly is sealed.
 *  @param values  slots complex numbers, of which the first poly->n / 2 repeat;
 *                 copied
 *  @return SCK_ERR_ARGUMENT: |value| scale reaches 2^61, the slot is named */
sck_status sck_encode_values(sck_run *run, sck_evaluator *evaluator,
                             const double *values, uint32_t slots,
                             sck_scale scale, const uint32_t *primes,
                             struct sck_polynomial *poly);

/** The two steps of it: coefficients as doubles, a block of two rows and the
 *  caller's; then rows of their residues modulo primes. */
sck_status sck_encode_coefficients(sck_run *run, sck_evaluator *evaluator,
                                   const double *values, uint32_t slots,
                                   sck_scale scale, sck_block **coefficients);
sck_status sck_encode_block(sck_run *run, sck_evaluator *evaluator,
                            sck_block *coefficients, const uint32_t *primes,
                            uint32_t rows, sck_block *block);

/** As sck_encode_coefficients(), two rows of n words, in the ring of n.
 *  @param values  slots, of which the first n / 2 repeat */
sck_status sck_encode_short(sck_run *run, sck_evaluator *evaluator,
                            const double *values, uint32_t slots, uint32_t n,
                            sck_scale scale, sck_block **coefficients);
/** As sck_encode_block(), into rows first to first + rows of a block. */
sck_status sck_encode_rows(sck_run *run, sck_evaluator *evaluator,
                           sck_block *coefficients, const uint32_t *primes,
                           uint32_t rows, sck_block *block, uint32_t first,
                           enum sck_access access);

#endif
