/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_correction on the vectors of the vector_*.h included before it. The work
 * is little: it is asking for the rows, written a while ago, early enough. */
#ifndef SCK_CORRECTION_VECTOR_H
#define SCK_CORRECTION_VECTOR_H

#include "decompose.h"

/* Words ahead that rows are asked for. */
enum { AHEAD = 1024 };

static inline void correction(const uint32_t *share, uint32_t sources,
                              uint32_t n, uint32_t *v, const uint32_t *const *y)
{
    const sck_vec half = sck_vec_set64((uint64_t)1 << 55);

    for (uint32_t k = 0; k < n; k += SCK_LANES) {
        sck_vec even = half, odd = half;

        for (uint32_t i = 0; i < sources; i++) {
            const sck_vec s = sck_vec_set(share[i]);
            const sck_vec x = sck_vec_load(y[i] + k);

            sck_vec_ask_near(y[i], k + AHEAD);
            even = sck_vec_add64(even, sck_vec_mul(x, s));
            odd = sck_vec_add64(odd, sck_vec_mul(sck_vec_odd(x), s));
        }
        sck_vec_store(v + k, sck_vec_shift24(sck_vec_high(even, odd)));
    }
}

#endif
