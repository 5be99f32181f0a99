/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_correction on the vectors of the vector_*.h included before it. The work
 * is little: it is reading the rows, written a while ago. Rows that lie a power
 * of two apart are in the same sets of every cache, which hold eight lines; of
 * those a tile takes few at a time, a page of each, and keeps its sums in the
 * nearest cache meanwhile. */
#ifndef SCK_CORRECTION_VECTOR_H
#define SCK_CORRECTION_VECTOR_H

#include "decompose.h"
#include "scratch.h"

#include <stddef.h>

/* Of rows apart: words ahead that they are asked for. */
enum { TILE = 1024, ROWS = 4, AHEAD = 768 };

static inline sck_vec correction_of(sck_vec even, sck_vec odd)
{
    return sck_vec_shift24(sck_vec_high(even, odd));
}

/* All rows at once, two vectors of each. */
static inline void correction_apart(const uint32_t *share, uint32_t sources,
                                    uint32_t n, uint32_t *v,
                                    const uint32_t *const *y)
{
    const sck_vec half = sck_vec_set64((uint64_t)1 << 55);

    for (uint32_t k = 0; k < n; k += 2 * SCK_LANES) {
        sck_vec even0 = half, odd0 = half, even1 = half, odd1 = half;

        for (uint32_t i = 0; i < sources; i++) {
            const sck_vec s = sck_vec_set(share[i]);
            const sck_vec x0 = sck_vec_load(y[i] + k);
            const sck_vec x1 = sck_vec_load(y[i] + k + SCK_LANES);

            sck_vec_ask_near(y[i], k + AHEAD);
            sck_vec_ask_near(y[i], k + AHEAD + SCK_LANES);
            even0 = sck_vec_add64(even0, sck_vec_mul(x0, s));
            odd0 = sck_vec_add64(odd0, sck_vec_mul(sck_vec_odd(x0), s));
            even1 = sck_vec_add64(even1, sck_vec_mul(x1, s));
            odd1 = sck_vec_add64(odd1, sck_vec_mul(sck_vec_odd(x1), s));
        }
        sck_vec_store(v + k, correction_of(even0, odd0));
        sck_vec_store(v + k + SCK_LANES, correction_of(even1, odd1));
    }
}

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

    if (n % (2 * SCK_LANES) == 0 && sck_rows_apart(y, sources)) {
        correction_apart(share, sources, n, v, y);
        return;
    }
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

            sck_vec_store(v + at + k,
                          correction_of(sck_vec_load(from),
                                        sck_vec_load(from + SCK_LANES)));
        }
    }
}

#endif
