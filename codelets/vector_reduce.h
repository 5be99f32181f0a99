/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Reduction of 64-bit sums and what becomes of the words, on the vectors of the
 * vector_*.h included before it. */
#ifndef SCK_VECTOR_REDUCE_H
#define SCK_VECTOR_REDUCE_H

/** A prime in every word: t, 2 t and t^-1 mod 2^32. */
struct sck_vec_modulus {
    sck_vec t, t2, inverse;
};

static inline struct sck_vec_modulus sck_vec_modulus(uint32_t t,
                                                     uint32_t inverse)
{
    const sck_vec every = sck_vec_set(t);

    return (struct sck_vec_modulus){every, sck_vec_add(every, every),
                                    sck_vec_set(inverse)};
}

/** Sums below 2^32 t below that stand for even and for odd words, below 1, 2 or
 *  4: gives a word d in (-t, 2 t), where below is 1 in (-t, t), a negative one
 *  as a great word, d = sum 2^-32 mod t. Montgomery's reduction that subtracts:
 *  with m = low t^-1 the low word of m t is sum's, so the high words'
 *  difference is exact. The high word is below t below. */
static inline sck_vec sck_vec_fold(sck_vec even, sck_vec odd,
                                   struct sck_vec_modulus m, uint32_t below)
{
    const sck_vec x = sck_vec_mul(sck_vec_mul(even, m.inverse), m.t);
    const sck_vec y = sck_vec_mul(sck_vec_mul(odd, m.inverse), m.t);
    sck_vec high = sck_vec_high(even, odd);

    if (below > 2)
        high = sck_vec_min(high, sck_vec_sub(high, m.t2));
    return sck_vec_sub(high, sck_vec_high(x, y));
}

/** sck_vec_fold()'s sums, gives sum 2^-32 mod t, reduced: in thirteen
 *  instructions, eleven or nine. */
static inline sck_vec sck_vec_reduce(sck_vec even, sck_vec odd,
                                     struct sck_vec_modulus m, uint32_t below)
{
    const sck_vec d = sck_vec_fold(even, odd, m, below);
    const sck_vec r = sck_vec_min(d, sck_vec_add(d, m.t));

    return below > 1 ? sck_vec_min(r, sck_vec_sub(r, m.t)) : r;
}

/** The same sums, gives sum 2^-32 mod t in [0, 3 t): in ten instructions or
 *  eight. */
static inline sck_vec sck_vec_reduce_lazy3t(sck_vec even, sck_vec odd,
                                            struct sck_vec_modulus m,
                                            uint32_t below)
{
    return sck_vec_add(sck_vec_fold(even, odd, m, below), m.t);
}

/** The same of so many products of words below t, at most 16: t < 2^30. */
static inline uint32_t sck_products_below(uint32_t products)
{
    return products <= 4 ? 1 : products <= 8 ? 2 : 4;
}

/** x + y mod t, words in [0, t). */
static inline sck_vec sck_vec_add_mod(sck_vec x, sck_vec y, sck_vec t)
{
    const sck_vec s = sck_vec_add(x, y);

    return sck_vec_min(s, sck_vec_sub(s, t));
}

/** Writes a vector; streams: as sck_vec_stream() does. */
static inline void sck_vec_put(uint32_t *p, sck_vec v, int streams)
{
    if (streams)
        sck_vec_stream(p, v);
    else
        sck_vec_store(p, v);
}

#endif
