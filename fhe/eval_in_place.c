/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Updates of a ciphertext that nothing else reads yet: no copy. */
#include "eval_priv.h"

#include <math.h>

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
    return sck_poly_elementwise(run, sum->evaluator, SCK_SCALAR_ADD, q, scalar,
                                sum->poly[0], sum->poly[0], NULL, NULL,
                                sum->poly[0]->blocks);
}

sck_status sck_double_in_place(sck_run *run, sck_ciphertext *sum)
{
    uint32_t count;
    const uint32_t *q =
        sck_params_primes(sum->evaluator->params, sum->level, &count);

    sum->noise = sck_noise_double(sum->noise);
    for (uint32_t i = 0; i < sum->size; i++)
        SCK_TRY(sck_poly_elementwise(run, sum->evaluator, SCK_ADD, q, NULL,
                                     sum->poly[i], sum->poly[i], sum->poly[i],
                                     NULL, sum->poly[i]->blocks));
    return SCK_OK;
}
