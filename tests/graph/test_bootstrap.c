/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.bootstrap: graphs deeper than their levels, compiled and run. */
#include "plan_kit.h"

#include <jansson.h>
#include <stdio.h>

enum { BLOCKS = 8 };

static double wave(double x)
{
    return 0.9 * sin(2 * x);
}

/* Odd. */
static double calm(double x)
{
    return x / (1 + x * x / 4);
}

/* Rows of weights whose magnitudes sum to sum. */
static const double *rows(double sum)
{
    static double w[2 * BLOCKS][SLOTS * SLOTS];
    static int used;
    double *to = w[used++ % (2 * BLOCKS)];

    for (int i = 0; i < SLOTS; i++) {
        double norm = 0;

        fill(to + i * SLOTS, SLOTS, 1);
        for (int j = 0; j < SLOTS; j++)
            norm += fabs(to[i * SLOTS + j]);
        for (int j = 0; j < SLOTS; j++)
            to[i * SLOTS + j] *= sum / norm;
    }
    return to;
}

/* 40 levels, each block of 5 with a sum around it that reaches 2. */
static void residual(sck_graph *g)
{
    sck_node x = sck_input(g, "x", SLOTS);

    for (int i = 0; i < BLOCKS; i++) {
        char name[16];

        snprintf(name, sizeof name, "fc.%d", i);
        sck_layer(g, name);
        sck_node y =
            sck_linear(g, (sck_matrix){rows(0.5), SLOTS, SLOTS}, x, NULL);

        snprintf(name, sizeof name, "act.%d", i);
        sck_layer(g, name);
        y = sck_poly(g, y, wave, -1, 1, 7);
        snprintf(name, sizeof name, "skip.%d", i);
        sck_layer(g, name);
        sck_node half = sck_poly(g, x, calm, -2, 2, 3);

        sck_set_range(g, half, -1, 1);
        x = sck_add(g, y, half);
    }
    sck_output(g, "y", x);
}

/* 1.2 u - 0.4 u^3 for u = x / 3: nothing that repeats dies out. */
static double lively(double x)
{
    return 0.4 * x - 0.4 / 27 * x * x * x;
}

/* 44 levels with values up to 3 before every polynomial, width below slots. */
static void wide(sck_graph *g)
{
    static double turn[IN * IN];
    sck_node x = sck_input(g, "x", IN);

    for (int i = 0; i < IN; i++)
        turn[i * IN + (i + 1) % IN] = i % 2 != 0 ? -3 : 3;
    for (int i = 0; i < 11; i++) {
        char name[16];

        snprintf(name, sizeof name, "fc.%d", i);
        sck_layer(g, name);
        x = sck_linear(g, (sck_matrix){turn, IN, IN}, x, NULL);
        snprintf(name, sizeof name, "act.%d", i);
        sck_layer(g, name);
        x = sck_poly(g, x, lively, -3, 3, 3);
        if (i == 2)
            x = sck_bootstrap(g, x);
    }
    sck_output(g, "y", x);
}

static double worst(const double *a, const double *b, uint32_t width)
{
    double most = 0;

    for (uint32_t i = 0; i < width; i++)
        most = fmax(most, fabs(a[i] - b[i]));
    return most;
}

static json_t *printed(const sck_plan *plan)
{
    char *text = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_plan_print(plan, SCK_PLAN_JSON, &text), SCK_OK);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    free(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    return root;
}

/* On ciphertexts with exactly the plan's keys, against clear; the noise run and
 * the prediction against both. */
static void run_deep(void (*describe)(sck_graph *), const char *how)
{
    struct sck_plan_totals totals;
    double x[SLOTS], y[SLOTS], noisy[SLOTS], got[SLOTS], values[2 * SLOTS];
    double simulated = 0, measured = 0;
    const double *in = x;
    double *out = y, *out_noisy = noisy;
    uint32_t scaled = 0, ports;
    struct bench b;

    start_with(&b, describe);
    const uint32_t width = sck_plan_inputs(b.plan, &ports)->width;

    sck_plan_get_totals(b.plan, &totals);
    json_t *root = printed(b.plan);
    const json_t *list = json_object_get(root, "bootstraps");

    for (size_t i = 0; i < json_array_size(list); i++)
        scaled += strcmp(json_string_value(json_object_get(
                             json_array_get(list, i), "scaled_by")),
                         how) == 0;
    CU_ASSERT_EQUAL(json_array_size(list), totals.bootstraps);
    CU_ASSERT(scaled > 0);
    json_decref(root);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    for (int trial = 0; trial < 2; trial++) {
        struct sck_limbs_ciphertext *limbs = NULL;
        sck_ciphertext *result = NULL;

        fill(x, SLOTS, 1);
        sck_ciphertext *ct = encrypt(&b, x, width);

        CU_ASSERT_EQUAL(sck_plan_run_clear(b.plan, &in, &out), SCK_OK);
        CU_ASSERT_EQUAL(
            sck_plan_run_noise(b.plan, sck_test_random(), &in, &out_noisy),
            SCK_OK);
        CU_ASSERT_EQUAL_FATAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                           (const sck_ciphertext *const *)&ct,
                                           &result),
                              SCK_OK);
        CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(result, "y", &limbs),
                              SCK_OK);
        CU_ASSERT_EQUAL(sck_decrypt(b.secret, limbs, values), SCK_OK);
        for (int i = 0; i < SLOTS; i++)
            got[i] = values[2 * i];
        measured = fmax(measured, worst(got, y, width));
        simulated = fmax(simulated, worst(noisy, y, width));
        sck_limbs_ciphertext_free(limbs);
        sck_ciphertext_free(result);
        sck_ciphertext_free(ct);
    }
    printf("\n    %u bootstraps, %u scaled \"%s\"; bits: %.1f predicted, %.1f "
           "measured, %.1f simulated ... ",
           totals.bootstraps, scaled, how, totals.precision_bits,
           -log2(measured), -log2(simulated));
    CU_ASSERT(-log2(measured) >= totals.precision_bits);
    CU_ASSERT(fabs(log2(measured / simulated)) < 3);
    stop(&b);
}

static void forty_levels_run_encrypted(void)
{
    run_deep(residual, "one level");
}

static void wide_values_are_scaled_by_the_weights_before(void)
{
    run_deep(wide, "in the layer before");
}

/* Without one key of each group the run fails by the layer that needs it. */
static void every_group_of_keys_is_needed(void)
{
    const double x[SLOTS] = {0};
    struct bench b;
    uint32_t count, tried = 0;

    start_with(&b, residual);
    const struct sck_plan_key *key = sck_plan_keys(b.plan, &count);

    CU_ASSERT_EQUAL(b.keys->count, count);
    for (int group = 0; group < SCK_KEYS_GROUPS; group++) {
        struct sck_limbs_keyset few = *b.keys;
        struct sck_limbs_key *keys = calloc(count, sizeof *keys);
        sck_evaluator *const whole = b.evaluator;
        sck_ciphertext *in, *out = NULL;
        int left_out = 0;

        few.keys = keys;
        few.count = 0;
        for (uint32_t k = 0; k < count; k++)
            if (left_out || key[k].group != (enum sck_plan_key_group)group)
                keys[few.count++] = b.keys->keys[k];
            else
                left_out = 1;
        tried += left_out != 0;
        CU_ASSERT_EQUAL_FATAL(
            sck_evaluator_new(b.session, b.params, &b.evaluator), SCK_OK);
        CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, &few),
                        SCK_OK);
        in = encrypt(&b, x, SLOTS);
        CU_ASSERT_EQUAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                     (const sck_ciphertext *const *)&in, &out),
                        SCK_ERR_KEY);
        CU_ASSERT_PTR_NULL(out);
        CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), " (level "));
        sck_ciphertext_free(in);
        CU_ASSERT_EQUAL(sck_run_wait(b.run), SCK_OK);
        sck_plan_release(b.plan);
        sck_evaluator_free(b.evaluator);
        b.evaluator = whole;
        free(keys);
    }
    CU_ASSERT_EQUAL(tried, SCK_KEYS_GROUPS);
    stop(&b);
}

static CU_TestInfo cases[] = {
    {"forty_levels_run_encrypted", forty_levels_run_encrypted},
    {"wide_values_are_scaled_by_the_weights_before",
     wide_values_are_scaled_by_the_weights_before},
    {"every_group_of_keys_is_needed", every_group_of_keys_is_needed},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap, cases)
