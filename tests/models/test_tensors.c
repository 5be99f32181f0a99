/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite models.tensors: what the safetensors reader accepts, and the digits'
 * network read with it. */
#include "tensors_kit.h"

#include <math.h>
#include <stdbool.h>

#define HELDOUT SCK_SOURCE_DIR "/models/digits/heldout.safetensors"

enum { PIXELS = 64, HIDDEN = 32, CLASSES = 10, IMAGES = 400 };

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

static CU_TestInfo cases[] = {
    {"good_file_opens_with_names_shapes_and_values",
     good_file_opens_with_names_shapes_and_values},
    {"file_without_tensors_opens", file_without_tensors_opens},
    {"tensor_without_elements_reads_nothing",
     tensor_without_elements_reads_nothing},
    {"every_type_converts_exactly", every_type_converts_exactly},
    {"digits_reach_their_accuracy_within_their_ranges",
     digits_reach_their_accuracy_within_their_ranges},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tensors, cases)
