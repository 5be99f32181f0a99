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

/* Room for every member's result, level and scale set. */
static sck_status shells(sck_ciphertext *const *like, uint32_t members,
                         uint32_t level, sck_scale scale, sck_ciphertext **out)
{
    sck_status status = SCK_OK;

    for (uint32_t m = 0; m < members && status == SCK_OK; m++)
        status = shell(like[m], level, scale, &out[m]);
    return status;
}

/* Hands polynomials, so many of each member, to their ciphertexts. */
static void hand_over(struct sck_polynomial *const *poly, uint32_t members,
                      sck_ciphertext **out)
{
    for (uint32_t m = 0; m < members; m++)
        for (uint32_t h = 0; h < out[m]->size; h++)
            out[m]->poly[h] = *poly++;
}

/* sck_rescale_as() of every member; with sums their polynomials are those. */
static sck_status rescale(sck_run *run, sck_ciphertext *const *a,
                          uint32_t members, const struct sck_combined *sum,
                          const sck_scale *given, sck_ciphertext **out)
{
    sck_evaluator *const e = a[0]->evaluator;
    const sck_params *params = e->params;
    const uint32_t level = a[0]->level, size = a[0]->size;
    struct sck_polynomial *from[SCK_BATCH * 3] = {NULL};
    struct sck_polynomial *to[SCK_BATCH * 3] = {NULL};
    uint32_t count, up, down;
    const uint32_t *primes = sck_params_primes(params, level, &count);
    const uint32_t *added = sck_params_added(params, level, &up);
    const uint32_t *dropped = sck_params_dropped(params, level, &down);
    const struct sck_division division = {.codelet = SCK_CODELET_rescale,
                                          .from_primes =
                                              sum != NULL ? dropped : primes,
                                          .dropped = dropped,
                                          .dropped_count = down,
                                          .added = added,
                                          .added_count = up,
                                          .level = level - 1,
                                          .sum = sum};
    sck_scale scale;
    sck_status status;

    memset(out, 0, members * sizeof(sck_ciphertext *));
    SCK_TRY(scale_below(a[0], given, &scale));
    status = shells(a, members, level - 1, scale, out);
    for (uint32_t m = 0; m < members && status == SCK_OK; m++) {
        out[m]->size = size;
        sck_ciphertext_add_noise(out[m], sck_noise_rounding(params, size));
        for (uint32_t h = 0; h < size; h++)
            from[m * size + h] = a[m]->poly[h];
    }
    if (status == SCK_OK && sum != NULL)
        status = sck_combined_primes(run, e, sum, members, dropped, down, from);
    if (status == SCK_OK)
        status =
            sck_polys_divide_batch(run, e, &division, from, size, members, to);
    if (status == SCK_OK)
        hand_over(to, members, out);
    for (uint32_t k = 0; k < size * members && sum != NULL; k++)
        sck_polynomial_free(from[k]);
    return sck_batch_finish(status, members, out);
}

sck_status sck_rescale_as(sck_run *run, const sck_ciphertext *a,
                          const sck_scale *given, sck_ciphertext **out)
{
    sck_ciphertext *const one = (sck_ciphertext *)a;

    return rescale(run, &one, 1, NULL, given, out);
}

sck_status sck_eval_rescale(sck_run *run, const sck_ciphertext *a,
                            sck_ciphertext **out)
{
    return sck_rescale_as(run, a, NULL, out);
}

/* Raises the members' last polynomials with the relinearisation key, onto P
 * times the others: dividing by P then adds them. */
static sck_status raise_squares(sck_run *run, sck_ciphertext *const *a,
                                uint32_t members, struct sck_raised *raised)
{
    sck_evaluator *const e = a[0]->evaluator;
    const struct sck_polynomial *last[SCK_BATCH];
    struct sck_switched member[SCK_BATCH];
    struct sck_digits digits[SCK_BATCH];
    const struct sck_eval_key *key;

    for (uint32_t m = 0; m < members; m++) {
        if (a[m]->size != 3)
            return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials, not 3", a[m]->size);
        last[m] = a[m]->poly[2];
        member[m] =
            (struct sck_switched){&digits[m], last[m], a[m]->poly, &raised[m]};
    }
    SCK_TRY(sck_evaluator_key(e, SCK_SEED_RELIN, 0, a[0]->level, &key));
    SCK_TRY(sck_digits_new_batch(run, e, last, members, a[0]->level, digits));
    const sck_status status =
        sck_key_switch_raise_batch(run, e, key, member, members);

    for (uint32_t m = 0; m < members; m++)
        sck_digits_free(&digits[m]);
    return status;
}

sck_status sck_eval_relinearise(sck_run *run, const sck_ciphertext *a,
                                sck_ciphertext **out)
{
    sck_ciphertext *const one = (sck_ciphertext *)a;
    struct sck_raised raised;
    sck_status status;

    *out = NULL;
    SCK_TRY(raise_squares(run, &one, 1, &raised));
    status = shell(a, a->level, a->scale, out);
    if (status == SCK_OK)
        sck_ciphertext_add_switch_noise(*out);
    if (status == SCK_OK)
        status = sck_raised_mod_down_both(run, a->evaluator, &raised, 0,
                                          (*out)->poly);
    sck_raised_free(&raised);
    return sck_ciphertext_finish(status, out);
}

/* The switch is an error at a's scale, the rounding at the new one. */
static void add_noise(const sck_ciphertext *a, sck_ciphertext *out)
{
    const sck_params *params = a->evaluator->params;

    sck_ciphertext_add_noise(out, sck_noise_rounding(params, 2));
    out->noise = sck_noise_and(
        out->noise, sck_noise_deviation(sck_noise_key_switch(params, a->level),
                                        a->slots, a->scale));
}

sck_status sck_relinearise_rescale_batch(sck_run *run, sck_ciphertext *const *a,
                                         uint32_t members,
                                         const sck_scale *given,
                                         sck_ciphertext **out)
{
    struct sck_polynomial *to[2 * SCK_BATCH] = {NULL};
    struct sck_raised raised[SCK_BATCH];
    sck_scale scale;
    sck_status status;

    memset(out, 0, members * sizeof(sck_ciphertext *));
    SCK_TRY(scale_below(a[0], given, &scale));
    SCK_TRY(raise_squares(run, a, members, raised));
    status = shells(a, members, a[0]->level - 1, scale, out);
    for (uint32_t m = 0; m < members && status == SCK_OK; m++)
        add_noise(a[m], out[m]);
    if (status == SCK_OK)
        status =
            sck_raised_rescale_batch(run, a[0]->evaluator, raised, members, to);
    if (status == SCK_OK)
        hand_over(to, members, out);
    for (uint32_t m = 0; m < members; m++)
        sck_raised_free(&raised[m]);
    return sck_batch_finish(status, members, out);
}

sck_status
sck_combined_rescale_batch(sck_run *run, const struct sck_combined *combined,
                           uint32_t members, sck_ciphertext *const *sum,
                           const sck_scale *given, sck_ciphertext **out)
{
    memset(out, 0, members * sizeof(sck_ciphertext *));
    if (sck_combined_is_fused(combined, sum[0]->evaluator))
        return rescale(run, sum, members, combined, given, out);
    for (uint32_t m = 0; m < members; m++)
        for (uint32_t h = 0; h < sum[m]->size; h++)
            SCK_TRY(sck_poly_at(sum[m]->evaluator, sum[m]->level,
                                &sum[m]->poly[h]));
    SCK_TRY(sck_batch_combine(run, combined, members, sum));
    return combined->products != 0
               ? sck_relinearise_rescale_batch(run, sum, members, given, out)
               : rescale(run, sum, members, NULL, given, out);
}

sck_status sck_combined_rescale_as(sck_run *run,
                                   const struct sck_combined *combined,
                                   sck_ciphertext *sum, const sck_scale *given,
                                   sck_ciphertext **out)
{
    return sck_combined_rescale_batch(run, combined, 1, &sum, given, out);
}

sck_status sck_eval_relinearise_rescale(sck_run *run, const sck_ciphertext *a,
                                        sck_ciphertext **out)
{
    sck_ciphertext *const one = (sck_ciphertext *)a;

    return sck_relinearise_rescale_batch(run, &one, 1, NULL, out);
}
