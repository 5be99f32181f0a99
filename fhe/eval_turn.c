/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A giant step of a matrix: its sum is switched to the key of the turned
 * secret. */
#include "eval_priv.h"

#include "sample_uniform.h"

sck_status sck_raised_turn(sck_run *run, sck_evaluator *e,
                           const struct sck_raised *sum, uint32_t level,
                           uint32_t galois, struct sck_raised *turned)
{
    struct sck_polynomial *second = NULL;
    struct sck_digits digits = {0};
    const struct sck_eval_key *key;
    sck_status status = sck_raised_mod_down(run, e, sum, 1, &second);

    if (status == SCK_OK)
        status = sck_digits_new(run, e, second, level, &digits);
    if (status == SCK_OK)
        status = sck_evaluator_key(e, SCK_SEED_GALOIS, galois, level, &key);
    if (status == SCK_OK)
        status = sck_key_switch_raise(run, e, &digits, second, key, turned);
    sck_digits_free(&digits);
    sck_polynomial_free(second);
    return status;
}
