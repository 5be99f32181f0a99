/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite perfmodels.report. What the benchmark says of its measurements. */
#include "../../perfmodels/bench/report.h"
#include "sck_test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME "report-test.json"

static struct report two_rows(void)
{
    struct report r = {0};
    const struct row floor = {.name = "floor.butterfly",
                              .isa = "ref",
                              .unit = "G/s",
                              .workers = 1,
                              .value = {2, 1, 3},
                              .floor = 2};
    const struct row ntt = {.name = "ntt",
                            .isa = "ref",
                            .unit = "us",
                            .logn = 16,
                            .level = 26,
                            .limbs = 4,
                            .workers = 2,
                            .block = 4,
                            .value = {300, 250, 350},
                            .floor = 120,
                            .operations = 1e6,
                            .bytes = 1e6,
                            .kind = "butterfly"};

    report_add(&r, &floor);
    report_add(&r, &ntt);
    return r;
}

static void spread_is_median_and_extremes(void)
{
    double odd[] = {5, 1, 9, 3, 7}, even[] = {4, 1, 2, 8}, one[] = {6};
    struct spread s = report_spread(odd, 5);

    CU_ASSERT(s.median == 5 && s.min == 1 && s.max == 9);
    s = report_spread(even, 4);
    CU_ASSERT(s.median == 3 && s.min == 1 && s.max == 8);
    s = report_spread(one, 1);
    CU_ASSERT(s.median == 6 && s.min == 6 && s.max == 6);
}

static void json_has_exactly_the_thirteen_keys(void)
{
    static const char *const keys[] = {
        "name",   "logn", "level", "limbs", "isa",   "workers", "block",
        "median", "min",  "max",   "unit",  "floor", "ratio"};
    struct report r = two_rows();

    CU_ASSERT_EQUAL(report_json(&r, FILE_NAME), 0);
    json_t *list = json_load_file(FILE_NAME, 0, NULL);

    CU_ASSERT_EQUAL_FATAL(json_array_size(list), 2);
    const json_t *ntt = json_array_get(list, 1);

    CU_ASSERT_EQUAL(json_object_size(ntt), 13);
    for (size_t i = 0; i < 13; i++)
        CU_ASSERT_PTR_NOT_NULL(json_object_get(ntt, keys[i]));
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(ntt, "logn")), 16);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(ntt, "workers")), 2);
    CU_ASSERT(json_real_value(json_object_get(ntt, "median")) == 300);
    CU_ASSERT(json_real_value(json_object_get(ntt, "ratio")) == 2.5);
    json_decref(list);
    report_free(&r);
    remove(FILE_NAME);
}

static void rows_come_back_from_a_file(void)
{
    const struct precision precision = {"real", "b16-40", 20, 21, 14};
    struct report r = two_rows(), back = {0};
    struct row shape = r.rows[1];

    report_add_precision(&r, &precision);
    CU_ASSERT_EQUAL(report_json(&r, FILE_NAME), 0);
    CU_ASSERT_EQUAL(report_read(&back, FILE_NAME), 0);
    CU_ASSERT_EQUAL_FATAL(back.count, 2);
    const struct row *const ntt = &back.rows[1];

    CU_ASSERT_STRING_EQUAL(ntt->name, "ntt");
    CU_ASSERT_STRING_EQUAL(ntt->isa, "ref");
    CU_ASSERT_STRING_EQUAL(ntt->unit, "us");
    CU_ASSERT(ntt->logn == 16 && ntt->level == 26 && ntt->limbs == 4);
    CU_ASSERT(ntt->workers == 2 && ntt->block == 4);
    CU_ASSERT(ntt->value.median == 300 && ntt->value.min == 250);
    CU_ASSERT(ntt->value.max == 350 && ntt->floor == 120);
    CU_ASSERT(ntt->ratio == 2.5 && ntt->operations == 0 && ntt->bytes == 0);
    shape.limbs = 5;
    report_shape(&back, &shape);
    CU_ASSERT(ntt->operations == 0);
    shape.limbs = 4;
    report_shape(&back, &shape);
    CU_ASSERT(ntt->operations == 1e6 && ntt->bytes == 1e6);
    CU_ASSERT_STRING_EQUAL(ntt->kind, "butterfly");
    CU_ASSERT(back.rows[0].operations == 0);
    report_free(&r);
    report_free(&back);
    remove(FILE_NAME);
}

static void what_is_no_file_of_rows_is_refused(void)
{
    static const char *const texts[] = {"", "{}", "[{\"name\": \"ntt\"}]",
                                        "[1]"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct report r = {0};
        FILE *const file = fopen(FILE_NAME, "w");

        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        fputs(texts[i], file);
        fclose(file);
        CU_ASSERT_NOT_EQUAL(report_read(&r, FILE_NAME), 0);
        report_free(&r);
    }
    remove(FILE_NAME);
    struct report r = {0};

    CU_ASSERT_NOT_EQUAL(report_read(&r, FILE_NAME), 0);
    report_free(&r);
}

static void json_cannot_go_where_no_file_can_be(void)
{
    struct report r = two_rows();

    CU_ASSERT_NOT_EQUAL(report_json(&r, "no/such/folder/x.json"), 0);
    CU_ASSERT_NOT_EQUAL(report_svg(&r, "no/such/folder/x.svg"), 0);
    report_free(&r);
}

static void picture_shows_kernels_and_their_roofs_alone(void)
{
    struct report r = two_rows();
    char text[16384];

    CU_ASSERT_EQUAL(report_svg(&r, "report-test.svg"), 0);
    FILE *file = fopen("report-test.svg", "r");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "<title>ntt: 300.0 us"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "modular butterflies 2<"));
    CU_ASSERT_PTR_NULL(strstr(text, "ChaCha20"));
    CU_ASSERT_PTR_NULL(strstr(text, "<title>floor"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "</svg>"));
    report_free(&r);
    remove("report-test.svg");
}

static CU_TestInfo cases[] = {
    {"spread_is_median_and_extremes", spread_is_median_and_extremes},
    {"json_has_exactly_the_thirteen_keys", json_has_exactly_the_thirteen_keys},
    {"rows_come_back_from_a_file", rows_come_back_from_a_file},
    {"what_is_no_file_of_rows_is_refused", what_is_no_file_of_rows_is_refused},
    {"json_cannot_go_where_no_file_can_be",
     json_cannot_go_where_no_file_can_be},
    {"picture_shows_kernels_and_their_roofs_alone",
     picture_shows_kernels_and_their_roofs_alone},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(report, cases)
