/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "tensor.h"

#include "elementwise.h"

#include <stddef.h>

/* What it is made of: four elementwise products. */
void sck_tensor_ref(const struct sck_tensor_args *args,
                    const struct sck_ring *ring, uint32_t *const *out,
                    const uint32_t *const *a, const uint32_t *const *b)
{
    const uint32_t limbs = args->limbs;
    struct sck_elementwise_args one = {
        .ring = args->ring, .op = SCK_MUL, .limbs = limbs};
    const uint32_t *const *const sum = (const uint32_t *const *)out + limbs;

    for (uint32_t i = 0; i < limbs; i++)
        one.q[i] = args->q[i];
    sck_elementwise_ref(&one, ring, out, a, b, NULL);
    sck_elementwise_ref(&one, ring, out + limbs, a, b + limbs, NULL);
    sck_elementwise_ref(&one, ring, out + 2 * (size_t)limbs, a + limbs,
                        b + limbs, NULL);
    one.op = SCK_MUL_ADD;
    sck_elementwise_ref(&one, ring, out + limbs, a + limbs, b, sum);
}
