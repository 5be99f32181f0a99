/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Polynomials of low degree in the power basis, scales exact: every power is
 * brought to one level by lowering, every coefficient has that level's scale.
 */
#include "eval_priv.h"

enum { MAX_DEGREE = 15 };

/* power[k] = a^k for 1 <= k <= degree where needed, each at level
 * a.level - ceil(log2 k). */
static sck_status product(sck_run *run, const sck_ciphertext *high,
                          const sck_ciphertext *low, sck_ciphertext **out)
{
    sck_ciphertext *lowered = NULL, *three = NULL;
    sck_status status = SCK_OK;

    if (high->level != low->level)
        status = sck_eval_lower(run, high, low->level, &lowered);
    if (status == SCK_OK)
        status =
            sck_eval_mul(run, lowered != NULL ? lowered : high, low, &three);
    if (status == SCK_OK)
        status = sck_eval_relinearise_rescale(run, three, out);
    sck_ciphertext_free(lowered);
    sck_ciphertext_free(three);
    return status;
}

static sck_status powers(sck_run *run, const sck_ciphertext *a, uint32_t degree,
                         sck_ciphertext **power)
{
    for (uint32_t k = 2; k <= degree; k++) {
        const uint32_t half = (k + 1) / 2, rest = k / 2;
        const sck_ciphertext *x = half == 1 ? a : power[half];
        const sck_ciphertext *y = rest == 1 ? a : power[rest];

        /* a^half is never above a^rest. */
        SCK_TRY(product(run, y, x, &power[k]));
    }
    return SCK_OK;
}

/* sum += coefficient power, at the common level. */
static sck_status accumulate(sck_run *run, const sck_ciphertext *power,
                             uint32_t level, double coefficient,
                             sck_ciphertext **sum)
{
    sck_ciphertext *lowered = NULL, *term = NULL, *next = NULL;
    sck_status status = SCK_OK;

    if (power->level != level)
        status = sck_eval_lower(run, power, level, &lowered);
    if (status == SCK_OK)
        status = sck_eval_mul_scalar(
            run, lowered != NULL ? lowered : power, coefficient,
            sck_params_scale(power->evaluator->params, level), &term);
    if (status == SCK_OK && *sum != NULL) {
        status = sck_eval_add(run, *sum, term, &next);
        sck_ciphertext_free(term);
        sck_ciphertext_free(*sum);
        *sum = next;
    } else if (status == SCK_OK) {
        *sum = term;
    }
    sck_ciphertext_free(lowered);
    return status;
}

sck_status sck_eval_polynomial(sck_run *run, const sck_ciphertext *a,
                               const double *coefficients, uint32_t degree,
                               sck_ciphertext **out)
{
    sck_ciphertext *power[MAX_DEGREE + 1] = {NULL}, *sum = NULL, *scaled = NULL;
    uint32_t depth = 0;
    sck_status status;

    *out = NULL;
    if (degree < 1 || degree > MAX_DEGREE)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "degree %u is not 1 to %d", degree,
                        MAX_DEGREE);
    while (1u << depth < degree)
        depth++;
    if (a->level < depth + 1)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "degree %u needs %u levels, the ciphertext has %u",
                        degree, depth + 1, a->level);
    status = powers(run, a, degree, power);
    for (uint32_t k = 1; k <= degree && status == SCK_OK; k++)
        if (coefficients[k] != 0 || k == degree)
            status = accumulate(run, k == 1 ? a : power[k], a->level - depth,
                                coefficients[k], &sum);
    if (status == SCK_OK)
        status = sck_eval_rescale(run, sum, &scaled);
    if (status == SCK_OK)
        status = sck_eval_add_scalar(run, scaled, coefficients[0], out);
    for (uint32_t k = 0; k <= MAX_DEGREE; k++)
        sck_ciphertext_free(power[k]);
    sck_ciphertext_free(sum);
    sck_ciphertext_free(scaled);
    return status;
}
