/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "ring_priv.h"
#include "sck_test.h"

#include <mpfr.h>
#include <stdlib.h>

enum { BITS = 200 };

/* hi, lo: the nearest double of x, and of what is left. */
static int is_part(struct sck_double2 part, mpfr_t x)
{
    const double hi = mpfr_get_d(x, MPFR_RNDN);

    mpfr_sub_d(x, x, hi, MPFR_RNDN);
    return part.hi == hi && part.lo == mpfr_get_d(x, MPFR_RNDN);
}

static void committed_constants_are_those_of_mpfr(void)
{
    mpfr_t angle, x;

    mpfr_inits2(400, angle, x, (mpfr_ptr)0);
    for (unsigned t = 0; t <= SCK_RING_LOGN_MAX; t++) {
        const struct sck_unit_root *root = &sck_unit_root_table[t];

        mpfr_const_pi(angle, MPFR_RNDN);
        mpfr_div_2ui(angle, angle, t, MPFR_RNDN);
        mpfr_cos(x, angle, MPFR_RNDN);
        if (t == 1) /* pi is not a number of 400 bits, so not quite 0 */
            mpfr_set_zero(x, 1);
        CU_ASSERT_TRUE(is_part(root->re, x));
        mpfr_sin(x, angle, MPFR_RNDN);
        if (t == 0)
            mpfr_set_zero(x, 1);
        CU_ASSERT_TRUE(is_part(root->im, x));
    }
    mpfr_clears(angle, x, (mpfr_ptr)0);
}

/* The product over k's bits, high to low, at 200 bits: as the known answers'
 * script makes it. */
static void root_by_mpfr(uint32_t logn, uint32_t k, double *re, double *im)
{
    static mpfr_t x, y, c, s, u, v;
    static int ready;

    if (!ready)
        mpfr_inits2(BITS, x, y, c, s, u, v, (mpfr_ptr)0);
    ready = 1;
    mpfr_set_ui(x, 1, MPFR_RNDN);
    mpfr_set_zero(y, 1);
    for (uint32_t b = logn + 1; b-- > 0;) {
        const struct sck_unit_root *root = &sck_unit_root_table[logn - b];

        if (!(k >> b & 1))
            continue;
        mpfr_set_d(c, root->re.hi, MPFR_RNDN);
        mpfr_add_d(c, c, root->re.lo, MPFR_RNDN);
        mpfr_set_d(s, root->im.hi, MPFR_RNDN);
        mpfr_add_d(s, s, root->im.lo, MPFR_RNDN);
        mpfr_mul(u, x, c, MPFR_RNDN);
        mpfr_mul(v, y, s, MPFR_RNDN);
        mpfr_sub(u, u, v, MPFR_RNDN);
        mpfr_mul(v, x, s, MPFR_RNDN);
        mpfr_mul(x, y, c, MPFR_RNDN);
        mpfr_add(y, v, x, MPFR_RNDN);
        mpfr_set(x, u, MPFR_RNDN);
    }
    *re = mpfr_get_d(x, MPFR_RNDN);
    *im = mpfr_get_d(y, MPFR_RNDN);
}

static void zeta_is_the_product_at_200_bits_rounded_once(void)
{
    const uint32_t logn = sck_test_largest();
    double *zeta = malloc(sizeof *zeta << (logn + 2));
    size_t wrong = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(zeta);
    sck_unit_roots(logn, zeta);
    for (uint32_t k = 0; k < 2u << logn; k++) {
        double re, im;

        root_by_mpfr(logn, k, &re, &im);
        wrong += zeta[2 * k] != re || zeta[2 * k + 1] != im;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(zeta[2u << logn], -1.0);
    CU_ASSERT_EQUAL(zeta[(2u << logn) + 1], 0.0);
    free(zeta);
    mpfr_free_cache();
}

static CU_TestInfo cases[] = {
    {"committed_constants_are_those_of_mpfr",
     committed_constants_are_those_of_mpfr},
    {"zeta_is_the_product_at_200_bits_rounded_once",
     zeta_is_the_product_at_200_bits_rounded_once},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(unit_roots, cases)
