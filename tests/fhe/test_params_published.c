/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.params_published: the six sets against tables made by an
 * independent program (tests/data/parameters), the ids against
 * tests/data/vectors.json. */
#include "params_kit.h"

#include <jansson.h>
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

static CU_TestInfo cases[] = {
    {"levels_are_the_published_ones", levels_are_the_published_ones},
    {"scales_are_the_published_ones_exactly",
     scales_are_the_published_ones_exactly},
    {"key_classes_are_the_published_ones", key_classes_are_the_published_ones},
    {"ids_are_the_known_answers", ids_are_the_known_answers},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(params_published, cases)
