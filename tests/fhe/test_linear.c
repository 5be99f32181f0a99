/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.linear: a map with the 256 baby steps that 2^15 slots have, in a
 * small ring; sums of 200 products, more than any task has operands. */
#include "eval_priv.h"
#include "keyholder.h"
#include "session_kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 512, BABY = 256, DENSE = 200, FAR = 300, LEVEL = 3 };

struct fixture {
    struct keyholder holder;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    double values[2 * SLOTS];
    sck_ciphertext *x;
};

/* Diagonals 0 to DENSE - 1 and FAR need these rotations. */
static void add_keys(struct fixture *f)
{
    uint32_t galois[DENSE + 1], count = 0;

    for (int r = 1; r < DENSE; r++)
        galois[count++] = sck_galois_rotation(f->holder.params, r);
    galois[count++] = sck_galois_rotation(f->holder.params, BABY);
    struct sck_limbs_keyset *keys =
        keyholder_keys(&f->holder, LEVEL, galois, count);

    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(f->evaluator, f->run, keys),
                          SCK_OK);
    sck_limbs_keyset_free(keys);
}

static void begin(struct fixture *f)
{
    struct sck_limbs_ciphertext *ct;

    memset(f, 0, sizeof *f);
    keyholder_new("test-10", &f->holder);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &f->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(f->session, f->holder.params, &f->evaluator), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f->session, &f->run), SCK_OK);
    add_keys(f);
    for (int i = 0; i < 2 * SLOTS; i++)
        f->values[i] = sck_test_real();
    ct = keyholder_encrypt(&f->holder, f->values, SLOTS, LEVEL);
    CU_ASSERT_EQUAL_FATAL(
        sck_ciphertext_upload(f->evaluator, f->run, ct, &f->x), SCK_OK);
    sck_limbs_ciphertext_free(ct);
}

static void end(struct fixture *f)
{
    sck_ciphertext_free(f->x);
    close_session(f->session, f->evaluator, f->run);
    keyholder_free(&f->holder);
}

static void expect(struct fixture *f, sck_ciphertext *ct, const double *want,
                   double bits)
{
    struct sck_limbs_ciphertext *out = NULL;
    double got[2 * SLOTS];

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "out", &out), SCK_OK);
    keyholder_decrypt(&f->holder, out, got);
    const double measured = worst_bits(got, want, SLOTS);

    printf("%.1f bits ... ", measured);
    CU_ASSERT(measured >= bits);
    sck_limbs_ciphertext_free(out);
    sck_ciphertext_free(ct);
}

static void sums_longer_than_a_task_are_whole(void)
{
    double *matrix = calloc((size_t)SLOTS * SLOTS, sizeof *matrix);
    double want[2 * SLOTS] = {0};
    sck_linear_map *map = NULL;
    sck_ciphertext *out = NULL;
    struct fixture f;

    begin(&f);
    for (int i = 0; i < SLOTS; i++)
        for (int d = 0; d <= FAR; d++) {
            const int j = (i + d) % SLOTS;

            if (d >= DENSE && d != FAR)
                continue;
            matrix[i * SLOTS + j] = sck_test_real() / 16;
            for (int part = 0; part < 2; part++)
                want[2 * i + part] +=
                    matrix[i * SLOTS + j] * f.values[2 * j + part];
        }
    CU_ASSERT_EQUAL_FATAL(sck_linear_map_new_with(f.evaluator, f.run, matrix,
                                                  SLOTS, LEVEL, BABY, &map),
                          SCK_OK);
    CU_ASSERT((int)DENSE > (int)SCK_TASK_SEGMENTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_linear(f.run, f.x, map, &out), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_level(out), LEVEL - 1);
    expect(&f, out, want, 28);
    sck_linear_map_free(map);
    free(matrix);
    end(&f);
}

static void the_zero_map_gives_zeros(void)
{
    double *matrix = calloc((size_t)SLOTS * SLOTS, sizeof *matrix);
    const double want[2 * SLOTS] = {0};
    sck_linear_map *map = NULL;
    sck_ciphertext *out = NULL;
    int64_t steps[2 * SLOTS];
    struct fixture f;

    begin(&f);
    CU_ASSERT_EQUAL(sck_linear_map_steps(matrix, SLOTS, steps), 0);
    CU_ASSERT_EQUAL_FATAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, SLOTS, LEVEL, &map),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_linear(f.run, f.x, map, &out), SCK_OK);
    expect(&f, out, want, 99); /* exactly */
    sck_linear_map_free(map);
    free(matrix);
    end(&f);
}

static void maps_that_cannot_be_are_refused(void)
{
    double *matrix = calloc((size_t)SLOTS * SLOTS, sizeof *matrix);
    sck_linear_map *map = NULL;
    struct fixture f;

    begin(&f);
    const uint32_t top = sck_params_app_top(f.holder.params);

    matrix[0] = 1;
    for (uint32_t n = 0; n <= 3; n += 3)
        CU_ASSERT_EQUAL(
            sck_linear_map_new(f.evaluator, f.run, matrix, n, LEVEL, &map),
            SCK_ERR_SHAPE);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_linear_map_new: 3 slots: not a power of two up to N/2");
    CU_ASSERT_EQUAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, 2 * SLOTS, LEVEL, &map),
        SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, SLOTS, 0, &map),
        SCK_ERR_LEVEL);
    CU_ASSERT_EQUAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, SLOTS, top + 1, &map),
        SCK_ERR_LEVEL);
    matrix[1] = NAN;
    CU_ASSERT_EQUAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, SLOTS, LEVEL, &map),
        SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(map);
    free(matrix);
    end(&f);
}

static CU_TestInfo cases[] = {
    {"sums_longer_than_a_task_are_whole", sums_longer_than_a_task_are_whole},
    {"the_zero_map_gives_zeros", the_zero_map_gives_zeros},
    {"maps_that_cannot_be_are_refused", maps_that_cannot_be_are_refused},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(linear, cases)
