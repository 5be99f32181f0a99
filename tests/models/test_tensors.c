/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The safetensors reader: what it accepts, and all it must refuse. */
#include "sck_test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sck_tensors.h"

#define DIGITS SCK_SOURCE_DIR "/models/digits/digits.safetensors"
#define HELDOUT SCK_SOURCE_DIR "/models/digits/heldout.safetensors"

enum { PIXELS = 64, HIDDEN = 32, CLASSES = 10, IMAGES = 400 };

/* Parses a copy of exactly length bytes, so that a sanitizer sees any access
 * past the end. */
static sck_status parse_copy(const unsigned char *bytes, size_t length,
                             sck_tensors **out)
{
    unsigned char *copy = malloc(length > 0 ? length : 1);
    sck_status status;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    status = sck_tensors_parse(copy, length, "test", out);
    free(copy);
    return status;
}

/* Builds a file from its header's text and its data; returns its length. */
static size_t build(unsigned char *file, const char *header, const void *data,
                    size_t length)
{
    const size_t text = strlen(header);

    for (size_t i = 0; i < 8; i++)
        file[i] = (unsigned char)((uint64_t)text >> 8 * i);
    memcpy(file + 8, header, text);
    if (length > 0)
        memcpy(file + 8 + text, data, length);
    return 8 + text + length;
}

static sck_status parse(const char *header, const void *data, size_t length,
                        sck_tensors **out)
{
    unsigned char file[1024];

    CU_ASSERT_FATAL(8 + strlen(header) + length <= sizeof file);
    return parse_copy(file, build(file, header, data, length), out);
}

/* The file is refused as malformed and the message holds the given words. */
static void refused(const char *header, size_t length, const char *words)
{
    static const unsigned char zeros[64];
    sck_tensors *tensors = (sck_tensors *)(uintptr_t)&zeros;

    CU_ASSERT_EQUAL(parse(header, zeros, length, &tensors), SCK_ERR_FORMAT);
    CU_ASSERT_PTR_NULL(tensors);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), words));
    sck_tensors_free(tensors);
}

/* Parses a single tensor "a" and reads it as count values. */
static sck_status read_one(const char *header, const void *data, size_t length,
                           uint64_t count, double *out)
{
    sck_tensors *tensors;
    sck_status status = parse(header, data, length, &tensors);

    CU_ASSERT_EQUAL_FATAL(status, SCK_OK);
    status = sck_tensors_read_f64(tensors, "a", &count, 1, out);
    sck_tensors_free(tensors);
    return status;
}

static const char two_tensors[] =
    "{\"__metadata__\":{\"from\":\"test\"},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]},"
    "\"a\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}  ";

static void good_file_opens_with_names_shapes_and_values(void)
{
    static const unsigned char data[] = {1, 2, 3, 255, 7};
    static const uint64_t shape[] = {2, 2};
    sck_tensors *tensors;
    struct sck_tensor info;
    double a[4], b;

    CU_ASSERT_EQUAL_FATAL(parse(two_tensors, data, sizeof data, &tensors),
                          SCK_OK);
    CU_ASSERT_EQUAL(sck_tensors_get(tensors, "a", &info), SCK_OK);
    CU_ASSERT_STRING_EQUAL(info.name, "a");
    CU_ASSERT_EQUAL(info.rank, 2);
    CU_ASSERT(info.shape[0] == 2 && info.shape[1] == 2 && info.shape[2] == 0);
    CU_ASSERT_EQUAL(info.count, 4);
    CU_ASSERT_EQUAL(info.dtype, SCK_DTYPE_U8);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "a", shape, 2, a), SCK_OK);
    CU_ASSERT(a[0] == 1 && a[1] == 2 && a[2] == 3 && a[3] == 255);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(tensors, "b", NULL, 0, &b), SCK_OK);
    CU_ASSERT_EQUAL(b, 7.0);
    sck_tensors_free(tensors);
}

static void file_without_tensors_opens(void)
{
    sck_tensors *tensors;

    CU_ASSERT_EQUAL(parse("{}", NULL, 0, &tensors), SCK_OK);
    sck_tensors_free(tensors);
}

static void tensor_without_elements_reads_nothing(void)
{
    double untouched = 5.0;

    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],"
                             "\"data_offsets\":[0,0]}}",
                             NULL, 0, 0, &untouched),
                    SCK_OK);
    CU_ASSERT_EQUAL(untouched, 5.0);
}

static void every_type_converts_exactly(void)
{
    static const unsigned char f64[] = {0, 0, 0, 0, 0, 0, 0xf8, 0xbf};
    static const unsigned char f32[] = {0, 0, 0xc0, 0x3f, 1, 0, 0, 0};
    static const unsigned char f16[] = {0x00, 0xbe, 1,    0,    0xff, 0x7b,
                                        0x00, 0x80, 0xff, 0x03, 0x00, 0x04};
    static const unsigned char bf16[] = {0xc0, 0xbf};
    static const unsigned char i32[] = {0xff, 0xff, 0xff, 0xff, 0,    0,
                                        0,    0x80, 0xff, 0xff, 0xff, 0x7f};
    double x[6];

    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],"
                             "\"data_offsets\":[0,8]}}",
                             f64, sizeof f64, 1, x),
                    SCK_OK);
    CU_ASSERT_EQUAL(x[0], -1.5);
    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],"
                             "\"data_offsets\":[0,8]}}",
                             f32, sizeof f32, 2, x),
                    SCK_OK);
    CU_ASSERT(x[0] == 1.5 && x[1] == 0x1p-149);
    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"F16\",\"shape\":[6],"
                             "\"data_offsets\":[0,12]}}",
                             f16, sizeof f16, 6, x),
                    SCK_OK);
    CU_ASSERT(x[0] == -1.5 && x[1] == 0x1p-24 && x[2] == 65504.0);
    CU_ASSERT(x[3] == 0.0 && signbit(x[3]));
    CU_ASSERT(x[4] == 0x3ffp-24 && x[5] == 0x1p-14);
    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"BF16\",\"shape\":[1],"
                             "\"data_offsets\":[0,2]}}",
                             bf16, sizeof bf16, 1, x),
                    SCK_OK);
    CU_ASSERT_EQUAL(x[0], -1.5);
    CU_ASSERT_EQUAL(read_one("{\"a\":{\"dtype\":\"I32\",\"shape\":[3],"
                             "\"data_offsets\":[0,12]}}",
                             i32, sizeof i32, 3, x),
                    SCK_OK);
    CU_ASSERT(x[0] == -1.0 && x[1] == -0x1p31 && x[2] == 0x1p31 - 1.0);
}

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

struct network {
    double first[HIDDEN][PIXELS], first_bias[HIDDEN];
    double last[CLASSES][HIDDEN], last_bias[CLASSES];
};

static bool read_network(struct network *w)
{
    static const uint64_t first[] = {HIDDEN, PIXELS},
                          last[] = {CLASSES, HIDDEN};
    sck_tensors *file;
    bool ok;

    if (sck_tensors_open(DIGITS, &file) != SCK_OK)
        return false;
    ok = sck_tensors_read_f64(file, "first.weight", first, 2, w->first[0]) ==
             SCK_OK &&
         sck_tensors_read_f64(file, "first.bias", first, 1, w->first_bias) ==
             SCK_OK &&
         sck_tensors_read_f64(file, "last.weight", last, 2, w->last[0]) ==
             SCK_OK &&
         sck_tensors_read_f64(file, "last.bias", last, 1, w->last_bias) ==
             SCK_OK;
    sck_tensors_free(file);
    return ok;
}

/* Returns the class and raises the largest magnitudes seen. */
static int classify(const struct network *w, const double *image,
                    double *max_pre, double *max_logit)
{
    double hidden[HIDDEN], logits[CLASSES];
    int best = 0;

    for (int i = 0; i < HIDDEN; i++) {
        double sum = w->first_bias[i];

        for (int j = 0; j < PIXELS; j++)
            sum += w->first[i][j] * image[j] / 16.0;
        *max_pre = fmax(*max_pre, fabs(sum));
        hidden[i] = sum * sum;
    }
    for (int i = 0; i < CLASSES; i++) {
        logits[i] = w->last_bias[i];
        for (int j = 0; j < HIDDEN; j++)
            logits[i] += w->last[i][j] * hidden[j];
        *max_logit = fmax(*max_logit, fabs(logits[i]));
        if (logits[i] > logits[best])
            best = i;
    }
    return best;
}

static void digits_reach_their_accuracy_within_their_ranges(void)
{
    static const uint64_t shape[] = {IMAGES, PIXELS};
    static double images[IMAGES][PIXELS], labels[IMAGES];
    static struct network w;
    double max_pre = 0.0, max_logit = 0.0;
    sck_tensors *file;
    int correct = 0;

    CU_ASSERT_FATAL(read_network(&w));
    CU_ASSERT_EQUAL_FATAL(sck_tensors_open(HELDOUT, &file), SCK_OK);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(file, "images", shape, 2, images[0]),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_tensors_read_f64(file, "labels", shape, 1, labels),
                    SCK_OK);
    sck_tensors_free(file);
    for (int i = 0; i < IMAGES; i++)
        correct += classify(&w, images[i], &max_pre, &max_logit) == labels[i];
    CU_ASSERT(100 * correct >= 96 * IMAGES);
    CU_ASSERT(max_pre <= 4.0);
    CU_ASSERT(max_logit <= 16.0);
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static CU_TestInfo cases[] = {
    CASE(good_file_opens_with_names_shapes_and_values),
    CASE(file_without_tensors_opens),
    CASE(tensor_without_elements_reads_nothing),
    CASE(every_type_converts_exactly),
    CASE(file_cut_at_any_byte_is_refused),
    CASE(file_with_any_byte_changed_is_safe),
    CASE(overlapping_data_are_refused),
    CASE(unused_bytes_are_refused_wherever_they_are),
    CASE(name_that_occurs_twice_is_refused),
    CASE(data_outside_the_file_are_refused),
    CASE(shape_and_data_of_different_sizes_are_refused),
    CASE(shape_whose_product_overflows_is_refused),
    CASE(malformed_shape_is_refused),
    CASE(unknown_type_is_refused),
    CASE(unexpected_header_is_refused),
    CASE(header_longer_than_the_file_is_refused),
    CASE(header_above_the_limit_is_refused_though_it_is_there),
    CASE(value_that_is_not_finite_is_refused_by_name_and_index),
    CASE(wrong_shape_is_refused_naming_both),
    CASE(unknown_name_is_refused_naming_it_and_the_file),
    CASE(path_that_is_no_file_is_refused),
    CASE(null_arguments_are_refused),
    CASE(digits_reach_their_accuracy_within_their_ranges),
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tensors, cases)
