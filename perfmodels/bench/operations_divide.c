/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Above the top application level the table has no scales, and the evaluator
 * refuses to rescale there; here only the time matters. */
#include "eval_priv.h"
#include "operations.h"

#include <string.h>

static sck_status divide(sck_run *run, const sck_ciphertext *a,
                         struct sck_polynomial *const *from,
                         const uint32_t *primes, const uint32_t *also,
                         uint32_t also_count, sck_ciphertext **out)
{
    const sck_params *params = a->evaluator->params;
    uint32_t up, down, all[SCK_MAX_SOURCES];
    const uint32_t *added = sck_params_added(params, a->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, a->level, &down);
    const sck_status status =
        sck_ciphertext_like(a, a->level - 1, 0, a->scale, out);

    memcpy(all, also, also_count * sizeof *all);
    memcpy(all + also_count, dropped, down * sizeof *all);
    const struct sck_division division = {.codelet = SCK_CODELET_rescale,
                                          .from_primes = primes,
                                          .dropped = all,
                                          .dropped_count = also_count + down,
                                          .added = added,
                                          .added_count = up,
                                          .level = a->level - 1};

    if (status != SCK_OK)
        return status;
    (*out)->size = 2;
    return sck_polys_divide(run, a->evaluator, &division, from, 2,
                            (*out)->poly);
}

sck_status operations_rescale(sck_run *run, const sck_ciphertext *a,
                              sck_ciphertext **out)
{
    uint32_t count;
    const uint32_t *q =
        sck_params_primes(a->evaluator->params, a->level, &count);

    return divide(run, a, a->poly, q, q, 0, out);
}

sck_status operations_relinearise_rescale(sck_run *run, const sck_ciphertext *a,
                                          sck_ciphertext **out)
{
    const struct sck_eval_key *key;
    struct sck_digits digits;
    struct sck_raised raised;
    sck_status status;

    if (!sck_params_fuses(a->evaluator->params, a->level)) {
        sck_ciphertext *two;

        SCK_TRY(sck_eval_relinearise(run, a, &two));
        status = operations_rescale(run, two, out);
        sck_ciphertext_free(two);
        return status;
    }
    SCK_TRY(sck_evaluator_key(a->evaluator, SCK_KEY_RELIN, 0, a->level, &key));
    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[2], a->level, &digits));
    status = sck_key_switch_raise_onto(run, a->evaluator, &digits, a->poly[2],
                                       key, a->poly, &raised);
    sck_digits_free(&digits);
    if (status == SCK_OK) {
        status = divide(run, a, raised.poly, raised.primes,
                        raised.key_class->special,
                        raised.key_class->special_count, out);
        sck_raised_free(&raised);
    }
    return status;
}
