/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_convert_tile on the vectors of the vector_*.h included before it: a
 * matrix product in registers. Up to SCK_GROUP targets keep their sums there,
 * even and odd words apart, while the sources pass by once; the sums are
 * reduced at the end. */
#ifndef SCK_CONVERT_TILE_VECTOR_H
#define SCK_CONVERT_TILE_VECTOR_H

#include "base_convert.h"
#include "vector_reduce.h"

/* Words of a tile: all groups of targets pass over one before the next, so that
 * only the first meets the sources far away. Rows of a polynomial lie a power
 * of two apart, in the same sets of the nearest cache, which holds fewer of
 * them than there are: the first group asks for the next tile in the cache
 * behind it. */
enum { TILE = 256 };

/* A target's sums are variables of their own: compilers keep no array in
 * registers for certain. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* Targets and whether this is the first group are constants wherever this is
 * inlined. */
static inline __attribute__((always_inline)) void
group(const struct sck_convert_constants *c, uint32_t first, uint32_t targets,
      uint32_t at, uint32_t count, uint32_t *const *out,
      const uint32_t *const *in, int ask)
{
    const uint32_t terms = c->sources + 1;

    for (uint32_t k = at; k < at + count; k += SCK_LANES) {
#define DECLARE(j) sck_vec e##j = sck_vec_set(0), o##j = e##j;
        EACH(DECLARE)
#undef DECLARE
        for (uint32_t i = 0; i < terms; i++) {
            const uint32_t *const row = c->w[i] + first;
            const sck_vec even = sck_vec_load(in[i] + k);
            const sck_vec odd = sck_vec_odd(even);

            if (ask)
                sck_vec_ask_near(in[i], k + TILE);
#define ACCUMULATE(j)                                                          \
    if (j < targets) {                                                         \
        const sck_vec w = sck_vec_set(row[j]);                                 \
                                                                               \
        e##j = sck_vec_add64(e##j, sck_vec_mul(even, w));                      \
        o##j = sck_vec_add64(o##j, sck_vec_mul(odd, w));                       \
    }
            EACH(ACCUMULATE)
#undef ACCUMULATE
        }
#define REDUCE(j)                                                              \
    if (j < targets) {                                                         \
        const struct sck_vec_modulus t =                                       \
            sck_vec_modulus(c->t[first + j], c->inverse[first + j]);           \
                                                                               \
        sck_vec_ask_near(out[first + j], k + TILE);                            \
        sck_vec_store(out[first + j] + k, sck_vec_reduce(e##j, o##j, t));      \
    }
        EACH(REDUCE)
#undef REDUCE
    }
}

static inline void convert_tile(const struct sck_convert_constants *c,
                                uint32_t at, uint32_t count,
                                uint32_t *const *out, const uint32_t *const *in)
{
    for (const uint32_t end = at + count; at < end; at += TILE) {
        const uint32_t width = end - at < TILE ? end - at : TILE;
        uint32_t j = 0;

        for (; c->targets - j >= SCK_GROUP; j += SCK_GROUP)
            if (j == 0)
                group(c, 0, SCK_GROUP, at, width, out, in, 1);
            else
                group(c, j, SCK_GROUP, at, width, out, in, 0);
#define REST(g)                                                                \
    case g:                                                                    \
        group(c, j, g, at, width, out, in, 1);                                 \
        break;
        switch (c->targets - j) {
            REST(1)
            REST(2)
            REST(3)
#if SCK_VECTOR_GROUP == 8
            REST(4)
            REST(5)
            REST(6)
            REST(7)
#endif
        default:
            break;
        }
#undef REST
    }
}

#undef EACH

#endif
