/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The levels' scales, from the bottom up: s(l) = sqrt(s(l-1) Q(l) / Q(l-1)).
 * Read downwards a product's scale s(l)^2 Q(l-1) / Q(l) is then s(l-1); read
 * upwards every deviation is halved, so that scales cannot drift. */
#include <math.h>
#include <mpfr.h>

#include "params_priv.h"

/* 64 bits are kept; the rest makes their rounding certain. */
#define PRECISION 400

void sck_product(mpz_t out, const uint32_t *q, uint32_t count)
{
    mpz_set_ui(out, 1);
    for (uint32_t i = 0; i < count; i++)
        mpz_mul_ui(out, out, q[i]);
}

double sck_mpz_log2(const mpz_t x)
{
    signed long exponent;
    const double mantissa = mpz_get_d_2exp(&exponent, x);

    return log2(mantissa) + (double)exponent;
}

static void level_modulus(const sck_params *p, uint32_t level, mpfr_t out)
{
    mpz_t product;

    mpz_init(product);
    sck_product(product, p->level[level].primes.q,
                p->level[level].primes.count);
    mpfr_set_z(out, product, MPFR_RNDN);
    mpz_clear(product);
}

static double level_log2(const sck_params *p, uint32_t level)
{
    double bits;
    mpfr_t x;

    mpfr_init2(x, PRECISION);
    level_modulus(p, level, x);
    mpfr_log2(x, x, MPFR_RNDN);
    bits = mpfr_get_d(x, MPFR_RNDN);
    mpfr_clear(x);
    return bits;
}

static sck_scale rounded(const mpfr_t x)
{
    sck_scale out = {0, 0};
    mpfr_t head;
    mpz_t integer;

    mpfr_init2(head, 64);
    mpz_init(integer);
    mpfr_set(head, x, MPFR_RNDN);
    out.exponent = (int32_t)mpfr_get_z_2exp(integer, head);
    mpz_export(&out.integer, NULL, 1, sizeof out.integer, 0, 0, integer);
    mpz_clear(integer);
    mpfr_clear(head);
    return out;
}

void sck_params_make_scales(sck_params *p)
{
    /* Level 0 gets the mean step, rounded to a double: a choice like any
     * other, but files depend on it through the parameter id. */
    const double step =
        (level_log2(p, p->app_top) - level_log2(p, 0)) / p->app_top;
    mpfr_t scale, q;

    mpfr_inits2(PRECISION, scale, q, (mpfr_ptr)0);
    mpfr_set_d(scale, step, MPFR_RNDN);
    mpfr_exp2(scale, scale, MPFR_RNDN);
    p->level[0].scale = rounded(scale);
    for (uint32_t l = 1; l <= p->app_top; l++) {
        level_modulus(p, l, q);
        mpfr_mul(scale, scale, q, MPFR_RNDN);
        level_modulus(p, l - 1, q);
        mpfr_div(scale, scale, q, MPFR_RNDN);
        mpfr_sqrt(scale, scale, MPFR_RNDN);
        p->level[l].scale = rounded(scale);
    }
    mpfr_clears(scale, q, (mpfr_ptr)0);
    mpfr_free_cache();
}
