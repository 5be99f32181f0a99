/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.scale: scales against exact fractions; the tables' scales. */
#include "params_kit.h"

#include <math.h>

/* out = s as a fraction. */
static void set_scale(mpq_t out, sck_scale s)
{
    mpz_import(mpq_numref(out), 1, 1, sizeof s.integer, 0, 0, &s.integer);
    mpz_set_ui(mpq_denref(out), 1);
    if (s.exponent >= 0)
        mpq_mul_2exp(out, out, (mp_bitcnt_t)s.exponent);
    else
        mpq_div_2exp(out, out, (mp_bitcnt_t)-s.exponent);
}

/* |got - want| 2^bits <= want */
static int close_to(const mpq_t got, const mpq_t want, mp_bitcnt_t bits)
{
    mpq_t d;
    int result;

    mpq_init(d);
    mpq_sub(d, got, want);
    mpq_abs(d, d);
    mpq_mul_2exp(d, d, bits);
    result = mpq_cmp(d, want) <= 0;
    mpq_clear(d);
    return result;
}

static void rescaled_squares_have_the_scale_below(void)
{
    mpq_t exact, q, table;

    mpq_inits(exact, q, table, NULL);
    for (size_t s = 0; s < COUNT(all_names); s++) {
        sck_params *p = named(all_names[s]);

        for (uint32_t l = 1; l <= sck_params_app_top(p); l++) {
            const sck_scale top = sck_params_scale(p, l);
            const sck_scale below = sck_params_scale(p, l - 1);
            uint32_t n, m;
            const uint32_t *added = sck_params_added(p, l, &n);
            const uint32_t *dropped = sck_params_dropped(p, l, &m);
            sck_scale out = {0, 0};

            set_scale(exact, top);
            mpq_mul(exact, exact, exact);
            product(mpq_numref(q), added, n);
            product(mpq_denref(q), dropped, m);
            mpq_canonicalize(q);
            mpq_mul(exact, exact, q);
            set_scale(table, below);
            CU_ASSERT_TRUE(close_to(exact, table, 62));
            CU_ASSERT_EQUAL(
                sck_scale_snap(sck_scale_ratio(sck_scale_mul(top, top), added,
                                               n, dropped, m),
                               below, &out),
                SCK_OK);
            CU_ASSERT_TRUE(sck_scale_equal(out, below));
        }
        sck_params_free(p);
    }
    mpq_clears(exact, q, table, NULL);
}

static sck_scale random_scale(void)
{
    const sck_scale s = {sck_test_random() | UINT64_C(1) << 63,
                         (int32_t)sck_test_below(400) - 200};
    return s;
}

static void scale_arithmetic_rounds_to_nearest(void)
{
    mpq_t got, want, factor;

    mpq_inits(got, want, factor, NULL);
    for (int i = 0; i < 2000; i++) {
        const sck_scale a = random_scale(), b = random_scale();
        const uint32_t num[3] = {1 + sck_test_below(1U << 30),
                                 1 + sck_test_below(1U << 30), 1};
        const uint32_t den[2] = {1 + sck_test_below(1U << 30),
                                 1 + sck_test_below(1U << 30)};
        const uint32_t n = sck_test_below(4), m = sck_test_below(3);

        set_scale(want, a);
        set_scale(factor, b);
        mpq_mul(want, want, factor);
        set_scale(got, sck_scale_mul(a, b));
        CU_ASSERT_TRUE(close_to(got, want, 64));
        set_scale(want, a);
        product(mpq_numref(factor), num, n);
        product(mpq_denref(factor), den, m);
        mpq_canonicalize(factor);
        mpq_mul(want, want, factor);
        set_scale(got, sck_scale_ratio(a, num, n, den, m));
        CU_ASSERT_TRUE(close_to(got, want, 64));
        CU_ASSERT_TRUE(sck_scale_is_valid(sck_scale_ratio(a, num, n, den, m)));
        CU_ASSERT_TRUE(sck_scale_equal(
            sck_scale_from_double(sck_scale_to_double(a)),
            sck_scale_from_double(ldexp((double)a.integer, a.exponent))));
    }
    mpq_clears(got, want, factor, NULL);
}

static void scale_arithmetic_breaks_ties_to_even(void)
{
    const sck_scale odd = {UINT64_MAX, 0}, even = {UINT64_MAX - 1, 0};
    const sck_scale three = sck_scale_from_double(3), one = {1ULL << 63, -63};
    const sck_scale low = {(1ULL << 63) + 1, 0};
    const uint32_t nine[] = {9}, two[] = {2}, four[] = {4};
    sck_scale s;

    CU_ASSERT_TRUE(sck_scale_equal(sck_scale_mul(odd, one), odd));
    CU_ASSERT_TRUE(sck_scale_equal(sck_scale_mul(even, one), even));
    s = sck_scale_ratio(odd, two, 1, two, 1);
    CU_ASSERT_TRUE(sck_scale_equal(s, odd));
    /* (2^63 + 1) 3/2 = 2^63 + 2^62 + 1 + 1/2: down to even is up to + 2. */
    s = sck_scale_ratio(sck_scale_mul(low, one), (const uint32_t[]){3}, 1, two,
                        1);
    CU_ASSERT_EQUAL(s.integer, (1ULL << 63) + (1ULL << 62) + 2);
    CU_ASSERT_EQUAL(s.exponent, 0);
    /* (2^63 + 3) 3/2 = ... + 4 + 1/2: down. */
    s.integer = (1ULL << 63) + 3;
    s = sck_scale_ratio(s, (const uint32_t[]){3}, 1, two, 1);
    CU_ASSERT_EQUAL(s.integer, (1ULL << 63) + (1ULL << 62) + 4);
    /* (2^64 - 1) 9/4 carries: the next power of two's form. */
    s = sck_scale_ratio(odd, nine, 1, four, 1);
    CU_ASSERT_EQUAL(s.exponent, 2);
    CU_ASSERT_EQUAL(s.integer, (1ULL << 63) + (1ULL << 60) - 1);
    CU_ASSERT_EQUAL(three.integer, 3ULL << 62);
    CU_ASSERT_EQUAL(three.exponent, -62);
    CU_ASSERT_EQUAL(sck_scale_to_double(three), 3);
    CU_ASSERT_DOUBLE_EQUAL(sck_scale_log2(three), log2(3), 1e-15);
}

static void scales_out_of_range_are_no_scale(void)
{
    const sck_scale none = {0, 0}, one = {1ULL << 63, -63};
    const sck_scale huge = {1ULL << 63, INT32_MAX};
    const sck_scale tiny = {1ULL << 63, INT32_MIN};
    const uint32_t zero[] = {0};

    CU_ASSERT_EQUAL(sck_scale_mul(huge, huge).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_mul(tiny, tiny).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_mul(none, one).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_ratio(none, NULL, 0, NULL, 0).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_ratio(one, zero, 1, NULL, 0).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_ratio(one, NULL, 0, zero, 1).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_from_double(0).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_from_double(-1).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_from_double(NAN).integer, 0);
    CU_ASSERT_EQUAL(sck_scale_from_double(INFINITY).integer, 0);
    CU_ASSERT_TRUE(isinf(sck_scale_to_double(huge)));
    CU_ASSERT_EQUAL(sck_scale_to_double(tiny), 0);
    CU_ASSERT_TRUE(sck_scale_log2(none) < 0);
    CU_ASSERT_EQUAL(sck_scale_from_double(0x1p-1074).exponent, -1074 - 63);
}

static void snapping_reaches_2_to_the_minus_50_and_no_further(void)
{
    const sck_scale one = {1ULL << 63, -63}, none = {0, 0};
    const sck_scale in = {(1ULL << 63) + (1ULL << 13), -63};
    const sck_scale beyond = {(1ULL << 63) + (1ULL << 13) + 1, -63};
    /* Below a power of two the same distance is twice as many units. */
    const sck_scale under = {0 - (1ULL << 14), -64};
    const sck_scale far_under = {0 - (1ULL << 14) - 1, -64};
    const sck_scale twice = {1ULL << 63, -62}, wide = {1ULL << 63, INT32_MAX};
    sck_scale out = none;

    CU_ASSERT_EQUAL(sck_scale_snap(in, one, &out), SCK_OK);
    CU_ASSERT_TRUE(sck_scale_equal(out, one));
    CU_ASSERT_EQUAL(sck_scale_snap(under, one, &out), SCK_OK);
    CU_ASSERT_TRUE(sck_scale_equal(out, one));
    CU_ASSERT_EQUAL(sck_scale_snap(one, one, &out), SCK_OK);
    out = none;
    CU_ASSERT_EQUAL(sck_scale_snap(far_under, one, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_scale_snap(twice, one, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_scale_snap(wide, one, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_scale_snap(none, one, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_scale_snap(one, none, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_scale_snap(beyond, one, &out), SCK_ERR_SHAPE);
    CU_ASSERT_TRUE(sck_scale_equal(out, none));
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_scale_snap: scale is 9223372036854784001 * 2^-63 (2^0.000000000), "
        "the table's is 9223372036854775808 * 2^-63 (2^0.000000000): more than "
        "2^-50 apart");
}

static CU_TestInfo cases[] = {
    {"rescaled_squares_have_the_scale_below",
     rescaled_squares_have_the_scale_below},
    {"scale_arithmetic_rounds_to_nearest", scale_arithmetic_rounds_to_nearest},
    {"scale_arithmetic_breaks_ties_to_even",
     scale_arithmetic_breaks_ties_to_even},
    {"scales_out_of_range_are_no_scale", scales_out_of_range_are_no_scale},
    {"snapping_reaches_2_to_the_minus_50_and_no_further",
     snapping_reaches_2_to_the_minus_50_and_no_further},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(scale, cases)
