/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "dot.h"

#include "elementwise.h"

#include <stddef.h>

/* What it is made of: a product and a sum, term by term, half by half. */
void sck_dot_ref(const struct sck_dot_args *args, const struct sck_ring *ring,
                 uint32_t *const *out, const uint32_t *const *p,
                 const uint32_t *const *a)
{
    const uint32_t limbs = args->limbs;
    struct sck_elementwise_args one = {.ring = args->ring, .limbs = limbs};

    for (uint32_t i = 0; i < limbs; i++)
        one.q[i] = args->q[i];
    for (uint32_t k = 0; k < args->terms; k++)
        for (uint32_t h = 0; h < 2; h++) {
            uint32_t *const *const to = out + (size_t)h * limbs;

            one.repeat = args->repeat[k];
            one.op =
                k == 0 && args->onto == 0 ? SCK_MUL_PLAIN : SCK_MUL_PLAIN_ADD;
            sck_elementwise_ref(&one, ring, to, a + ((size_t)2 * k + h) * limbs,
                                p + (size_t)k * limbs,
                                (const uint32_t *const *)to);
        }
}
