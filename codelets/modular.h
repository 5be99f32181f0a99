/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Arithmetic modulo one prime q < 2^30 on 32-bit words. Every function states
 * the range it takes and the range it gives; "reduced" means in [0, q).
 * None branches on a value, so the compiler can vectorise loops of them. nvcc
 * compiles the same functions for the device. */
#ifndef SCK_MODULAR_H
#define SCK_MODULAR_H

#include "ring.h"

#include <stdint.h>

#ifdef __CUDACC__
#define SCK_INLINE static __host__ __device__ inline
#else
#define SCK_INLINE static inline
#endif

/** sck_mod_once() for a device, where a minimum is one instruction and a choice
 *  two: x - q wraps to more than x where x < q. */
SCK_INLINE uint32_t sck_mod_once_least(uint32_t x, uint32_t q)
{
    const uint32_t less = x - q;

    return less < x ? less : x;
}

/** x in [0, 2 q), gives x mod q, reduced. Holds for q <= 2^31. */
SCK_INLINE uint32_t sck_mod_once(uint32_t x, uint32_t q)
{
#ifdef __CUDA_ARCH__
    return sck_mod_once_least(x, q);
#else
    return x >= q ? x - q : x;
#endif
}

/** a, b reduced, gives a + b reduced. */
SCK_INLINE uint32_t sck_mod_add(uint32_t a, uint32_t b, uint32_t q)
{
    return sck_mod_once(a + b, q);
}

/** a, b reduced, gives a - b reduced. */
SCK_INLINE uint32_t sck_mod_sub(uint32_t a, uint32_t b, uint32_t q)
{
    return sck_mod_once(a + q - b, q);
}

/** a reduced, gives -a reduced. */
SCK_INLINE uint32_t sck_mod_neg(uint32_t a, uint32_t q)
{
    return sck_mod_once(q - a, q);
}

/** w reduced, gives the companion floor(w 2^32 / q) of sck_shoup(). One
 *  division: for set-up, not for loops over coefficients. */
SCK_INLINE uint32_t sck_shoup_companion(uint32_t w, uint32_t q)
{
    return (uint32_t)(((uint64_t)w << 32) / q);
}

/** x any word, w reduced with its companion: gives x w mod q in [0, 2 q).
 *  (Shoup's product; the quotient estimate is at most one too small.) */
SCK_INLINE uint32_t sck_shoup_lazy(uint32_t x, uint32_t w, uint32_t companion,
                                   uint32_t q)
{
    const uint32_t quotient = (uint32_t)(((uint64_t)x * companion) >> 32);

    return x * w - quotient * q;
}

/** x any word, w reduced with its companion: gives x w mod q, reduced. */
SCK_INLINE uint32_t sck_shoup(uint32_t x, uint32_t w, uint32_t companion,
                              uint32_t q)
{
    return sck_mod_once(sck_shoup_lazy(x, w, companion, q), q);
}

/** x < q 2^32, gives x 2^-32 mod q in [0, 2 q). (Montgomery's reduction.) */
SCK_INLINE uint32_t sck_montgomery_lazy(uint64_t x, uint32_t q,
                                        uint32_t minus_q_inverse)
{
    const uint32_t m = (uint32_t)x * minus_q_inverse;

    return (uint32_t)((x + (uint64_t)m * q) >> 32);
}

/** x < q 2^32, gives x 2^-32 mod q, reduced. */
SCK_INLINE uint32_t sck_montgomery(uint64_t x, uint32_t q,
                                   uint32_t minus_q_inverse)
{
    return sck_mod_once(sck_montgomery_lazy(x, q, minus_q_inverse), q);
}

/** x < 2^34 q, gives x 2^-32 mod q in [0, 3 q); twice is 2 q, inverse q^-1 mod
 *  2^32. The low word of m q is x's, so the high words' difference is exact. */
SCK_INLINE uint32_t sck_montgomery_sum_lazy(uint64_t x, uint32_t q,
                                            uint32_t twice, uint32_t inverse)
{
    const uint32_t m = (uint32_t)x * inverse;
    const uint32_t high = sck_mod_once((uint32_t)(x >> 32), twice);
    const uint32_t low = (uint32_t)(((uint64_t)m * q) >> 32);

    return high + q - low;
}

/** The same, reduced. A device subtracts a 2 q that it is given, rather than
 *  two of q, by the instruction that takes the minimum. */
SCK_INLINE uint32_t sck_montgomery_sum_of(uint64_t x, uint32_t q,
                                          uint32_t twice, uint32_t inverse)
{
    const uint32_t lazy = sck_montgomery_sum_lazy(x, q, twice, inverse);

    return sck_mod_once(sck_mod_once(lazy, twice), q);
}

/** The same, reduced. */
SCK_INLINE uint32_t sck_montgomery_sum(uint64_t x, uint32_t q, uint32_t inverse)
{
    return sck_montgomery_sum_of(x, q, 2 * q, inverse);
}

/** a any word, b reduced: gives a b 2^-32 mod q, reduced. The plain product
 *  when one of the two is in Montgomery form. */
SCK_INLINE uint32_t sck_montgomery_mul(uint32_t a, uint32_t b, uint32_t q,
                                       uint32_t minus_q_inverse)
{
    return sck_montgomery((uint64_t)a * b, q, minus_q_inverse);
}

/** a any word, gives a 2^32 mod q, reduced: to Montgomery form. */
SCK_INLINE uint32_t sck_to_montgomery(uint32_t a,
                                      const struct sck_prime_table *t)
{
    return sck_montgomery_mul(a, t->r2, t->q, t->minus_q_inverse);
}

/** a any word, gives a 2^-32 mod q, reduced: from Montgomery form. */
SCK_INLINE uint32_t sck_from_montgomery(uint32_t a,
                                        const struct sck_prime_table *t)
{
    return sck_montgomery(a, t->q, t->minus_q_inverse);
}

/** a any word, b reduced, both plain: gives a b mod q, reduced. */
SCK_INLINE uint32_t sck_mod_mul(uint32_t a, uint32_t b,
                                const struct sck_prime_table *t)
{
    return sck_to_montgomery(sck_montgomery_mul(a, b, t->q, t->minus_q_inverse),
                             t);
}

/** x any 64-bit value, gives x mod q, reduced. With x = h 2^32 + l the folded
 *  h r + l is at most (2^32 - 1) q, in Montgomery's range. */
SCK_INLINE uint32_t sck_mod_reduce64(uint64_t x,
                                     const struct sck_prime_table *t)
{
    const uint64_t folded = (x >> 32) * t->r + (uint32_t)x;

    return sck_to_montgomery(
        sck_montgomery_lazy(folded, t->q, t->minus_q_inverse), t);
}

/** base reduced, gives base^exponent mod q, reduced. Set-up only: one division
 *  a step, and the time depends on the exponent. */
SCK_INLINE uint32_t sck_mod_pow(uint32_t base, uint64_t exponent, uint32_t q)
{
    uint64_t power = base;
    uint64_t result = 1;

    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            result = result * power % q;
        power = power * power % q;
    }
    return (uint32_t)result;
}

/** a in [1, q), q prime: gives a^-1 mod q, reduced. Set-up only. */
SCK_INLINE uint32_t sck_mod_inverse(uint32_t a, uint32_t q)
{
    return sck_mod_pow(a, q - 2, q);
}

#endif
