/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_correction on the vectors of the vector_*.h included before it. The work
 * is little: it is reading the rows, written a while ago. They lie a power of
 * two apart, in the same sets of every cache, which hold eight lines; so a tile
 * takes few rows at a time, a page of each, and keeps its sums in the nearest
 * cache meanwhile. */
#ifndef SCK_CORRECTION_VECTOR_H
#define SCK_CORRECTION_VECTOR_H

#include "decompose.h"

#include <stddef.h>

enum { TILE = 1024, ROWS = 4 };

/* Adds the terms of `rows` rows; sums of even and of odd words in turn. */
static inline __attribute__((always_inline)) void
add_rows(const uint32_t *share, uint32_t rows, uint32_t at, uint32_t count,
         uint32_t *sum, const uint32_t *const *y)
{
    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        uint32_t *const to = sum + (size_t)2 * k;
        sck_vec even = sck_vec_load(to), odd = sck_vec_load(to + SCK_LANES);

        for (uint32_t i = 0; i < rows; i++) {
            const sck_vec s = sck_vec_set(share[i]);
            const sck_vec x = sck_vec_load(y[i] + at + k);

            sck_vec_ask_near(y[i], at + k + TILE / 2);
            even = sck_vec_add64(even, sck_vec_mul(x, s));
            odd = sck_vec_add64(odd, sck_vec_mul(sck_vec_odd(x), s));
        }
        sck_vec_store(to, even);
        sck_vec_store(to + SCK_LANES, odd);
    }
}

static inline void correction(const uint32_t *share, uint32_t sources,
                              uint32_t n, uint32_t *v, const uint32_t *const *y)
{
    const sck_vec half = sck_vec_set64((uint64_t)1 << 55);
    _Alignas(64) uint32_t sum[2 * TILE];

    for (uint32_t at = 0; at < n; at += TILE) {
        const uint32_t count = n - at < TILE ? n - at : TILE;
        uint32_t i = 0;

        for (uint32_t k = 0; k < 2 * count; k += SCK_LANES)
            sck_vec_store(sum + k, half);
        for (; i + ROWS <= sources; i += ROWS)
            add_rows(share + i, ROWS, at, count, sum, y + i);
        for (; i < sources; i++)
            add_rows(share + i, 1, at, count, sum, y + i);
        for (uint32_t k = 0; k < count; k += SCK_LANES) {
            const uint32_t *const from = sum + (size_t)2 * k;

            sck_vec_store(v + at + k, sck_vec_shift24(sck_vec_high(
                                          sck_vec_load(from),
                                          sck_vec_load(from + SCK_LANES))));
        }
    }
}

#endif
