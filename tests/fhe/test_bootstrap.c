/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstrapping on the small ring with the client library's keys: its parts
 * against doubles, then whole, precision asserted on shapes of every
 * amplitude. */
#include "encode.h"
#include "eval_bootstrap_priv.h"
#include "fixture.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape { RANDOM, ONE, HALF, ALTERNATING, COMPLEX, SHAPES };
static const char *const shape_name[] = {"random", "1", "0.5", "+-1",
                                         "complex"};

static void fill(enum shape shape, uint32_t slots, double *values)
{
    for (uint32_t i = 0; i < slots; i++) {
        values[2 * i] = shape == ONE           ? 1
                        : shape == HALF        ? 0.5
                        : shape == ALTERNATING ? (i % 2 ? -1 : 1)
                                               : sck_test_real();
        values[2 * i + 1] = shape == COMPLEX ? sck_test_real() : 0;
    }
}

/* Worst and average of -log2 |error| over the real slots. */
static void measure(const double *got, const double *want, uint32_t slots,
                    int is_complex, double *worst, double *average)
{
    uint32_t count = 0;

    *worst = 1e9;
    *average = 0;
    for (uint32_t i = 0; i < 2 * slots; i += is_complex ? 1 : 2) {
        const double bits = -log2(fabs(got[i] - want[i]) + 0x1p-80);

        *worst = bits < *worst ? bits : *worst;
        *average += bits;
        count++;
    }
    *average /= count;
}

typedef sck_status bootstrap_fn(sck_run *run, const sck_bootstrapper *b,
                                const sck_ciphertext *a, sck_ciphertext **out);

static sck_status iterated(sck_run *run, const sck_bootstrapper *b,
                           const sck_ciphertext *a, sck_ciphertext **out)
{
    return sck_eval_bootstrap_iterated(run, b, a, 20, out);
}

static void check(const sck_bootstrapper *b, uint32_t slots, enum shape shape,
                  bootstrap_fn *bootstrap, double least, double mean)
{
    sck_ciphertext *x, *y = NULL;
    double worst, average;

    fill(shape, slots, fixture.in);
    x = fixture_encrypt(fixture.in, slots);
    fixture_decrypt(x, fixture.in);
    CU_ASSERT_EQUAL_FATAL(bootstrap(fixture.run, b, x, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_level(y),
                    sck_params_app_top(fixture.params) -
                        (bootstrap == iterated));
    CU_ASSERT(sck_scale_equal(
        sck_ciphertext_scale(y),
        sck_params_scale(fixture.params, sck_ciphertext_level(y))));
    fixture_decrypt(y, fixture.out);
    measure(fixture.out, fixture.in, slots, shape == COMPLEX, &worst, &average);
    printf("\n    %s, %u slots, %-8s worst %.1f, average %.1f bits",
           sck_params_name(fixture.params), slots, shape_name[shape], worst,
           average);
    CU_ASSERT(worst >= least);
    CU_ASSERT(average >= mean);
    CU_ASSERT(average < 45);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
}

static void every_shape(const char *set, uint32_t slots, double least,
                        double mean)
{
    sck_bootstrapper *b = NULL;

    fixture_begin(set, slots);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, slots, &b),
        SCK_OK);
    for (int s = 0; s < SHAPES; s++)
        check(b, slots, (enum shape)s,
              s == COMPLEX ? sck_eval_bootstrap_complex : sck_eval_bootstrap,
              least, mean);
    sck_bootstrapper_free(b);
    fixture_end();
}

/* The polynomial's own error, 22.6 bits, sets the worst slot in a small ring.
 */
static void every_set_keeps_every_shape(void)
{
    every_shape("b16-40", 512, 22, 22.8);
    every_shape("b16-35", 512, 20, 22);
    every_shape("b16-45", 512, 22, 22.8);
}

static void sparse_slots_are_bootstrapped(void)
{
    every_shape("b16-40", 32, 22, 22.8);
    every_shape("b16-40", 2, 22, 22);
}

static void an_iteration_doubles_the_bits(void)
{
    sck_bootstrapper *b = NULL;

    fixture_begin("b16-45", 512);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, 512, &b), SCK_OK);
    for (int s = RANDOM; s < COMPLEX; s++)
        check(b, 512, (enum shape)s, iterated, 31, 33);
    sck_bootstrapper_free(b);
    fixture_end();
}

static void operands_outside_its_reach_are_refused(void)
{
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x, *low = NULL, *y = NULL;
    struct sck_limbs_key *keys;
    sck_params *leveled;
    uint32_t count;

    fixture_begin("b16-40", 32);
    CU_ASSERT_EQUAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, 48, &b),
        SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, 32, &b), SCK_OK);
    fill(RANDOM, 64, fixture.in);
    x = fixture_encrypt(fixture.in, 64);
    CU_ASSERT_EQUAL(sck_eval_bootstrap(fixture.run, b, x, &y), SCK_ERR_SHAPE);
    CU_ASSERT_PTR_NULL(y);
    sck_ciphertext_free(x);
    x = fixture_encrypt(fixture.in, 32);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 2, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_bootstrap(fixture.run, b, low, &y), SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_EQUAL(sck_eval_bootstrap_iterated(fixture.run, b, x, 31, &y),
                    SCK_ERR_ARGUMENT);
    sck_ciphertext_free(x);
    sck_ciphertext_free(low);
    sck_bootstrapper_free(b);
    fixture_end();
    CU_ASSERT_EQUAL_FATAL(sck_params_named("l14-40", &leveled), SCK_OK);
    CU_ASSERT_EQUAL(sck_bootstrap_keys(leveled, 32, &keys, &count),
                    SCK_ERR_PARAMETERS);
    CU_ASSERT_PTR_NULL(keys);
    sck_params_free(leveled);
}

/* A key short: its name is told and nothing is left behind. */
static void a_missing_key_is_named(void)
{
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x, *y = NULL;

    fixture_begin("b16-40", 32);
    sck_evaluator_free(fixture.evaluator);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(fixture.session, fixture.params, &fixture.evaluator),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, 32, &b), SCK_OK);
    fill(RANDOM, 32, fixture.in);
    x = fixture_encrypt(fixture.in, 32);
    CU_ASSERT_EQUAL(sck_eval_bootstrap(fixture.run, b, x, &y), SCK_ERR_KEY);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "rotation"));
    sck_ciphertext_free(x);
    sck_bootstrapper_free(b);
    fixture_end();
}

static void apply(const struct sck_diagonals *m, const double *x, double *y)
{
    memset(y, 0, 2 * (size_t)m->n * sizeof *y);
    for (uint32_t i = 0; i < m->count; i++)
        for (uint32_t j = 0; j < m->n; j++) {
            const double *d = m->value[i] + 2 * (size_t)j;
            const double *z =
                x + 2 * (size_t)((j + (uint32_t)m->index[i]) & (m->n - 1));

            y[2 * j] += d[0] * z[0] - d[1] * z[1];
            y[2 * j + 1] += d[0] * z[1] + d[1] * z[0];
        }
}

/* Encoding's stages, in any grouping, then their inverses. */
static void grouped_stages_are_the_special_fft(void)
{
    double x[2 * MAX_SLOTS], y[2 * MAX_SLOTS], z[2 * MAX_SLOTS];
    int32_t index[SCK_MAX_DIAGONALS];
    const struct sck_ring *ring;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &fixture.params), SCK_OK);
    uint32_t count;
    const uint32_t *primes = sck_params_all_primes(fixture.params, &count);

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(10, primes, count, &ring), SCK_OK);
    for (uint32_t slots = 2; slots <= 512; slots *= 2)
        for (int inverse = 0; inverse < 2; inverse++)
            for (uint32_t i = 0; i < 3; i++) {
                const struct sck_layer l =
                    sck_bootstrap_layer(fixture.params, slots, !inverse, i);
                struct sck_diagonals m;

                CU_ASSERT_EQUAL_FATAL(sck_dft_diagonals(ring, slots, inverse,
                                                        l.first, l.stages, 1,
                                                        &m),
                                      SCK_OK);
                CU_ASSERT_EQUAL(
                    m.count,
                    sck_dft_indices(slots, inverse, l.first, l.stages, index));
                CU_ASSERT_EQUAL(memcmp(index, m.index, m.count * sizeof *index),
                                0);
                sck_diagonals_free(&m);
            }
    fill(COMPLEX, 512, x);
    memcpy(y, x, sizeof y);
    for (int inverse = 0; inverse < 2; inverse++)
        for (uint32_t i = 0; i < (inverse ? 3u : 4u); i++) {
            const struct sck_layer l =
                sck_bootstrap_layer(fixture.params, 512, !inverse, i);
            struct sck_diagonals m;

            CU_ASSERT_EQUAL_FATAL(
                sck_dft_diagonals(ring, 512, inverse, l.first, l.stages, 1, &m),
                SCK_OK);
            apply(&m, y, z);
            memcpy(y, z, sizeof y);
            sck_diagonals_free(&m);
        }
    for (uint32_t i = 0; i < 2 * 512; i++)
        CU_ASSERT_DOUBLE_EQUAL(y[i], x[i], 1e-12);
    sck_ring_free(ring);
    sck_params_free(fixture.params);
}

static CU_TestInfo cases[] = {
    {"grouped_stages_are_the_special_fft", grouped_stages_are_the_special_fft},
    {"every_set_keeps_every_shape", every_set_keeps_every_shape},
    {"sparse_slots_are_bootstrapped", sparse_slots_are_bootstrapped},
    {"an_iteration_doubles_the_bits", an_iteration_doubles_the_bits},
    {"operands_outside_its_reach_are_refused",
     operands_outside_its_reach_are_refused},
    {"a_missing_key_is_named", a_missing_key_is_named},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap, cases)
