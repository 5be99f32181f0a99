/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite models.mlp: perceptrons from weight files held in memory, run in the
 * clear against the same sums written out. */
#include "sck_mlp.h"
#include "sck_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 3, MOST = 3 };

static double weight[MOST][WIDTH * WIDTH], bias[MOST][WIDTH];

/* A safetensors file of count layers, each WIDTH x WIDTH doubles and a bias;
 * the first layer's range unless lo is hi. */
static sck_tensors *file_with(const char *const *name, uint32_t count,
                              double lo, double hi)
{
    enum { LAYER = (WIDTH * WIDTH + WIDTH) * sizeof(double) };
    static unsigned char bytes[8 + 2048 + MOST * LAYER + 2 * sizeof(double)];
    const size_t end = count * LAYER;
    const double range[2] = {lo, hi};
    char *json = (char *)bytes + 8;
    size_t used = 0, size = end;
    sck_tensors *tensors = NULL;

    for (uint32_t i = 0; i < count; i++) {
        const size_t at = i * LAYER, mid = at + sizeof weight[i];

        used += (size_t)snprintf(
            json + used, 2048 - used,
            "%s\"%s.weight\":{\"dtype\":\"F64\",\"shape\":[3,3],"
            "\"data_offsets\":[%zu,%zu]},\"%s.bias\":{\"dtype\":\"F64\","
            "\"shape\":[3],\"data_offsets\":[%zu,%zu]}",
            i == 0 ? "{" : ",", name[i], at, mid, name[i], mid, at + LAYER);
    }
    if (lo != hi) {
        size += sizeof range;
        used += (size_t)snprintf(json + used, 2048 - used,
                                 ",\"first.range\":{\"dtype\":\"F64\","
                                 "\"shape\":[2],\"data_offsets\":[%zu,%zu]}",
                                 end, size);
    }
    json[used++] = '}';
    for (int k = 0; k < 8; k++)
        bytes[k] = (unsigned char)(used >> 8 * k);
    for (uint32_t i = 0; i < count; i++) {
        unsigned char *to = bytes + 8 + used + (size_t)i * LAYER;

        memcpy(to, weight[i], sizeof weight[i]);
        memcpy(to + sizeof weight[i], bias[i], sizeof bias[i]);
    }
    memcpy(bytes + 8 + used + end, range, size - end);
    CU_ASSERT_EQUAL_FATAL(
        sck_tensors_parse(bytes, 8 + used + size, "test", &tensors), SCK_OK);
    return tensors;
}

static sck_tensors *file_of(const char *const *name, uint32_t count)
{
    return file_with(name, count, 0, 0);
}

static void fill(void)
{
    for (uint32_t i = 0; i < MOST; i++) {
        for (uint32_t k = 0; k < WIDTH * WIDTH; k++)
            weight[i][k] = sck_test_real();
        for (uint32_t k = 0; k < WIDTH; k++)
            bias[i][k] = sck_test_real();
    }
}

static void by_hand(uint32_t count, double *x)
{
    for (uint32_t i = 0; i < count; i++) {
        double y[WIDTH];

        for (uint32_t r = 0; r < WIDTH; r++) {
            y[r] = bias[i][r];
            for (uint32_t c = 0; c < WIDTH; c++)
                y[r] += weight[i][r * WIDTH + c] * x[c];
        }
        for (uint32_t r = 0; r < WIDTH; r++)
            x[r] = i + 1 < count ? y[r] * y[r] : y[r];
    }
}

static void agrees(const char *const *name, uint32_t count, uint32_t levels)
{
    sck_params *params = NULL;
    sck_plan *plan = NULL;
    uint32_t ports;
    double x[WIDTH], y[WIDTH] = {0};
    const double *in = x;
    double *out = y;

    fill();
    sck_tensors *tensors = file_of(name, count);

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_mlp_compile(tensors, params, &plan), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_outputs(plan, &ports)->level,
                    sck_params_app_top(params) - levels);
    for (uint32_t k = 0; k < WIDTH; k++)
        x[k] = sck_test_real();
    CU_ASSERT_EQUAL(sck_plan_run_clear(plan, &in, &out), SCK_OK);
    by_hand(count, x);
    for (uint32_t k = 0; k < WIDTH; k++)
        CU_ASSERT_DOUBLE_EQUAL(y[k], x[k], 1e-12);
    sck_plan_free(plan);
    sck_params_free(params);
    sck_tensors_free(tensors);
}

static void two_layers_take_three_levels(void)
{
    static const char *const name[] = {"first", "last"};

    agrees(name, 2, 3);
}

static void a_hidden_layer_takes_two_more(void)
{
    static const char *const name[] = {"first", "hidden.1", "last"};

    agrees(name, 3, 5);
}

static void a_missing_layer_is_named(void)
{
    static const char *const no_last[] = {"first", "hidden.1"};
    static const char *const no_first[] = {"hidden.1", "last"};
    sck_params *params = NULL;
    sck_plan *plan = NULL;

    fill();
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    for (int k = 0; k < 2; k++) {
        sck_tensors *tensors = file_of(k == 0 ? no_last : no_first, 2);

        CU_ASSERT_EQUAL(sck_mlp_compile(tensors, params, &plan),
                        SCK_ERR_FORMAT);
        CU_ASSERT_PTR_NULL(plan);
        CU_ASSERT_PTR_NOT_NULL(strstr(
            sck_last_error(), k == 0 ? "\"last.weight\"" : "\"first.weight\""));
        sck_tensors_free(tensors);
    }
    sck_params_free(params);
}

/* A range that the values cannot have is refused by the layer's name: it was
 * read. One that they can have changes no value. */
static void a_calibrated_range_is_used(void)
{
    static const char *const name[] = {"first", "last"};
    sck_params *params = NULL;
    sck_plan *plan = NULL;

    fill();
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &params), SCK_OK);
    for (int k = 0; k < 2; k++) {
        sck_tensors *tensors =
            file_with(name, 2, k == 0 ? -0.5 : 100, k == 0 ? 0.5 : 101);

        CU_ASSERT_EQUAL(sck_mlp_compile(tensors, params, &plan),
                        k == 0 ? SCK_OK : SCK_ERR_ARGUMENT);
        sck_plan_free(plan);
        sck_tensors_free(tensors);
    }
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "first: its range was set to [100, 101]"));
    sck_params_free(params);
}

static CU_TestInfo cases[] = {
    {"two_layers_take_three_levels", two_layers_take_three_levels},
    {"a_hidden_layer_takes_two_more", a_hidden_layer_takes_two_more},
    {"a_missing_layer_is_named", a_missing_layer_is_named},
    {"a_calibrated_range_is_used", a_calibrated_range_is_used},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(mlp, cases)
