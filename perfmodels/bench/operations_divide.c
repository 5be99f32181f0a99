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
    sck_status status = sck_ciphertext_like(a, a->level - 1, 0, a->scale, out);

    memcpy(all, also, also_count * sizeof *all);
    memcpy(all + also_count, dropped, down * sizeof *all);
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++) {
        (*out)->size = 2;
        status = sck_poly_divide(run, a->evaluator, SCK_CODELET_rescale,
                                 from[h], primes, all, also_count + down, added,
                                 up, a->level - 1, &(*out)->poly[h]);
    }
    return status;
}

sck_status operations_rescale(sck_run *run, const sck_ciphertext *a,
                              sck_ciphertext **out)
{
    uint32_t count;
    const uint32_t *q =
        sck_params_primes(a->evaluator->params, a->level, &count);

    return divide(run, a, a->poly, q, q, 0, out);
}

static sck_status fused(sck_run *run, const sck_ciphertext *a,
                        const struct sck_raised *raised, sck_ciphertext **out)
{
    const struct sck_key_class *c = raised->key_class;
    uint32_t product[SCK_MAX_LIMBS];

    for (uint32_t i = 0; i < raised->limbs; i++) {
        uint64_t p = 1;

        for (uint32_t k = 0; k < c->special_count; k++)
            p = p * c->special[k] % raised->primes[i];
        product[i] = (uint32_t)p;
    }
    for (uint32_t h = 0; h < 2; h++)
        SCK_TRY(sck_poly_elementwise(run, a->evaluator, SCK_SCALAR_MUL_ADD,
                                     raised->primes, product, raised->poly[h],
                                     a->poly[h], NULL, raised->poly[h],
                                     raised->q_blocks));
    return divide(run, a, raised->poly, raised->primes, c->special,
                  c->special_count, out);
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
    status = sck_key_switch_raise(run, a->evaluator, &digits, a->poly[2], key,
                                  &raised);
    sck_digits_free(&digits);
    if (status == SCK_OK) {
        status = fused(run, a, &raised, out);
        sck_raised_free(&raised);
    }
    return status;
}
