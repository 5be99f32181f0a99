/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rescaling and relinearisation. */
#include "eval_priv.h"

#include "sample_uniform.h"

#include <string.h>

/* A ciphertext without polynomials yet. */
static sck_status shell(const sck_ciphertext *like, uint32_t level,
                        sck_scale scale, sck_ciphertext **out)
{
    SCK_TRY(sck_ciphertext_like(like, level, 0, scale, out));
    (*out)->size = 2;
    return SCK_OK;
}

/* The scale after a rescale from a's level: the one given or else the table's,
 * or an error. */
static sck_status scale_below(const sck_ciphertext *a, const sck_scale *given,
                              sck_scale *scale)
{
    const sck_params *params = a->evaluator->params;
    uint32_t up, down;
    const uint32_t *added = sck_params_added(params, a->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, a->level, &down);

    if (a->level == 0)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "the ciphertext is at level 0: nothing is left to "
                        "rescale; use parameters with more levels");
    return sck_scale_snap(
        sck_scale_ratio(a->scale, added, up, dropped, down),
        given != NULL ? *given : sck_params_scale(params, a->level - 1), scale);
}

sck_status sck_rescale_as(sck_run *run, const sck_ciphertext *a,
                          const sck_scale *given, sck_ciphertext **out)
{
    const sck_params *params = a->evaluator->params;
    uint32_t count, up, down;
    const uint32_t *primes = sck_params_primes(params, a->level, &count);
    const uint32_t *added = sck_params_added(params, a->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, a->level, &down);
    sck_scale scale;
    sck_status status = SCK_OK;

    *out = NULL;
    SCK_TRY(scale_below(a, given, &scale));
    SCK_TRY(shell(a, a->level - 1, scale, out));
    (*out)->size = a->size;
    sck_ciphertext_add_noise(*out, sck_noise_rounding(params, a->size));
    for (uint32_t i = 0; i < a->size && status == SCK_OK; i++)
        status = sck_poly_divide(run, a->evaluator, SCK_CODELET_rescale,
                                 a->poly[i], primes, dropped, down, added, up,
                                 a->level - 1, &(*out)->poly[i]);
    return sck_ciphertext_finish(status, out);
}

sck_status sck_eval_rescale(sck_run *run, const sck_ciphertext *a,
                            sck_ciphertext **out)
{
    return sck_rescale_as(run, a, NULL, out);
}

/* Raises a's last polynomial with the relinearisation key. */
static sck_status raise_square(sck_run *run, const sck_ciphertext *a,
                               struct sck_raised *raised)
{
    const struct sck_eval_key *key;
    struct sck_digits digits;

    if (a->size != 3)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials, not 3", a->size);
    SCK_TRY(sck_evaluator_key(a->evaluator, SCK_SEED_RELIN, 0, a->level, &key));
    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[2], a->level, &digits));
    const sck_status status = sck_key_switch_raise(run, a->evaluator, &digits,
                                                   a->poly[2], key, raised);

    sck_digits_free(&digits);
    return status;
}

sck_status sck_eval_relinearise(sck_run *run, const sck_ciphertext *a,
                                sck_ciphertext **out)
{
    struct sck_raised raised;
    sck_status status;

    *out = NULL;
    SCK_TRY(raise_square(run, a, &raised));
    status = shell(a, a->level, a->scale, out);
    if (status == SCK_OK)
        sck_ciphertext_add_switch_noise(*out);
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++) {
        status = sck_raised_mod_down(run, a->evaluator, &raised, h,
                                     &(*out)->poly[h]);
        if (status == SCK_OK) {
            struct sck_polynomial *u = (*out)->poly[h];

            status =
                sck_poly_elementwise(run, a->evaluator, SCK_ADD, raised.primes,
                                     NULL, u, u, a->poly[h], NULL, u->blocks);
        }
    }
    sck_raised_free(&raised);
    return sck_ciphertext_finish(status, out);
}

void sck_special_product(const struct sck_raised *raised, uint32_t *residue)
{
    for (uint32_t i = 0; i < raised->limbs; i++) {
        uint64_t p = 1;

        for (uint32_t k = 0; k < raised->key_class->special_count; k++)
            p = p * raised->key_class->special[k] % raised->primes[i];
        residue[i] = (uint32_t)p;
    }
}

sck_status sck_raised_rescale(sck_run *run, sck_evaluator *evaluator,
                              const struct sck_raised *raised, uint32_t half,
                              struct sck_polynomial **out)
{
    const sck_params *params = evaluator->params;
    const struct sck_key_class *c = raised->key_class;
    const uint32_t level = raised->level;
    uint32_t up, down, divide[SCK_MAX_SOURCES];
    const uint32_t *added = sck_params_added(params, level, &up);
    const uint32_t *dropped = sck_params_dropped(params, level, &down);
    struct sck_polynomial *two = NULL;

    if (sck_params_fuses(params, level)) {
        memcpy(divide, c->special, c->special_count * sizeof *divide);
        memcpy(divide + c->special_count, dropped, down * sizeof *divide);
        return sck_poly_divide(run, evaluator, SCK_CODELET_rescale,
                               raised->poly[half], raised->primes, divide,
                               c->special_count + down, added, up, level - 1,
                               out);
    }
    /* P and the dropped primes together would overflow the u64 sum. */
    SCK_TRY(sck_raised_mod_down(run, evaluator, raised, half, &two));
    const sck_status status = sck_poly_divide(
        run, evaluator, SCK_CODELET_rescale, two, raised->primes, dropped, down,
        added, up, level - 1, out);

    sck_polynomial_free(two);
    return status;
}

sck_status sck_relinearise_rescale_as(sck_run *run, const sck_ciphertext *a,
                                      const sck_scale *given,
                                      sck_ciphertext **out)
{
    uint32_t product[SCK_MAX_LIMBS];
    struct sck_raised raised;
    sck_scale scale;
    sck_status status;

    *out = NULL;
    SCK_TRY(scale_below(a, given, &scale));
    SCK_TRY(raise_square(run, a, &raised));
    sck_special_product(&raised, product);
    status = shell(a, a->level - 1, scale, out);
    if (status == SCK_OK) {
        /* The switch is an error at a's scale, the rounding at the new one. */
        sck_ciphertext_add_noise(*out,
                                 sck_noise_rounding(a->evaluator->params, 2));
        (*out)->noise = sck_noise_and(
            (*out)->noise,
            sck_noise_deviation(
                sck_noise_key_switch(a->evaluator->params, a->level), a->slots,
                a->scale));
    }
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++) {
        struct sck_polynomial *acc = raised.poly[h];

        status = sck_poly_elementwise(run, a->evaluator, SCK_SCALAR_MUL_ADD,
                                      raised.primes, product, acc, a->poly[h],
                                      NULL, acc, raised.q_blocks);
        if (status == SCK_OK)
            status = sck_raised_rescale(run, a->evaluator, &raised, h,
                                        &(*out)->poly[h]);
    }
    sck_raised_free(&raised);
    return sck_ciphertext_finish(status, out);
}

sck_status sck_eval_relinearise_rescale(sck_run *run, const sck_ciphertext *a,
                                        sck_ciphertext **out)
{
    return sck_relinearise_rescale_as(run, a, NULL, out);
}
