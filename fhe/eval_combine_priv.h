/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sums of products and of multiples of ciphertexts: stored by tasks of their
 * own, or formed by the tasks that divide them. */
#ifndef SCK_EVAL_COMBINE_PRIV_H
#define SCK_EVAL_COMBINE_PRIV_H

#include "combination.h"
#include "eval_batch_priv.h"

enum { SCK_MAX_COMBINED = 64 };

/** factor times a sum of products, plus multiples, plus a constant. */
struct sck_combined {
    uint32_t products, terms, factor; /**< factor: 1 or 2 */
    const sck_ciphertext *a[SCK_MAX_COMBINED], *b[SCK_MAX_COMBINED];
    const sck_ciphertext *x[SCK_MAX_COMBINED];
    double multiple[SCK_MAX_COMBINED]; /**< integers */
    double constant;                   /**< an integer, in every slot */
};

/** Overwrites sum, of three polynomials with products and two without: one
 *  pass. Operands have two each and may be at higher levels that hold all of
 *  sum's primes (sck_is_nested()): those residues are read. Noise and scales
 *  are the caller's. */
sck_status sck_ciphertext_combine(sck_run *run,
                                  const struct sck_combined *combined,
                                  sck_ciphertext *sum);

/** Whether a sum is formed by the tasks that divide it (SCK_FUSED_TERMS): it is
 *  then never stored. */
int sck_combined_is_fused(const struct sck_combined *combined,
                          const sck_evaluator *evaluator);
/** sck_rescale_as() of a sum, relinearised on the way if it has products.
 *  @param[in,out] sum  its level, scale and noise: three polynomials to come or
 *                      two, which are there afterwards if the sum was stored */
sck_status sck_combined_rescale_as(sck_run *run,
                                   const struct sck_combined *combined,
                                   sck_ciphertext *sum, const sck_scale *given,
                                   sck_ciphertext **out);
/** sck_ciphertext_combine() and sck_combined_rescale_as() of a batch: a sum for
 *  each member, alike but for the operands; out is all NULL on error. */
sck_status sck_batch_combine(sck_run *run, const struct sck_combined *combined,
                             uint32_t members, sck_ciphertext *const *sum);
sck_status
sck_combined_rescale_batch(sck_run *run, const struct sck_combined *combined,
                           uint32_t members, sck_ciphertext *const *sum,
                           const sck_scale *given, sck_ciphertext **out);
/** Both halves of every member's sum without products modulo primes q, as
 *  polynomials of those alone, one member's after another's; all NULL on error.
 */
sck_status sck_combined_primes(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_combined *combined,
                               uint32_t members, const uint32_t *q,
                               uint32_t limbs, struct sck_polynomial **out);
/** What a task about primes q needs to form a sum itself: the arguments, but
 *  for the ring's number, and the terms' rows, absent ones where the operand's
 *  level has no such prime.
 *  @param combined  one that sck_combined_is_fused() */
void sck_combined_part(const struct sck_combined *combined, const uint32_t *q,
                       uint32_t limbs, struct sck_combination_args *args);
void sck_combined_rows(const struct sck_combined *combined, const uint32_t *q,
                       uint32_t limbs, struct sck_task *task);

#endif
