/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Batches: ciphertexts that go through the same steps side by side, alike in
 * level, size, scale and slots. A step's tasks work on a block of every member,
 * each as a part: they are fewer and larger, and read a key once for all. The
 * words are those of members that go alone. */
#ifndef SCK_EVAL_BATCH_PRIV_H
#define SCK_EVAL_BATCH_PRIV_H

#include "eval_priv.h"

/** Members, at most. */
enum { SCK_BATCH = 2 };

/** Whether ciphertexts alike go through their steps as a batch: where tasks are
 *  to be few, a GPU's and a lone worker's. Several workers have more to share
 *  where they go apart, and limited memory was planned for one at a time. */
int sck_evaluator_batches(const sck_evaluator *evaluator);
/** Parts that a task takes of so many members, a block's all in one task. */
uint32_t sck_batch_parts(const sck_evaluator *evaluator, uint32_t members);

/** sck_polys_divide() of count polynomials of every member, one member's after
 *  another's in both lists; division->sum is an array of a sum for each. */
sck_status sck_polys_divide_batch(sck_run *run, sck_evaluator *evaluator,
                                  const struct sck_division *division,
                                  struct sck_polynomial *const *from,
                                  uint32_t count, uint32_t members,
                                  struct sck_polynomial **out);

/** sck_digits_new() of a polynomial of every member; all empty on error. */
sck_status sck_digits_new_batch(sck_run *run, sck_evaluator *evaluator,
                                const struct sck_polynomial *const *poly,
                                uint32_t members, uint32_t level,
                                struct sck_digits *digits);

/** One member's part in a key switch: sck_key_switch_raise_onto(). */
struct sck_switched {
    const struct sck_digits *digits;
    const struct sck_polynomial *own;
    struct sck_polynomial *const *add; /**< NULL: nothing is added */
    struct sck_raised *raised;
};
/** sck_key_switch_raise_onto() of every member with one key; all raised are
 *  empty on error. */
sck_status sck_key_switch_raise_batch(sck_run *run, sck_evaluator *evaluator,
                                      const struct sck_eval_key *key,
                                      const struct sck_switched *member,
                                      uint32_t members);

/** sck_raised_rescale_both() of every member, one's halves after another's. */
sck_status sck_raised_rescale_batch(sck_run *run, sck_evaluator *evaluator,
                                    const struct sck_raised *raised,
                                    uint32_t members,
                                    struct sck_polynomial **out);

/** sck_eval_relinearise_rescale() of every member, the results given a scale as
 *  by sck_rescale_as(); out is all NULL on error. */
sck_status sck_relinearise_rescale_batch(sck_run *run, sck_ciphertext *const *a,
                                         uint32_t members,
                                         const sck_scale *given,
                                         sck_ciphertext **out);

/** Hands status on; every member is freed and NULL unless it is SCK_OK. */
sck_status sck_batch_finish(sck_status status, uint32_t members,
                            sck_ciphertext **out);

#endif
