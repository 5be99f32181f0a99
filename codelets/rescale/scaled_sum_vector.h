/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_scaled_sum on the vectors of the vector_*.h included before it. */
#ifndef SCK_SCALED_SUM_VECTOR_H
#define SCK_SCALED_SUM_VECTOR_H

#include "modular.h"
#include "rescale.h"

/* Words ahead that c is asked for: it comes from far away, r is here. */
enum { AHEAD = 2048 };

static inline void scaled_sum(uint32_t t, uint32_t factor, uint32_t count,
                              uint32_t *out, const uint32_t *c,
                              const uint32_t *r)
{
    const sck_vec q = sck_vec_set(t), f = sck_vec_set(factor);
    const sck_vec companion = sck_vec_set(sck_shoup_companion(factor, t));

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        const sck_vec x = sck_vec_add(sck_vec_load(c + k), sck_vec_load(r + k));
        const sck_vec quotient = sck_vec_high(
            sck_vec_mul(x, companion), sck_vec_mul(sck_vec_odd(x), companion));

        sck_vec_ask_near(c, k + AHEAD);
        /* In [0, 2 t), whatever word x is. */
        const sck_vec product =
            sck_vec_sub(sck_vec_mul_low(x, f), sck_vec_mul_low(quotient, q));

        sck_vec_store(out + k, sck_vec_min(product, sck_vec_sub(product, q)));
    }
}

#endif
