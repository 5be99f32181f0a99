/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.params. The six sets against tables made by an independent program
 * (tests/data/parameters), the ids against tests/data/vectors.json; exact
 * properties of the tables; scale arithmetic; refusals with their messages. */
#include <gmp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sck_params.h"
#include "sck_test.h"

static const char *const published[] = {"b16-40", "b16-35", "b16-45",
                                        "l13-30", "l14-40", "l15-40"};
static const char *const all_names[] = {"b16-40",  "b16-35",  "b16-45",
                                        "l13-30",  "l14-40",  "l15-40",
                                        "test-10", "test-11", "test-12"};

#define COUNT(x) (sizeof(x) / sizeof *(x))

static json_t *load(const char *folder, const char *name)
{
    char path[1024];
    json_t *json;

    snprintf(path, sizeof path, "%s%s/%s.json", SCK_TEST_DATA, folder, name);
    /* Scales are unsigned 64-bit integers, more than jansson's: as reals they
     * would lose bits, so the text is searched for them instead. */
    json = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    return json;
}

static char *load_text(const char *name)
{
    char path[1024];
    char *text = calloc(1, 1 << 20);
    FILE *file;

    snprintf(path, sizeof path, "%s/parameters/%s.json", SCK_TEST_DATA, name);
    file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_TRUE(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static sck_params *named(const char *name)
{
    sck_params *p = NULL;
    const sck_status status = sck_params_named(name, &p);

    if (status != SCK_OK)
        fprintf(stderr, "%s: %s\n", name, sck_last_error());
    CU_ASSERT_EQUAL_FATAL(status, SCK_OK);
    return p;
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void same_list(const json_t *want, const uint32_t *got, uint32_t count)
{
    CU_ASSERT_EQUAL_FATAL(json_array_size(want), count);
    for (uint32_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(json_number_value(json_array_get(want, i)), got[i]);
}

static uint32_t place_of(const sck_params *p, uint32_t q)
{
    uint32_t count;
    const uint32_t *order = sck_params_storage_order(p, &count);

    for (uint32_t i = 0; i < count; i++)
        if (order[i] == q)
            return i;
    return UINT32_MAX;
}

/* Equal as sets, and got in storage order. */
static void same_set(const sck_params *p, const json_t *want,
                     const uint32_t *got, uint32_t count)
{
    CU_ASSERT_EQUAL_FATAL(json_array_size(want), count);
    for (uint32_t i = 0; i < count; i++) {
        int found = 0;

        for (uint32_t j = 0; j < count; j++)
            found |= json_number_value(json_array_get(want, j)) == got[i];
        CU_ASSERT_TRUE(found);
        CU_ASSERT_NOT_EQUAL(place_of(p, got[i]), UINT32_MAX);
        if (i > 0)
            CU_ASSERT_TRUE(place_of(p, got[i - 1]) < place_of(p, got[i]));
    }
}

static void levels_are_the_published_ones(void)
{
    for (size_t s = 0; s < COUNT(published); s++) {
        json_t *t = load("/parameters", published[s]);
        const json_t *levels = json_object_get(t, "levels");
        sck_params *p = named(published[s]);
        const struct sck_params_literal *shape = sck_params_shape(p);
        const uint32_t *x;
        uint32_t n;

        CU_ASSERT_STRING_EQUAL(sck_params_name(p), published[s]);
        CU_ASSERT_EQUAL(sck_params_logn(p), number(t, "logn"));
        CU_ASSERT_EQUAL(shape->q0_bits, number(t, "q0_bits"));
        CU_ASSERT_EQUAL(shape->scale_bits, number(t, "delta_bits"));
        CU_ASSERT_EQUAL(shape->levels, number(t, "levels_application"));
        CU_ASSERT_EQUAL(shape->levels_stc, number(t, "levels_slot_to_coeff"));
        CU_ASSERT_EQUAL(shape->levels_evalmod, number(t, "levels_evalmod"));
        CU_ASSERT_EQUAL(shape->levels_cts, number(t, "levels_coeff_to_slot"));
        CU_ASSERT_EQUAL_FATAL(sck_params_levels(p), json_array_size(levels));
        CU_ASSERT_EQUAL(sck_params_app_top(p),
                        number(t, "levels_application") +
                            number(t, "levels_slot_to_coeff"));
        CU_ASSERT_DOUBLE_EQUAL(sck_params_log2_qp(p), number(t, "log2_qp"),
                               0.0002);
        x = sck_params_storage_order(p, &n);
        same_list(json_object_get(t, "storage_order"), x, n);
        x = sck_params_special(p, &n);
        same_list(json_object_get(t, "special"), x, n);
        for (uint32_t l = 0; l < sck_params_levels(p); l++) {
            const json_t *level = json_array_get(levels, l);

            x = sck_params_primes(p, l, &n);
            same_set(p, json_object_get(level, "primes"), x, n);
            x = sck_params_added(p, l, &n);
            same_set(p, json_object_get(level, "added"), x, n);
            x = sck_params_dropped(p, l, &n);
            same_set(p, json_object_get(level, "dropped"), x, n);
        }
        sck_params_free(p);
        json_decref(t);
    }
}

static void scales_are_the_published_ones_exactly(void)
{
    for (size_t s = 0; s < COUNT(published); s++) {
        char *text = load_text(published[s]);
        const char *at = text;
        sck_params *p = named(published[s]);

        for (uint32_t l = 0; l <= sck_params_app_top(p); l++) {
            sck_scale want;

            at = strstr(at, "\"integer\":");
            CU_ASSERT_PTR_NOT_NULL_FATAL(at);
            want.integer = strtoull(at + strlen("\"integer\":"), NULL, 10);
            at = strstr(at, "\"exponent\":");
            CU_ASSERT_PTR_NOT_NULL_FATAL(at);
            want.exponent =
                (int32_t)strtol(at + strlen("\"exponent\":"), NULL, 10);
            CU_ASSERT_TRUE(sck_scale_is_valid(want));
            CU_ASSERT_TRUE(sck_scale_equal(sck_params_scale(p, l), want));
        }
        CU_ASSERT_PTR_NULL(strstr(at, "\"integer\":"));
        CU_ASSERT_EQUAL(sck_params_scale(p, sck_params_app_top(p) + 1).integer,
                        0);
        sck_params_free(p);
        free(text);
    }
}

static void key_classes_are_the_published_ones(void)
{
    for (size_t s = 0; s < COUNT(published); s++) {
        json_t *t = load("/parameters", published[s]);
        const json_t *classes = json_object_get(t, "key_classes");
        sck_params *p = named(published[s]);

        CU_ASSERT_EQUAL_FATAL(sck_params_classes(p), json_array_size(classes));
        for (uint32_t i = 0; i < sck_params_classes(p); i++) {
            const json_t *want = json_array_get(classes, i);
            const json_t *levels = json_object_get(want, "levels");
            const json_t *digits = json_object_get(want, "digits");
            const struct sck_key_class *got = sck_params_class(p, i);

            CU_ASSERT_STRING_EQUAL(
                got->name, json_string_value(json_object_get(want, "name")));
            CU_ASSERT_EQUAL(json_number_value(json_array_get(levels, 0)),
                            got->first_level);
            CU_ASSERT_EQUAL(json_number_value(json_array_get(levels, 1)),
                            got->last_level);
            CU_ASSERT_EQUAL(number(want, "union_limbs"), got->count);
            CU_ASSERT_EQUAL_FATAL(json_array_size(digits), got->digits);
            for (uint32_t d = 0; d < got->digits; d++)
                same_list(json_array_get(digits, d), got->digit[d],
                          got->digit_length[d]);
            same_list(json_object_get(want, "special"), got->special,
                      got->special_count);
            CU_ASSERT_DOUBLE_EQUAL(got->log2_up, number(want, "log2_up"),
                                   0.0051);
            CU_ASSERT_DOUBLE_EQUAL(got->p_over_d_bits,
                                   number(want, "P_over_D_bits"), 0.0051);
            CU_ASSERT_TRUE(got->within_limit);
        }
        CU_ASSERT_PTR_NULL(sck_params_class(p, sck_params_classes(p)));
        sck_params_free(p);
        json_decref(t);
    }
}

static void ids_are_the_known_answers(void)
{
    json_t *file = load("", "vectors");
    json_t *ids = json_object_get(file, "parameter_id"), *want;
    const char *name;

    CU_ASSERT_EQUAL(json_object_size(ids), 7);
    json_object_foreach(ids, name, want)
    {
        sck_params *p = named(name);
        char hex[2 * SCK_PARAMS_ID_BYTES + 1];

        for (int i = 0; i < SCK_PARAMS_ID_BYTES; i++)
            snprintf(hex + (ptrdiff_t)2 * i, 3, "%02x", sck_params_id(p)[i]);
        CU_ASSERT_STRING_EQUAL(hex, json_string_value(want));
        sck_params_free(p);
    }
    json_decref(file);
}

static void product(mpz_t out, const uint32_t *x, uint32_t n)
{
    mpz_set_ui(out, 1);
    for (uint32_t i = 0; i < n; i++)
        mpz_mul_ui(out, out, x[i]);
}

static uint64_t sum(const uint32_t *x, uint32_t n)
{
    uint64_t result = 0;

    while (n-- > 0)
        result += x[n];
    return result;
}

static void fusing_is_allowed_exactly_where_sums_fit(void)
{
    for (size_t s = 0; s < COUNT(all_names); s++) {
        const int is_45 = strcmp(all_names[s], "b16-45") == 0;
        sck_params *p = named(all_names[s]);

        for (uint32_t l = 1; l < sck_params_levels(p); l++) {
            const struct sck_key_class *c =
                sck_params_class(p, sck_params_class_of(p, l));
            const uint64_t bound = (UINT64_C(1) << 34) - (1 << 8);
            const uint64_t special = sum(c->special, c->special_count);
            uint32_t n;
            const uint32_t *dropped = sck_params_dropped(p, l, &n);

            CU_ASSERT_TRUE(special < bound);
            CU_ASSERT_TRUE(n + c->special_count <= 19);
            CU_ASSERT_EQUAL(sck_params_fuses(p, l),
                            special + sum(dropped, n) < bound);
            CU_ASSERT_EQUAL(sck_params_fuses(p, l),
                            !(is_45 && l >= 14 && l <= 17));
        }
        CU_ASSERT_FALSE(sck_params_fuses(p, 0));
        CU_ASSERT_FALSE(sck_params_fuses(p, sck_params_levels(p)));
        sck_params_free(p);
    }
}

static void every_class_covers_its_levels_within_the_bounds(void)
{
    static const uint32_t limit[] = {212, 430, 860, 1740};
    mpz_t a, b;

    mpz_inits(a, b, NULL);
    for (size_t s = 0; s < COUNT(all_names); s++) {
        sck_params *p = named(all_names[s]);
        const int insecure = sck_params_is_insecure(p);
        const uint32_t bits = limit[insecure ? 3 : sck_params_logn(p) - 13];

        for (uint32_t i = 0; i < sck_params_classes(p); i++) {
            const struct sck_key_class *c = sck_params_class(p, i);
            uint32_t covered = 0;

            CU_ASSERT_TRUE(c->special_count <= SCK_MAX_TERMS);
            CU_ASSERT_EQUAL(c->within_limit, !insecure);
            for (uint32_t d = 0; d < c->digits; d++) {
                CU_ASSERT_TRUE(c->digit_length[d] <= SCK_MAX_TERMS);
                CU_ASSERT_PTR_EQUAL(c->digit[d], c->primes + covered);
                covered += c->digit_length[d];
                product(a, c->special, c->special_count);
                product(b, c->digit[d], c->digit_length[d]);
                mpz_mul_2exp(b, b, 6);
                CU_ASSERT_TRUE(mpz_cmp(a, b) >= 0);
            }
            CU_ASSERT_EQUAL(covered, c->count);
            product(b, c->primes, c->count);
            mpz_mul(a, a, b);
            CU_ASSERT_TRUE(mpz_sizeinbase(a, 2) <= bits);
            for (uint32_t l = c->first_level; l <= c->last_level; l++) {
                uint32_t n;
                const uint32_t *q = sck_params_primes(p, l, &n);

                CU_ASSERT_EQUAL(sck_params_class_of(p, l), i);
                /* U holds every prime of its levels, P none. */
                for (uint32_t j = 0; j < n; j++) {
                    CU_ASSERT_TRUE(mpz_divisible_ui_p(b, q[j]));
                    for (uint32_t k = 0; k < c->special_count; k++)
                        CU_ASSERT_NOT_EQUAL(c->special[k], q[j]);
                }
            }
        }
        CU_ASSERT_EQUAL(sck_params_class_of(p, sck_params_levels(p)),
                        UINT32_MAX);
        if (all_names[s][0] != 'l')
            CU_ASSERT_EQUAL(sck_params_class_of(p, 0), UINT32_MAX);
        CU_ASSERT_EQUAL(sck_params_security_bits(p), insecure ? 0 : 128);
        sck_params_free(p);
    }
    mpz_clears(a, b, NULL);
}

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
        "sck_params_named: no parameter set is called 'b17-40'");
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

static void levels_out_of_range_are_empty(void)
{
    sck_params *p = named("l13-30");
    uint32_t n = 1, m;

    CU_ASSERT_PTR_NULL(sck_params_primes(p, 4, &n));
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_PTR_NULL(sck_params_added(p, 4, &n));
    CU_ASSERT_PTR_NULL(sck_params_dropped(p, UINT32_MAX, &n));
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_EQUAL(sck_params_scale(p, 4).integer, 0);
    CU_ASSERT_PTR_EQUAL(sck_params_storage_order(p, &n),
                        sck_params_all_primes(p, &m));
    CU_ASSERT_PTR_EQUAL(sck_params_all_primes(p, &m) + n,
                        sck_params_special(p, &n));
    CU_ASSERT_EQUAL(n, 2);
    sck_params_free(p);
}

static CU_TestInfo cases[] = {
    {"levels_are_the_published_ones", levels_are_the_published_ones},
    {"scales_are_the_published_ones_exactly",
     scales_are_the_published_ones_exactly},
    {"key_classes_are_the_published_ones", key_classes_are_the_published_ones},
    {"ids_are_the_known_answers", ids_are_the_known_answers},
    {"fusing_is_allowed_exactly_where_sums_fit",
     fusing_is_allowed_exactly_where_sums_fit},
    {"every_class_covers_its_levels_within_the_bounds",
     every_class_covers_its_levels_within_the_bounds},
    {"rescaled_squares_have_the_scale_below",
     rescaled_squares_have_the_scale_below},
    {"scale_arithmetic_rounds_to_nearest", scale_arithmetic_rounds_to_nearest},
    {"scale_arithmetic_breaks_ties_to_even",
     scale_arithmetic_breaks_ties_to_even},
    {"scales_out_of_range_are_no_scale", scales_out_of_range_are_no_scale},
    {"snapping_reaches_2_to_the_minus_50_and_no_further",
     snapping_reaches_2_to_the_minus_50_and_no_further},
    {"senseless_literals_are_refused_with_numbers",
     senseless_literals_are_refused_with_numbers},
    {"insecure_tables_are_refused_with_numbers",
     insecure_tables_are_refused_with_numbers},
    {"other_tables_can_be_made", other_tables_can_be_made},
    {"wrong_calls_are_refused", wrong_calls_are_refused},
    {"levels_out_of_range_are_empty", levels_out_of_range_are_empty},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(params, cases)
