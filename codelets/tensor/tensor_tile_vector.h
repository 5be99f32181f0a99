/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_tensor_tile on the vectors of the vector_*.h included before it. */
#ifndef SCK_TENSOR_TILE_VECTOR_H
#define SCK_TENSOR_TILE_VECTOR_H

#include "modular.h"
#include "tensor.h"
#include "vector_reduce.h"

/* Words ahead that rows are asked for; words of a row from which on the three
 * results do not stay in the second cache. */
enum { AHEAD = 2048, STREAM_WORDS = 1 << 15 };

struct factor {
    sck_vec w, companion, q;
};

/* x w mod q in [0, 2 q). */
static inline sck_vec lazy(sck_vec x, const struct factor *f)
{
    const sck_vec quotient =
        sck_vec_high(sck_vec_mul(x, f->companion),
                     sck_vec_mul(sck_vec_odd(x), f->companion));

    return sck_vec_sub(sck_vec_mul_low(x, f->w),
                       sck_vec_mul_low(quotient, f->q));
}

/* Factors in [0, 2 q): two products sum up below 4 q^2 < 2^32 q. */
static inline __attribute__((always_inline)) void
tensor(const struct sck_tensor_tile *tile, uint32_t count, int streams)
{
    const struct sck_vec_modulus m = sck_vec_modulus(tile->q, tile->inverse);
    const struct factor f = {sck_vec_set(tile->r),
                             sck_vec_set(sck_shoup_companion(tile->r, tile->q)),
                             m.t};

    for (uint32_t k = 0; k < count; k += SCK_LANES) {
        const sck_vec a0 = lazy(sck_vec_load(tile->a[0] + k), &f);
        const sck_vec a1 = lazy(sck_vec_load(tile->a[1] + k), &f);
        const sck_vec b0 = sck_vec_load(tile->b[0] + k);
        const sck_vec b1 = sck_vec_load(tile->b[1] + k);
        const sck_vec a0_odd = sck_vec_odd(a0), a1_odd = sck_vec_odd(a1);
        const sck_vec b0_odd = sck_vec_odd(b0), b1_odd = sck_vec_odd(b1);
        const sck_vec even =
            sck_vec_add64(sck_vec_mul(a0, b1), sck_vec_mul(a1, b0));
        const sck_vec odd = sck_vec_add64(sck_vec_mul(a0_odd, b1_odd),
                                          sck_vec_mul(a1_odd, b0_odd));

        for (int h = 0; h < 2; h++) {
            sck_vec_ask_near(tile->a[h], k + AHEAD);
            sck_vec_ask_near(tile->b[h], k + AHEAD);
        }
        const sck_vec r0 = sck_vec_reduce(sck_vec_mul(a0, b0),
                                          sck_vec_mul(a0_odd, b0_odd), m, 1);
        const sck_vec r1 = sck_vec_reduce(even, odd, m, 1);

        sck_vec_put(tile->out[0] + k, r0, streams);
        sck_vec_put(tile->out[1] + k, r1, streams);
        sck_vec_store(tile->out[2] + k,
                      sck_vec_reduce(sck_vec_mul(a1, b1),
                                     sck_vec_mul(a1_odd, b1_odd), m, 1));
    }
}

/* The third polynomial is taken apart next, the others wait for the end of the
 * key switch: they go past the caches. */
static inline void tensor_tile(const struct sck_tensor_tile *tile,
                               uint32_t count)
{
    const uintptr_t places = (uintptr_t)tile->out[0] | (uintptr_t)tile->out[1];

    if (count < STREAM_WORDS || places % sizeof(sck_vec) != 0) {
        tensor(tile, count, 0);
        return;
    }
    tensor(tile, count, 1);
    sck_vec_stream_end();
}

#endif
