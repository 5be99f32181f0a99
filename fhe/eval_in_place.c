/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Updates of a ciphertext that nothing else reads yet: no copy. */
#include "eval_priv.h"

#include <math.h>

/* op(x, x or -, -) into x, or into a new polynomial where x is shared. */
static sck_status update(sck_run *run, const sck_ciphertext *sum,
                         enum sck_elementwise_op op, const uint32_t *q,
                         const uint32_t *scalar, struct sck_polynomial **x)
{
    struct sck_polynomial *old = *x, *to = old;
    const struct sck_polynomial *b = scalar == NULL ? old : NULL;

    if (old->users > 1)
        SCK_TRY(sck_poly_at(sum->evaluator, sum->level, &to));
    const sck_status status = sck_poly_elementwise(
        run, sum->evaluator, op, q, scalar, to, old, b, NULL, to->blocks);

    if (to != old)
        sck_polynomial_free(status == SCK_OK ? old : to);
    if (status == SCK_OK)
        *x = to;
    return status;
}

sck_status sck_add_in_place(sck_run *run, double c, sck_ciphertext *sum)
{
    uint32_t count, scalar[SCK_MAX_LIMBS];
    const uint32_t *q =
        sck_params_primes(sum->evaluator->params, sum->level, &count);
    const double x = rint(c * sck_scale_to_double(sum->scale));

    for (uint32_t i = 0; i < count; i++)
        scalar[i] = sck_residue(x, q[i]);
    sum->noise =
        sck_noise_sum(sum->noise, sck_noise_of_scalar(c, x, sum->scale));
    return update(run, sum, SCK_SCALAR_ADD, q, scalar, &sum->poly[0]);
}

sck_status sck_double_in_place(sck_run *run, sck_ciphertext *sum)
{
    uint32_t count;
    const uint32_t *q =
        sck_params_primes(sum->evaluator->params, sum->level, &count);

    sum->noise = sck_noise_double(sum->noise);
    for (uint32_t i = 0; i < sum->size; i++)
        SCK_TRY(update(run, sum, SCK_ADD, q, NULL, &sum->poly[i]));
    return SCK_OK;
}
