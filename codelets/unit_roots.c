/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* zeta^k = product over the set bits of k, high to low, of committed constants,
 * rounded to double once. libm's sin and cos differ between machines; these
 * products do not. They carry about 100 bits, so the one rounding to 53 bits is
 * the rounding of the exact product unless that lies within about 2^-45 of a
 * last place of a tie; test_unit_roots checks that none does, for every N.
 * Needs round to nearest and -ffp-contract=off. */
#include "ring_priv.h"

#include <stddef.h>

/* Knuth's two-sum: hi + lo = a + b exactly, for any a, b. */
static struct sck_double2 two_sum(double a, double b)
{
    const double sum = a + b;
    const double bb = sum - a;

    return (struct sck_double2){sum, (a - (sum - bb)) + (b - bb)};
}

/* a = hi + lo exactly with 26 bits each (Dekker, Veltkamp); |a| < 2^900. */
static struct sck_double2 split(double a)
{
    const double scaled = 134217729.0 * a; /* 2^27 + 1 */
    const double hi = scaled - (scaled - a);

    return (struct sck_double2){hi, a - hi};
}

/* Dekker's product: hi + lo = a b exactly (no underflow at these sizes). */
static struct sck_double2 two_product(double a, double b)
{
    const double product = a * b;
    const struct sck_double2 x = split(a);
    const struct sck_double2 y = split(b);

    return (struct sck_double2){
        product,
        ((x.hi * y.hi - product) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

/* Relative error below 2^-101. */
static struct sck_double2 multiply(struct sck_double2 a, struct sck_double2 b)
{
    const struct sck_double2 p = two_product(a.hi, b.hi);

    return two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* The accurate sum (both low parts by two-sum): a + b cancels here. */
static struct sck_double2 add(struct sck_double2 a, struct sck_double2 b)
{
    const struct sck_double2 s = two_sum(a.hi, b.hi);
    const struct sck_double2 t = two_sum(a.lo, b.lo);
    const struct sck_double2 u = two_sum(s.hi, s.lo + t.hi);

    return two_sum(u.hi, u.lo + t.lo);
}

static struct sck_unit_root turn(struct sck_unit_root a, struct sck_unit_root b)
{
    const struct sck_double2 imim = multiply(a.im, b.im);
    const struct sck_double2 minus = {-imim.hi, -imim.lo};

    return (struct sck_unit_root){
        add(multiply(a.re, b.re), minus),
        add(multiply(a.re, b.im), multiply(a.im, b.re)),
    };
}

/* `at` is zeta^k and k has its `bits` low bits clear: stores it and every k
 * that differs in those bits. One product for each k, in the order given. */
static void fill(double *zeta, uint32_t logn, uint32_t k,
                 struct sck_unit_root at, uint32_t bits)
{
    zeta[2 * (size_t)k] = at.re.hi;
    zeta[2 * (size_t)k + 1] = at.im.hi;
    for (uint32_t b = 0; b < bits; b++)
        fill(zeta, logn, k | 1u << b, turn(at, sck_unit_root_table[logn - b]),
             b);
}

void sck_unit_roots(uint32_t logn, double *zeta)
{
    const struct sck_unit_root one = {{1.0, 0.0}, {0.0, 0.0}};

    fill(zeta, logn, 0, one, logn + 1);
}
