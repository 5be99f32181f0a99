/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rescaling and relinearisation. */
#include "eval_combine_priv.h"

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

/* As sck_rescale_as(); with a sum a's polynomials are the sum's. */
static sck_status rescale(sck_run *run, const sck_ciphertext *a,
                          const struct sck_combined *sum,
                          const sck_scale *given, sck_ciphertext **out)
{
    const sck_params *params = a->evaluator->params;
    uint32_t count, up, down;
    const uint32_t *primes = sck_params_primes(params, a->level, &count);
    const uint32_t *added = sck_params_added(params, a->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, a->level, &down);
    sck_scale scale;

    *out = NULL;
    SCK_TRY(scale_below(a, given, &scale));
    SCK_TRY(shell(a, a->level - 1, scale, out));
    (*out)->size = a->size;
    sck_ciphertext_add_noise(*out, sck_noise_rounding(params, a->size));
    const struct sck_division division = {.codelet = SCK_CODELET_rescale,
                                          .from_primes =
                                              sum != NULL ? dropped : primes,
                                          .dropped = dropped,
                                          .dropped_count = down,
                                          .added = added,
                                          .added_count = up,
                                          .level = a->level - 1,
                                          .sum = sum};
    struct sck_polynomial *rows[2] = {NULL, NULL};
    sck_status status = SCK_OK;

    if (sum != NULL)
        status =
            sck_combined_primes(run, a->evaluator, sum, dropped, down, rows);
    if (status == SCK_OK)
        status = sck_polys_divide(run, a->evaluator, &division,
                                  sum != NULL ? rows : a->poly, a->size,
                                  (*out)->poly);
    sck_polynomial_free(rows[0]);
    sck_polynomial_free(rows[1]);
    return sck_ciphertext_finish(status, out);
}

sck_status sck_rescale_as(sck_run *run, const sck_ciphertext *a,
                          const sck_scale *given, sck_ciphertext **out)
{
    return rescale(run, a, NULL, given, out);
}

sck_status sck_eval_rescale(sck_run *run, const sck_ciphertext *a,
                            sck_ciphertext **out)
{
    return sck_rescale_as(run, a, NULL, out);
}

/* Raises a's last polynomial with the relinearisation key, onto P times the
 * others: dividing by P then adds them. */
static sck_status raise_square(sck_run *run, const sck_ciphertext *a,
                               struct sck_raised *raised)
{
    const struct sck_eval_key *key;
    struct sck_digits digits;

    if (a->size != 3)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials, not 3", a->size);
    SCK_TRY(sck_evaluator_key(a->evaluator, SCK_SEED_RELIN, 0, a->level, &key));
    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[2], a->level, &digits));
    const sck_status status = sck_key_switch_raise_onto(
        run, a->evaluator, &digits, a->poly[2], key, a->poly, raised);

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
    if (status == SCK_OK)
        status = sck_raised_mod_down_both(run, a->evaluator, &raised, 0,
                                          (*out)->poly);
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

/* count halves from the first one on. */
static sck_status rescale_halves(sck_run *run, sck_evaluator *evaluator,
                                 const struct sck_raised *raised,
                                 struct sck_polynomial *const *half,
                                 uint32_t count, struct sck_polynomial **out)
{
    const sck_params *params = evaluator->params;
    const struct sck_key_class *c = raised->key_class;
    uint32_t up, down, divide[SCK_MAX_SOURCES];
    const uint32_t *added = sck_params_added(params, raised->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, raised->level, &down);
    struct sck_polynomial *two[2] = {NULL, NULL};
    struct sck_division division = {.codelet = SCK_CODELET_rescale,
                                    .from_primes = raised->primes,
                                    .dropped = dropped,
                                    .dropped_count = down,
                                    .added = added,
                                    .added_count = up,
                                    .level = raised->level - 1};
    const struct sck_division by_p = {.codelet = SCK_CODELET_mod_down,
                                      .from_primes = raised->primes,
                                      .dropped = c->special,
                                      .dropped_count = c->special_count,
                                      .level = raised->level};

    if (sck_params_fuses(params, raised->level)) {
        memcpy(divide, c->special, c->special_count * sizeof *divide);
        memcpy(divide + c->special_count, dropped, down * sizeof *divide);
        division.dropped = divide;
        division.dropped_count = c->special_count + down;
        return sck_polys_divide(run, evaluator, &division, half, count, out);
    }
    /* P and the dropped primes together would overflow the u64 sum. */
    SCK_TRY(sck_polys_divide(run, evaluator, &by_p, half, count, two));
    const sck_status status =
        sck_polys_divide(run, evaluator, &division, two, count, out);

    for (uint32_t h = 0; h < count; h++)
        sck_polynomial_free(two[h]);
    return status;
}

sck_status sck_raised_rescale(sck_run *run, sck_evaluator *evaluator,
                              const struct sck_raised *raised, uint32_t half,
                              struct sck_polynomial **out)
{
    return rescale_halves(run, evaluator, raised, raised->poly + half, 1, out);
}

sck_status sck_raised_rescale_both(sck_run *run, sck_evaluator *evaluator,
                                   const struct sck_raised *raised,
                                   struct sck_polynomial **out)
{
    return rescale_halves(run, evaluator, raised, raised->poly, 2, out);
}

sck_status sck_relinearise_rescale_as(sck_run *run, const sck_ciphertext *a,
                                      const sck_scale *given,
                                      sck_ciphertext **out)
{
    struct sck_raised raised;
    sck_scale scale;
    sck_status status;

    *out = NULL;
    SCK_TRY(scale_below(a, given, &scale));
    SCK_TRY(raise_square(run, a, &raised));
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
    if (status == SCK_OK)
        status =
            sck_raised_rescale_both(run, a->evaluator, &raised, (*out)->poly);
    sck_raised_free(&raised);
    return sck_ciphertext_finish(status, out);
}

sck_status sck_combined_rescale_as(sck_run *run,
                                   const struct sck_combined *combined,
                                   sck_ciphertext *sum, const sck_scale *given,
                                   sck_ciphertext **out)
{
    *out = NULL;
    if (sck_combined_is_fused(combined, sum->evaluator))
        return rescale(run, sum, combined, given, out);
    for (uint32_t h = 0; h < sum->size; h++)
        SCK_TRY(sck_poly_at(sum->evaluator, sum->level, &sum->poly[h]));
    SCK_TRY(sck_ciphertext_combine(run, combined, sum));
    return combined->products != 0
               ? sck_relinearise_rescale_as(run, sum, given, out)
               : sck_rescale_as(run, sum, given, out);
}

sck_status sck_eval_relinearise_rescale(sck_run *run, const sck_ciphertext *a,
                                        sck_ciphertext **out)
{
    return sck_relinearise_rescale_as(run, a, NULL, out);
}
