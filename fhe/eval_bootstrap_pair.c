/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Two ciphertexts of real slots, refreshed as one of complex slots. */
#include "eval_bootstrap_priv.h"

#include <math.h>

/* low[0] + i low[1]. */
static sck_status join(sck_run *run, sck_ciphertext *const *low,
                       sck_ciphertext **both)
{
    sck_ciphertext *turned = NULL;
    sck_status status = sck_eval_mul_i(run, low[1], &turned);

    if (status == SCK_OK)
        status = sck_eval_add(run, low[0], turned, both);
    sck_ciphertext_free(turned);
    return status;
}

/* *x times 2^up: a whole number, no level, no rounding. */
static sck_status enlarge(sck_run *run, uint32_t up, sck_ciphertext **x)
{
    sck_ciphertext *y = NULL;

    if (up == 0)
        return SCK_OK;
    SCK_TRY(sck_eval_mul_scalar(run, *x, ldexp(1, (int)up),
                                sck_scale_from_double(1), &y));
    sck_ciphertext_free(*x);
    *x = y;
    return SCK_OK;
}

sck_status sck_eval_bootstrap_pair(sck_run *run,
                                   const sck_bootstrapper *bootstrapper,
                                   const struct sck_refresh *pair,
                                   sck_ciphertext **out)
{
    sck_ciphertext *low[2] = {NULL, NULL}, *both = NULL;
    sck_status status = SCK_OK;

    out[0] = out[1] = NULL;
    for (int i = 0; i < 2; i++) {
        if (pair[i].down > SCK_BOOTSTRAP_BITS ||
            pair[i].up > SCK_BOOTSTRAP_BITS)
            return SCK_FAIL(SCK_ERR_ARGUMENT, "2^-%u and 2^%u: at most %d bits",
                            pair[i].down, pair[i].up, SCK_BOOTSTRAP_BITS);
        SCK_TRY(sck_bootstrap_takes(bootstrapper, pair[i].value,
                                    ldexp(1, (int)pair[i].down)));
    }
    for (int i = 0; i < 2 && status == SCK_OK; i++)
        status =
            sck_bootstrap_halved(run, pair[i].value, pair[i].down, &low[i]);
    if (status == SCK_OK)
        status = join(run, low, &both);
    if (status == SCK_OK)
        status = sck_bootstrap_parts(run, bootstrapper, both, 2, out);
    for (int i = 0; i < 2 && status == SCK_OK; i++) {
        out[i]->noise = sck_bootstrapped_noise(low[i], out[i]->noise, 0);
        status = enlarge(run, pair[i].up, &out[i]);
    }
    for (int i = 0; i < 2; i++) {
        sck_ciphertext_free(low[i]);
        if (status != SCK_OK) {
            sck_ciphertext_free(out[i]);
            out[i] = NULL;
        }
    }
    sck_ciphertext_free(both);
    return status;
}
