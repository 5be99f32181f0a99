/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Reduction of 64-bit sums, on the vectors of the vector_*.h included before
 * it. */
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

/** Sums below 2^34 t that stand for even and for odd words: gives a word d in
 *  (-t, 2 t), a negative one as a great word, d = sum 2^-32 mod t. Montgomery's
 *  reduction that subtracts: with m = low t^-1 the low word of m t is sum's, so
 *  the high words' difference is exact. The high word is below 4 t. */
static inline sck_vec sck_vec_fold(sck_vec even, sck_vec odd,
                                   struct sck_vec_modulus m)
{
    const sck_vec high = sck_vec_high(even, odd);
    const sck_vec folded = sck_vec_min(high, sck_vec_sub(high, m.t2));
    const sck_vec x = sck_vec_mul(sck_vec_mul(even, m.inverse), m.t);
    const sck_vec y = sck_vec_mul(sck_vec_mul(odd, m.inverse), m.t);

    return sck_vec_sub(folded, sck_vec_high(x, y));
}

/** sck_vec_fold()'s sums, gives sum 2^-32 mod t, reduced. */
static inline sck_vec sck_vec_reduce(sck_vec even, sck_vec odd,
                                     struct sck_vec_modulus m)
{
    const sck_vec d = sck_vec_fold(even, odd, m);
    const sck_vec r = sck_vec_min(d, sck_vec_add(d, m.t));

    return sck_vec_min(r, sck_vec_sub(r, m.t));
}

/** The same sums, gives sum 2^-32 mod t in [0, 3 t): ten instructions and not
 *  thirteen. */
static inline sck_vec sck_vec_reduce_lazy3t(sck_vec even, sck_vec odd,
                                            struct sck_vec_modulus m)
{
    return sck_vec_add(sck_vec_fold(even, odd, m), m.t);
}

#endif
