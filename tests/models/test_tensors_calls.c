/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite models.tensors_calls: what reading a tensor refuses: values, shapes,
 * names, paths, arguments. */
#include "tensors_kit.h"

static void value_that_is_not_finite_is_refused_by_name_and_index(void)
{
    static const struct {
        const char *header;
        size_t length;
        unsigned char data[16];
    } files[] = {
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
         8,
         {0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f}},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
         8,
         {0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xff}},
        {"{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}",
         16,
         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f}},
        {"{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
         4,
         {0, 0, 0x00, 0xfc}},
        {"{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
         4,
         {0, 0, 0x01, 0x7c}},
        {"{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
         4,
         {0, 0, 0xc0, 0x7f}},
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        double x[2] = {5.0, 6.0};

        CU_ASSERT_EQUAL(
            read_one(files[i].header, files[i].data, files[i].length, 2, x),
            SCK_ERR_FORMAT);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(sck_last_error(), "tensor \"a\": element 1"));
        CU_ASSERT(x[0] == 5.0 && x[1] == 6.0);
    }
}

static void wrong_shape_is_refused_naming_both(void)
{
    static const unsigned char data[] = {1, 2, 3, 4, 5};
    static const uint64_t longer[] = {2, 3}, flat[] = {4};
    sck_tensors *tensors;
    double x[6] = {5.0};

    CU_ASSERT_EQUAL_FATAL(parse(two_tensors, data, sizeof data, &tensors),
                          SCK_OK);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "a", longer, 2, x),
                    SCK_ERR_SHAPE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "shape [2, 2], expected [2, 3]"));
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "a", flat, 1, x),
                    SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "a", NULL, 0, x),
                    SCK_ERR_SHAPE);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "expected []"));
    CU_ASSERT_EQUAL(x[0], 5.0);
    sck_tensors_free(tensors);
}

static void unknown_name_is_refused_naming_it_and_the_file(void)
{
    struct sck_tensor info = {.rank = 77};
    sck_tensors *tensors;
    double x = 5.0;

    CU_ASSERT_EQUAL_FATAL(sck_tensors_open(DIGITS, &tensors), SCK_OK);
    CU_ASSERT_EQUAL(sck_tensors_get(tensors, "middle", &info), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "\"middle\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), DIGITS));
    CU_ASSERT_EQUAL(info.rank, 77);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "__metadata__", NULL, 0, &x),
                    SCK_ERR_FORMAT);
    CU_ASSERT_EQUAL(x, 5.0);
    sck_tensors_free(tensors);
}

static void path_that_is_no_file_is_refused(void)
{
    sck_tensors *tensors;

    CU_ASSERT_EQUAL(sck_tensors_open(SCK_SOURCE_DIR "/no such file", &tensors),
                    SCK_ERR_IO);
    CU_ASSERT_PTR_NULL(tensors);
    CU_ASSERT_EQUAL(sck_tensors_open(SCK_SOURCE_DIR, &tensors), SCK_ERR_IO);
    CU_ASSERT_PTR_NULL(tensors);
    CU_ASSERT_EQUAL(sck_tensors_open(__FILE__, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
}

static void null_arguments_are_refused(void)
{
    struct sck_tensor info;
    sck_tensors *tensors;
    double x;

    CU_ASSERT_EQUAL(sck_tensors_open(NULL, &tensors), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_tensors_open(DIGITS, NULL), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_tensors_parse(NULL, 1, NULL, &tensors),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_tensors_parse("", 0, NULL, NULL), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_tensors_parse(NULL, 0, NULL, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_EQUAL(sck_tensors_get(NULL, "a", &info), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(NULL, "a", NULL, 0, &x),
                    SCK_ERR_ARGUMENT);
    sck_tensors_free(NULL);
}

static CU_TestInfo cases[] = {
    {"value_that_is_not_finite_is_refused_by_name_and_index",
     value_that_is_not_finite_is_refused_by_name_and_index},
    {"wrong_shape_is_refused_naming_both", wrong_shape_is_refused_naming_both},
    {"unknown_name_is_refused_naming_it_and_the_file",
     unknown_name_is_refused_naming_it_and_the_file},
    {"path_that_is_no_file_is_refused", path_that_is_no_file_is_refused},
    {"null_arguments_are_refused", null_arguments_are_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tensors_calls, cases)
