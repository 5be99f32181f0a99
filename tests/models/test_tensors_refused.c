/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite models.tensors_refused: files that the safetensors reader must refuse.
 */
#include "tensors_kit.h"

static void file_cut_at_any_byte_is_refused(void)
{
    static const unsigned char data[] = {1, 2, 3, 4, 5};
    unsigned char file[512];
    const size_t length = build(file, two_tensors, data, sizeof data);

    for (size_t n = 0; n < length; n++) {
        sck_tensors *tensors;

        CU_ASSERT_EQUAL(parse_copy(file, n, &tensors), SCK_ERR_FORMAT);
        CU_ASSERT_PTR_NULL(tensors);
        sck_tensors_free(tensors);
    }
}

static void file_with_any_byte_changed_is_safe(void)
{
    static const unsigned char data[] = {1, 2, 3, 4, 5};
    unsigned char file[512];
    const size_t length = build(file, two_tensors, data, sizeof data);

    for (size_t n = 0; n < length; n++) {
        const unsigned char was = file[n];

        for (unsigned bit = 0; bit < 8; bit++) {
            sck_tensors *tensors;
            sck_status status;

            file[n] = (unsigned char)(was ^ 1u << bit);
            status = parse_copy(file, length, &tensors);
            CU_ASSERT(status == SCK_OK || status == SCK_ERR_FORMAT);
            CU_ASSERT((status == SCK_OK) == (tensors != NULL));
            sck_tensors_free(tensors);
        }
        file[n] = was;
    }
}

static void overlapping_data_are_refused(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
            7, "overlap at tensor \"b\"");
}

static void unused_bytes_are_refused_wherever_they_are(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[5,9]}}",
            9, "unused bytes before tensor \"b\"");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[1,5]}}",
            5, "unused bytes before tensor \"a\"");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
            5, "bytes after");
    refused("{}", 1, "bytes after");
}

static void name_that_occurs_twice_is_refused(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            1, "twice");
}

static void data_outside_the_file_are_refused(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}",
            8, "outside");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}",
            1, "outside");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]}}",
            1, "two offsets");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1,
            "two offsets");
}

static void shape_and_data_of_different_sizes_are_refused(void)
{
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
            4, "differ in size");
    /* 2^62 elements of 4 bytes are 0 bytes modulo 2^64. */
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],"
            "\"data_offsets\":[0,0]}}",
            0, "differ in size");
}

static void shape_whose_product_overflows_is_refused(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],"
            "\"data_offsets\":[0,0]}}",
            0, "overflows");
}

static void malformed_shape_is_refused(void)
{
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}",
            1, "not a size");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}",
            1, "not a size");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", 1,
            "not a list");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],"
            "\"data_offsets\":[0,1]}}",
            1, "at most 8");
}

static void unknown_type_is_refused(void)
{
    refused("{\"a\":{\"dtype\":\"F8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            1, "\"F8\" is not supported");
    refused("{\"a\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
            "not text");
}

static void unexpected_header_is_refused(void)
{
    refused("", 0, "not a JSON object");
    refused(" {}", 0, "not a JSON object");
    refused("[]", 0, "not a JSON object");
    refused("{}{}", 0, "not JSON");
    refused("{\"a\":1}", 0, "not described");
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "not described");
    refused("{\"__metadata__\":1}", 0, "__metadata__");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__");
    refused("{\"a\\u001b\":{\"dtype\":\"U8\",\"shape\":[1],"
            "\"data_offsets\":[0,1]}}",
            1, "not printable");
}

static void header_longer_than_the_file_is_refused(void)
{
    unsigned char file[16] = {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    sck_tensors *tensors;

    CU_ASSERT_EQUAL(parse_copy(file, sizeof file, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
    memset(file, 0xff, 8);
    CU_ASSERT_EQUAL(parse_copy(file, sizeof file, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
}

static void header_above_the_limit_is_refused_though_it_is_there(void)
{
    const size_t header = ((size_t)16 << 20) + 1;
    unsigned char *file = malloc(8 + header);
    sck_tensors *tensors;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    memset(file, ' ', 8 + header);
    for (size_t i = 0; i < 8; i++)
        file[i] = (unsigned char)((uint64_t)header >> 8 * i);
    file[8] = '{';
    file[9] = '}';
    CU_ASSERT_EQUAL(sck_tensors_parse(file, 8 + header, NULL, &tensors),
                    SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "(memory)"));
    free(file);
}

static CU_TestInfo cases[] = {
    {"file_cut_at_any_byte_is_refused", file_cut_at_any_byte_is_refused},
    {"file_with_any_byte_changed_is_safe", file_with_any_byte_changed_is_safe},
    {"overlapping_data_are_refused", overlapping_data_are_refused},
    {"unused_bytes_are_refused_wherever_they_are",
     unused_bytes_are_refused_wherever_they_are},
    {"name_that_occurs_twice_is_refused", name_that_occurs_twice_is_refused},
    {"data_outside_the_file_are_refused", data_outside_the_file_are_refused},
    {"shape_and_data_of_different_sizes_are_refused",
     shape_and_data_of_different_sizes_are_refused},
    {"shape_whose_product_overflows_is_refused",
     shape_whose_product_overflows_is_refused},
    {"malformed_shape_is_refused", malformed_shape_is_refused},
    {"unknown_type_is_refused", unknown_type_is_refused},
    {"unexpected_header_is_refused", unexpected_header_is_refused},
    {"header_longer_than_the_file_is_refused",
     header_longer_than_the_file_is_refused},
    {"header_above_the_limit_is_refused_though_it_is_there",
     header_above_the_limit_is_refused_though_it_is_there},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tensors_refused, cases)
