/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The noise of sparse matrices on encrypted slots. */
#include "eval_dft_priv.h"

#include <math.h>
#include <string.h>

void sck_transform_shape_of(const struct sck_diagonals *diagonals,
                            const struct sck_giant_steps *steps,
                            struct sck_transform_shape *shape)
{
    memset(shape, 0, sizeof *shape);
    for (uint32_t g = 0; g < steps->giants; g++)
        shape->turns += steps->giant[g] != 0;
    for (uint32_t i = 0; i < diagonals->count; i++) {
        double square = 0;
        int is_giant = 0;

        for (size_t j = 0; j < 2 * (size_t)diagonals->n; j++)
            square += diagonals->value[i][j] * diagonals->value[i][j];
        square /= diagonals->n;
        for (uint32_t g = 0; g < steps->giants; g++)
            is_giant |= steps->giant[g] == diagonals->index[i];
        /* It has no other coefficients than its subring's (algorithms.md,
         * section 1.2). */
        shape->periods += sck_values_period(diagonals->value[i], diagonals->n);
        shape->rows += square;
        shape->switched += is_giant ? 0 : square;
    }
}

void sck_transform_carry(const struct sck_transform_shape *shape,
                         const sck_ciphertext *a, sck_ciphertext *out)
{
    const sck_params *params = a->evaluator->params;
    const sck_scale sum = sck_scale_above(params, a->level, out->scale);
    const double switched = sck_noise_key_switch(params, a->level);
    const double encoded = sck_noise_deviation(
        SCK_NOISE_ENCODE, 1, sck_scale_quotient(sum, a->scale));

    out->noise.magnitude = sqrt(shape->rows) * a->noise.magnitude;
    out->noise.stated = 0;
    out->noise.error = sqrt(shape->rows) * a->noise.error;
    /* Each diagonal's own rounding meets a slot. */
    out->noise = sck_noise_and(out->noise, sqrt(shape->periods) * encoded *
                                               a->noise.magnitude);
    out->noise = sck_noise_and(
        out->noise, sqrt(shape->switched) *
                        sck_noise_deviation(switched, a->slots, a->scale));
    /* A giant step divides its second half by P and switches it anew. */
    out->noise = sck_noise_and(
        out->noise,
        sck_noise_deviation(shape->turns *
                                (switched + sck_noise_rounding(params, 2)),
                            a->slots, sum));
    sck_ciphertext_add_noise(out, sck_noise_rounding(params, 2));
}
