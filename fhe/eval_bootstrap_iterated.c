/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstrapping the error of a bootstrap (Meta-BTS: Bae, Cheon, Cho, Kim, Kim,
 * ePrint 2022/1167). */
#include "eval_bootstrap_priv.h"

#include <math.h>

/* a - b at SlotToCoeff's level, times 2^bits. */
static sck_status magnified(sck_run *run, const sck_ciphertext *a,
                            const sck_ciphertext *b, uint32_t bits,
                            sck_ciphertext **out)
{
    const uint32_t level = sck_bootstrap_input_level(a->evaluator->params);
    sck_ciphertext *x = NULL, *y = NULL, *error = NULL;
    sck_status status = sck_eval_lower(run, a, level, &x);

    if (status == SCK_OK)
        status = sck_eval_lower(run, b, level, &y);
    if (status == SCK_OK)
        status = sck_eval_sub(run, x, y, &error);
    if (status == SCK_OK)
        status = sck_eval_mul_scalar(run, error, ldexp(1, (int)bits),
                                     sck_scale_from_double(1), out);
    /* What b has more error than a is the message now. */
    if (status == SCK_OK) {
        (*out)->noise = (struct sck_noise){
            .magnitude = ldexp(
                sqrt(fmax(pow(b->noise.error, 2) - pow(a->noise.error, 2), 0)),
                (int)bits)};
        sck_ciphertext_add_noise(
            *out, ldexp(2 * sck_noise_rounding(a->evaluator->params, 2),
                        2 * (int)bits));
    }
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    sck_ciphertext_free(error);
    return status;
}

/* first + second 2^-bits, one level below first. */
static sck_status corrected(sck_run *run, const sck_ciphertext *first,
                            const sck_ciphertext *second, uint32_t bits,
                            sck_ciphertext **out)
{
    const uint32_t level = first->level - 1;
    const sck_params *params = first->evaluator->params;
    const sck_scale plain = sck_scale_quotient(
        sck_scale_above(params, first->level, sck_params_scale(params, level)),
        second->scale);
    sck_ciphertext *x = NULL, *scaled = NULL, *y = NULL;
    sck_status status = sck_eval_lower(run, first, level, &x);

    if (status == SCK_OK)
        status = sck_eval_mul_scalar(run, second, ldexp(1, -(int)bits), plain,
                                     &scaled);
    if (status == SCK_OK)
        status = sck_eval_rescale(run, scaled, &y);
    if (status == SCK_OK)
        status = sck_eval_add(run, x, y, out);
    sck_ciphertext_free(x);
    sck_ciphertext_free(scaled);
    sck_ciphertext_free(y);
    return status;
}

sck_status sck_eval_bootstrap_iterated(sck_run *run,
                                       const sck_bootstrapper *bootstrapper,
                                       const sck_ciphertext *a, uint32_t bits,
                                       sck_ciphertext **out)
{
    sck_ciphertext *first = NULL, *error = NULL, *second = NULL;
    sck_status status;

    *out = NULL;
    if (bits < 1 || bits > 30)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an error below 2^-%u: 1 to 30 bits",
                        bits);
    status = sck_eval_bootstrap(run, bootstrapper, a, &first);
    if (status == SCK_OK)
        status = magnified(run, a, first, bits, &error);
    if (status == SCK_OK)
        status = sck_eval_bootstrap(run, bootstrapper, error, &second);
    if (status == SCK_OK) {
        first->noise = a->noise; /* the rest of its error goes */
        status = corrected(run, first, second, bits, out);
    }
    sck_ciphertext_free(first);
    sck_ciphertext_free(error);
    sck_ciphertext_free(second);
    return status;
}
