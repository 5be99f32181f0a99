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

/* Rows of a polynomial lie a power of two apart, in the same few sets of the
 * nearest cache: a tile of every source is copied beside the others first. */
enum { STAGE = 256 };

#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* targets is a constant wherever this is inlined, at most SCK_GROUP. */
static inline __attribute__((always_inline)) void
group(const struct sck_convert_constants *c, uint32_t first, uint32_t targets,
      uint32_t at, uint32_t count, uint32_t *const *out, const uint32_t *staged,
      const uint32_t *const *next)
{
    const uint32_t terms = c->sources + 1;

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        const uint32_t *y = staged + k;
        sck_vec even, odd, w;
#define DECLARE(j) sck_vec e##j = sck_vec_set(0), o##j = e##j;
        EACH(DECLARE)
#undef DECLARE
        for (uint32_t i = 0; i < terms; i++, y += STAGE) {
            const uint32_t *const row = c->w[i] + first;

            even = sck_vec_load(y);
            if (next)
                __builtin_prefetch(next[i] + at + STAGE + k, 0, 2);
            odd = sck_vec_odd(even);
#define ACCUMULATE(j)                                                          \
    if (j < targets) {                                                         \
        w = sck_vec_set(row[j]);                                               \
        e##j = sck_vec_add64(e##j, sck_vec_mul(even, w));                      \
        o##j = sck_vec_add64(o##j, sck_vec_mul(odd, w));                       \
    }
            EACH(ACCUMULATE)
#undef ACCUMULATE
        }
#define REDUCE(j)                                                              \
    if (j < targets)                                                           \
        sck_vec_store(out[first + j] + at + k,                                 \
                      sck_vec_reduce(e##j, o##j,                               \
                                     sck_vec_modulus(c->t[first + j],          \
                                                     c->inverse[first + j])));
#define AHEAD(j)                                                               \
    if (j < targets)                                                           \
        __builtin_prefetch(out[first + j] + at + k + STAGE, 1, 2);
        EACH(AHEAD)
        EACH(REDUCE)
#undef REDUCE
    }
}

static inline void stage(const struct sck_convert_constants *c, uint32_t at,
                         uint32_t count, uint32_t *to,
                         const uint32_t *const *in)
{
    for (uint32_t i = 0; i <= c->sources; i++, to += STAGE)
        for (uint32_t k = 0; k < count; k += SCK_LANES)
            sck_vec_store(to + k, sck_vec_load(in[i] + at + k));
}

static inline void convert_tile(const struct sck_convert_constants *c,
                                uint32_t at, uint32_t count,
                                uint32_t *const *out, const uint32_t *const *in)
{
    _Alignas(64) uint32_t staged[(SCK_MAX_SOURCES + 1) * STAGE];

    for (const uint32_t end = at + count; at < end; at += STAGE) {
        const uint32_t width = end - at < STAGE ? end - at : STAGE;
        uint32_t j = 0;

        stage(c, at, width, staged, in);
        for (; c->targets - j >= SCK_GROUP; j += SCK_GROUP)
            group(c, j, SCK_GROUP, at, width, out, staged, j == 0 ? in : NULL);
#define REST(g)                                                                \
    case g:                                                                    \
        group(c, j, g, at, width, out, staged, j == 0 ? in : NULL);            \
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
