/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.params. The six sets against tables made by an independent program
 * (tests/data/parameters), the ids against tests/data/vectors.json; exact
 * properties of the tables. */
#include "params_kit.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const published[] = {"b16-40", "b16-35", "b16-45",
                                        "l13-30", "l14-40", "l15-40"};

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

/* What a bootstrap leaves, and the moduli of all keys that it needs: of every
 * class, and of encapsulation under its sparse secret. */
static void bootstrappable_sets_keep_their_levels_and_bounds(void)
{
    static const struct {
        const char *name;
        uint32_t levels, scale_bits;
    } want[] = {{"b16-40", 14, 40}, {"b16-35", 16, 35}, {"b16-45", 10, 45}};

    for (size_t s = 0; s < COUNT(want); s++) {
        sck_params *p = named(want[s].name);
        const uint32_t input = sck_params_shape(p)->levels_stc;
        uint32_t zeroth, specials;
        const uint32_t *q = sck_params_primes(p, 0, &zeroth);
        const uint32_t *special = sck_params_special(p, &specials);
        double encapsulation = log2(special[0]) + log2(special[1]);

        CU_ASSERT_EQUAL(sck_params_app_top(p) - input, want[s].levels);
        for (uint32_t l = input; l <= sck_params_app_top(p); l++)
            CU_ASSERT_DOUBLE_EQUAL(sck_scale_log2(sck_params_scale(p, l)),
                                   want[s].scale_bits, 0.25);
        for (uint32_t i = 0; i < sck_params_classes(p); i++) {
            const struct sck_key_class *c = sck_params_class(p, i);
            double up = 0;

            for (uint32_t k = 0; k < c->count; k++)
                up += log2(c->primes[k]);
            for (uint32_t k = 0; k < c->special_count; k++)
                up += log2(c->special[k]);
            CU_ASSERT_DOUBLE_EQUAL(up, c->log2_up, 1e-9);
            CU_ASSERT(up <= 1740);
        }
        for (uint32_t k = 0; k < zeroth; k++)
            encapsulation += log2(q[k]);
        CU_ASSERT(encapsulation <= 121);
        sck_params_free(p);
    }
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
    {"bootstrappable_sets_keep_their_levels_and_bounds",
     bootstrappable_sets_keep_their_levels_and_bounds},
    {"levels_out_of_range_are_empty", levels_out_of_range_are_empty},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(params, cases)
