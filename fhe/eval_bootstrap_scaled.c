/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstrapping values beyond [-1, 1]: halved before, doubled after. */
#include "eval_bootstrap_priv.h"

#include <math.h>

/* Halving happens one level above SlotToCoeff's, and is rescaled to it. */
sck_status sck_bootstrap_halved(sck_run *run, const sck_ciphertext *a,
                                uint32_t bits, sck_ciphertext **out)
{
    const sck_params *params = a->evaluator->params;
    const uint32_t level = sck_bootstrap_input_level(params);
    sck_ciphertext *x = NULL, *y = NULL;
    sck_status status;

    *out = NULL;
    if (bits == 0)
        return sck_eval_lower(run, a, level, out);
    if (a->level <= level)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "level %u is too low: halving first takes one level "
                        "above SlotToCoeff's %u",
                        a->level, level);
    SCK_TRY(sck_eval_lower(run, a, level + 1, &x));
    const sck_scale plain = sck_scale_quotient(
        sck_scale_above(params, level + 1, sck_params_scale(params, level)),
        x->scale);

    status = sck_eval_mul_scalar(run, x, ldexp(1, -(int)bits), plain, &y);
    if (status == SCK_OK)
        status = sck_eval_rescale(run, y, out);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    return status;
}

sck_status sck_eval_bootstrap_scaled(sck_run *run,
                                     const sck_bootstrapper *bootstrapper,
                                     const sck_ciphertext *a, uint32_t down,
                                     uint32_t up, sck_ciphertext **out)
{
    sck_ciphertext *low = NULL, *high = NULL;
    sck_status status = SCK_OK;

    *out = NULL;
    if (down > SCK_BOOTSTRAP_BITS || up > SCK_BOOTSTRAP_BITS)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "2^-%u and 2^%u: at most %d bits",
                        down, up, SCK_BOOTSTRAP_BITS);
    if (down != 0) {
        SCK_TRY(sck_bootstrap_takes(bootstrapper, a, ldexp(1, (int)down)));
        SCK_TRY(sck_bootstrap_halved(run, a, down, &low));
    }
    status = sck_eval_bootstrap(run, bootstrapper, low != NULL ? low : a,
                                up != 0 ? &high : out);
    /* A whole number: no level, no rounding. */
    if (status == SCK_OK && up != 0)
        status = sck_eval_mul_scalar(run, high, ldexp(1, (int)up),
                                     sck_scale_from_double(1), out);
    sck_ciphertext_free(low);
    sck_ciphertext_free(high);
    return status;
}
