/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_correction on the vectors of the vector_*.h included before it: row after
 * row over a tile of sums, because rows of a polynomial lie a power of two
 * apart and would evict each other side by side. */
#ifndef SCK_CORRECTION_VECTOR_H
#define SCK_CORRECTION_VECTOR_H

#include "decompose.h"

/* Words of a tile: its sums take 4 KiB. */
enum { TILE = 512, AHEAD = 128 };

static inline void correction(const uint32_t *share, uint32_t sources,
                              uint32_t n, uint32_t *v, const uint32_t *const *y)
{
    const sck_vec half = sck_vec_set64((uint64_t)1 << 55);
    sck_vec even[TILE / SCK_LANES], odd[TILE / SCK_LANES];

    for (uint32_t at = 0; at < n; at += TILE) {
        const uint32_t count = (n - at < TILE ? n - at : TILE) / SCK_LANES;

        for (uint32_t k = 0; k < count; k++)
            even[k] = odd[k] = half;
        for (uint32_t i = 0; i < sources; i++) {
            const sck_vec s = sck_vec_set(share[i]);
            const uint32_t *row = y[i] + at;

            for (uint32_t k = 0; k < count; k++, row += SCK_LANES) {
                const sck_vec x = sck_vec_load(row);

                even[k] = sck_vec_add64(even[k], sck_vec_mul(x, s));
                odd[k] = sck_vec_add64(odd[k], sck_vec_mul(sck_vec_odd(x), s));
            }
        }
        for (uint32_t k = 0; k < count; k++)
            sck_vec_store(v + at + k * SCK_LANES,
                          sck_vec_shift24(sck_vec_high(even[k], odd[k])));
    }
}

#endif
