/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.params_literal: tables of a caller's own, and refusals with their
 * messages. */
#include <stdio.h>
#include <string.h>

#include "sck_params.h"
#include "sck_test.h"

static const struct sck_params_literal good = {.logn = 16,
                                               .q0_bits = 50,
                                               .scale_bits = 40,
                                               .levels = 14,
                                               .levels_stc = 3,
                                               .levels_evalmod = 8,
                                               .evalmod_bits = 56,
                                               .levels_cts = 4,
                                               .cts_bits = 50,
                                               .special = 12};

static void is_refused(struct sck_params_literal literal, const char *message)
{
    static char place;
    sck_params *p = (sck_params *)(void *)&place;

    CU_ASSERT_EQUAL(sck_params_new(&literal, &p), SCK_ERR_PARAMETERS);
    CU_ASSERT_PTR_NULL(p);
    if (strcmp(sck_last_error(), message) != 0)
        fprintf(stderr, "\n got: %s\nwant: %s\n", sck_last_error(), message);
    CU_ASSERT_STRING_EQUAL(sck_last_error(), message);
}

#define REFUSED(field, value, message)                                         \
    do {                                                                       \
        struct sck_params_literal bad_ = good;                                 \
        bad_.field = (value);                                                  \
        is_refused(bad_, message);                                             \
    } while (0)

#define DOOR "sck_params_check_literal: "

static void senseless_literals_are_refused_with_numbers(void)
{
    REFUSED(logn, 17, DOOR "log2 N is 17, outside 13..16");
    REFUSED(logn, 12, DOOR "log2 N is 12, outside 13..16");
    REFUSED(scale_bits, 37,
            DOOR "scale is 37 bits, not one of 25, 30, ..., 55");
    REFUSED(q0_bits, 40,
            DOOR "level 0 is 40 bits, not a multiple of 5 in 45..60");
    REFUSED(q0_bits, 45,
            "size_ladder: level 0 of 45 bits is no sum of 30s and at most "
            "five 25s");
    REFUSED(special, 16, DOOR "16 special primes, outside 1..15");
    REFUSED(special, 1,
            "check_extras: 1 special primes, encapsulation keys need 2");
    REFUSED(levels, 0, DOOR "0 application levels of 16 in all, outside 1..64");
    REFUSED(levels, UINT32_MAX,
            DOOR "4294967295 application levels of 4294967311 in all, outside "
                 "1..64");
    REFUSED(levels_cts, 0,
            "check_extras: 3 SlotToCoeff, 8 EvalMod and 0 CoeffToSlot levels: "
            "all or none must be 0");
    REFUSED(evalmod_bits, 62,
            "check_extras: EvalMod levels of 62 and CoeffToSlot levels of 50 "
            "bits, outside 50..60");
    REFUSED(levels_evalmod, 41, DOOR "129 primes, more than 128");
}

#define BOUND                                                                  \
    "check_modulus: top level and special primes: log2 of the modulus is "

static void insecure_tables_are_refused_with_numbers(void)
{
    struct sck_params_literal test = good;
    sck_params *p = NULL;

    REFUSED(levels, 15, BOUND "1776.68, the limit for N = 2^16 is 1740");
    REFUSED(special, 13, BOUND "1766.55, the limit for N = 2^16 is 1740");
    REFUSED(logn, 15,
            "add_class: key class app-high (levels 11..17): log2(UP) is at "
            "least 908.61, the limit for N = 2^15 is 860");
    REFUSED(special, 3,
            "add_class: key class CtS-high (levels 28..29): 3 special primes "
            "give no P/D >= 2^6 with at most 13 digits");
    /* A bottom level as large as the two primes of its key. */
    test.q0_bits = 60;
    test.levels = 13;
    is_refused(test, "check_encapsulation: encapsulation key: P/D is 2^0.09, "
                     "below 2^5");
    test = good;
    /* Test sets may have any ring, not any table. */
    test.insecure_test_only = 1;
    test.levels = 16;
    is_refused(test, BOUND "1816.49, the limit for N = 2^16 is 1740");
    test.levels = 14;
    test.logn = 4;
    CU_ASSERT_EQUAL(sck_params_new(&test, &p), SCK_OK);
    CU_ASSERT_TRUE(sck_params_is_insecure(p));
    CU_ASSERT_EQUAL(sck_params_security_bits(p), 0);
    sck_params_free(p);
}

static void other_tables_can_be_made(void)
{
    struct sck_params_literal t = good;
    sck_params *p = NULL;
    char name[] = "mine";

    t.name = name;
    t.levels = 13;
    t.evalmod_bits = 58;
    t.cts_bits = 54;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&t, &p), SCK_OK);
    name[0] = 'x';
    CU_ASSERT_STRING_EQUAL(sck_params_name(p), "mine");
    CU_ASSERT_DOUBLE_EQUAL(sck_params_log2_qp(p), 1728.8, 0.06);
    sck_params_free(p);
    t.name = NULL;
    t.scale_bits = 35;
    t.levels = 17;
    t.evalmod_bits = 56;
    t.cts_bits = 50;
    t.special = 11;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&t, &p), SCK_OK);
    CU_ASSERT_STRING_EQUAL(sck_params_name(p), "custom");
    CU_ASSERT_DOUBLE_EQUAL(sck_params_log2_qp(p), 1726.4, 0.06);
    CU_ASSERT_EQUAL(sck_params_security_bits(p), 128);
    sck_params_free(p);
    /* 50, 75, 100 and 125 bits: terminals alone. */
    memset(&t, 0, sizeof t);
    t.logn = 13;
    t.q0_bits = 50;
    t.scale_bits = 25;
    t.levels = 3;
    t.special = 2;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&t, &p), SCK_OK);
    CU_ASSERT_DOUBLE_EQUAL(sck_params_log2_qp(p), 185, 0.5);
    sck_params_free(p);
}

static void wrong_calls_are_refused(void)
{
    struct sck_params_literal t = good;
    sck_params *p = NULL;

    CU_ASSERT_EQUAL(sck_params_named("b17-40", &p), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_params_named: no parameter set is called 'b17-40', but "
        "l13-30, l14-40, l15-40, b16-40, b16-35, b16-45, test-10, test-11, "
        "test-12");
    CU_ASSERT_EQUAL(sck_params_named(NULL, &p), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_params_named("b16-40", NULL), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_params_new(NULL, &p), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_params_new(&good, NULL), SCK_ERR_ARGUMENT);
    t.name = "a name of more than thirty-one bytes";
    CU_ASSERT_EQUAL(sck_params_new(&t, &p), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_params_new: the name has 36 bytes, at most 31");
    CU_ASSERT_PTR_NULL(p);
    sck_params_free(NULL);
}

static CU_TestInfo cases[] = {
    {"senseless_literals_are_refused_with_numbers",
     senseless_literals_are_refused_with_numbers},
    {"insecure_tables_are_refused_with_numbers",
     insecure_tables_are_refused_with_numbers},
    {"other_tables_can_be_made", other_tables_can_be_made},
    {"wrong_calls_are_refused", wrong_calls_are_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(params_literal, cases)
