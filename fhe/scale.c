/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Scale arithmetic. Big integers make every rounding exact; scales are
 * computed by planners, never inside a kernel. */
#include <gmp.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>

#include "sck_scale.h"

#define TOP_BIT (UINT64_C(1) << 63)

static const sck_scale none = {0, 0};

static void set_u64(mpz_t z, uint64_t x)
{
    mpz_import(z, 1, 1, sizeof x, 0, 0, &x);
}

/* Nearest 64-bit-integer scale to num / den * 2^exponent; clobbers both. */
static sck_scale nearest(mpz_t num, mpz_t den, int64_t exponent)
{
    /* A quotient of 65 or 66 bits, whose lowest bit is made sticky, decides
     * every rounding to 64 bits. One bit more keeps ties apart. */
    const int64_t shift =
        67 - (int64_t)mpz_sizeinbase(num, 2) + (int64_t)mpz_sizeinbase(den, 2);
    sck_scale out = none;
    mpz_t quotient, rest;
    size_t extra, count = 0;
    int up;

    if (shift >= 0)
        mpz_mul_2exp(num, num, (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(den, den, (mp_bitcnt_t)-shift);
    exponent -= shift;

    mpz_inits(quotient, rest, NULL);
    mpz_tdiv_qr(quotient, rest, num, den);
    extra = mpz_sizeinbase(quotient, 2) - 64;
    up = mpz_tstbit(quotient, extra - 1) &&
         (mpz_sgn(rest) != 0 || mpz_scan1(quotient, 0) < extra - 1 ||
          mpz_tstbit(quotient, extra));
    mpz_tdiv_q_2exp(quotient, quotient, extra);
    exponent += (int64_t)extra;
    if (up)
        mpz_add_ui(quotient, quotient, 1);
    if (mpz_sizeinbase(quotient, 2) > 64) {
        mpz_tdiv_q_2exp(quotient, quotient, 1);
        exponent++;
    }
    if (exponent >= INT32_MIN && exponent <= INT32_MAX) {
        mpz_export(&out.integer, &count, 1, sizeof out.integer, 0, 0, quotient);
        out.exponent = (int32_t)exponent;
    }
    mpz_clears(quotient, rest, NULL);
    return out;
}

int sck_scale_is_valid(sck_scale s)
{
    return (s.integer & TOP_BIT) != 0;
}

int sck_scale_equal(sck_scale a, sck_scale b)
{
    return a.integer == b.integer && a.exponent == b.exponent;
}

sck_scale sck_scale_mul(sck_scale a, sck_scale b)
{
    sck_scale out;
    mpz_t num, den;

    if (!sck_scale_is_valid(a) || !sck_scale_is_valid(b))
        return none;
    mpz_init(num);
    mpz_init_set_ui(den, 1);
    set_u64(num, a.integer);
    set_u64(den, b.integer);
    mpz_mul(num, num, den);
    mpz_set_ui(den, 1);
    out = nearest(num, den, (int64_t)a.exponent + b.exponent);
    mpz_clears(num, den, NULL);
    return out;
}

sck_scale sck_scale_quotient(sck_scale a, sck_scale b)
{
    sck_scale out;
    mpz_t num, den;

    if (!sck_scale_is_valid(a) || !sck_scale_is_valid(b))
        return none;
    mpz_inits(num, den, NULL);
    set_u64(num, a.integer);
    set_u64(den, b.integer);
    out = nearest(num, den, (int64_t)a.exponent - b.exponent);
    mpz_clears(num, den, NULL);
    return out;
}

sck_scale sck_scale_ratio(sck_scale s, const uint32_t *num, uint32_t n,
                          const uint32_t *den, uint32_t m)
{
    sck_scale out = none;
    mpz_t above, below;

    if (!sck_scale_is_valid(s))
        return none;
    mpz_init(above);
    mpz_init_set_ui(below, 1);
    set_u64(above, s.integer);
    for (uint32_t i = 0; i < n; i++)
        mpz_mul_ui(above, above, num[i]);
    for (uint32_t i = 0; i < m; i++)
        mpz_mul_ui(below, below, den[i]);
    if (mpz_sgn(above) != 0 && mpz_sgn(below) != 0)
        out = nearest(above, below, s.exponent);
    mpz_clears(above, below, NULL);
    return out;
}

double sck_scale_to_double(sck_scale s)
{
    return ldexp((double)s.integer, s.exponent);
}

sck_scale sck_scale_from_double(double x)
{
    sck_scale out = none;
    int exponent;

    if (!isfinite(x) || x <= 0)
        return none;
    out.integer = (uint64_t)ldexp(frexp(x, &exponent), 64);
    out.exponent = exponent - 64;
    return out;
}

double sck_scale_log2(sck_scale s)
{
    if (s.integer == 0)
        return -INFINITY;
    return log2(ldexp((double)s.integer, -63)) + ((double)s.exponent + 63);
}

/* |s - table| <= 2^-50 table, exactly. */
static int is_near(sck_scale s, sck_scale table)
{
    const int64_t apart = (int64_t)s.exponent - table.exponent;
    mpz_t a, b;
    int near;

    if (apart < -1 || apart > 1)
        return 0;
    mpz_inits(a, b, NULL);
    set_u64(a, s.integer);
    set_u64(b, table.integer);
    mpz_mul_2exp(a, a, (mp_bitcnt_t)(apart + 1));
    mpz_mul_2exp(b, b, 1);
    mpz_sub(a, a, b);
    mpz_mul_2exp(a, a, 50);
    near = mpz_cmpabs(a, b) <= 0;
    mpz_clears(a, b, NULL);
    return near;
}

sck_status sck_scale_snap(sck_scale s, sck_scale table, sck_scale *out)
{
    if (!sck_scale_is_valid(s) || !sck_scale_is_valid(table) ||
        !is_near(s, table))
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "scale is %" PRIu64 " * 2^%" PRId32
                        " (2^%.9f), the table's is %" PRIu64 " * 2^%" PRId32
                        " (2^%.9f): more than 2^-50 apart",
                        s.integer, s.exponent, sck_scale_log2(s), table.integer,
                        table.exponent, sck_scale_log2(table));
    *out = table;
    return SCK_OK;
}
