/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every homomorphic operation against complex arithmetic, its precision in bits
 * asserted, with keys and encryption of the suite's own key holder. */
#include "eval_kit.h"

#include <stdlib.h>

static void sums_differences_and_negation_are_exact_to_noise(void)
{
    struct fixture f;
    sck_ciphertext *out = NULL;

    begin(&f);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = f.a[i] + f.b[i];
    CU_ASSERT_EQUAL(sck_eval_add(f.run, f.x, f.y, &out), SCK_OK);
    expect(&f, "add", out, LEVEL, 1, 31.5);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = f.a[i] - f.b[i];
    CU_ASSERT_EQUAL(sck_eval_sub(f.run, f.x, f.y, &out), SCK_OK);
    expect(&f, "sub", out, LEVEL, 1, 31.5);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = -f.a[i];
    CU_ASSERT_EQUAL(sck_eval_neg(f.run, f.x, &out), SCK_OK);
    expect(&f, "neg", out, LEVEL, 1, 31.5);
    for (int i = 0; i < SLOTS; i++) {
        f.want[2 * i] = -f.a[2 * i + 1];
        f.want[2 * i + 1] = f.a[2 * i];
    }
    CU_ASSERT_EQUAL(sck_eval_mul_i(f.run, f.x, &out), SCK_OK);
    expect(&f, "times i", out, LEVEL, 1, 31.5);
    end(&f);
}

static void products_hold_after_relinearisation_and_rescale(void)
{
    struct fixture f;
    sck_ciphertext *three = NULL, *two = NULL, *out = NULL;

    begin(&f);
    product(&f);
    CU_ASSERT_EQUAL(sck_eval_mul(f.run, f.x, f.y, &three), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_size(three), 3);
    CU_ASSERT_EQUAL(sck_eval_relinearise(f.run, three, &two), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_rescale(f.run, two, &out), SCK_OK);
    expect(&f, "mul", out, LEVEL - 1, 1, 30);
    CU_ASSERT_EQUAL(sck_eval_relinearise_rescale(f.run, three, &out), SCK_OK);
    expect(&f, "mul, fused", out, LEVEL - 1, 1, 30);
    expect(&f, "mul, relinearised", two, LEVEL, 0, 30);
    expect(&f, "mul, three", three, LEVEL, 0, 30);
    end(&f);
}

static void rotations_and_conjugation_move_slots(void)
{
    struct fixture f;
    const int64_t steps[] = {3, 0, -8, 40};
    sck_ciphertext *out[4];
    char name[32];

    begin(&f);
    CU_ASSERT_EQUAL(sck_eval_rotate_hoisted(f.run, f.x, steps, 4, out), SCK_OK);
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 2 * SLOTS; i++)
            f.want[i] = f.a[(i + 2 * steps[k] + 2 * SLOTS) % (2 * SLOTS)];
        snprintf(name, sizeof name, "rotate by %d", (int)steps[k]);
        expect(&f, name, out[k], LEVEL, 1, 30.5);
    }
    for (int i = 0; i < SLOTS; i++) {
        f.want[2 * i] = f.a[2 * i];
        f.want[2 * i + 1] = -f.a[2 * i + 1];
    }
    CU_ASSERT_EQUAL(sck_eval_conjugate(f.run, f.x, &out[0]), SCK_OK);
    expect(&f, "conjugate", out[0], LEVEL, 1, 30.5);
    memset(f.want, 0, sizeof f.want);
    for (int i = 0; i < 2 * SLOTS; i++)
        for (int k = 0; k < 8; k++)
            f.want[i] += f.a[(i + 2 * k) % (2 * SLOTS)];
    CU_ASSERT_EQUAL(sck_eval_inner_sum(f.run, f.x, 8, &out[0]), SCK_OK);
    expect(&f, "inner sum of 8", out[0], LEVEL, 1, 28.5);
    CU_ASSERT_EQUAL(sck_eval_rotate(f.run, f.x, 17, &out[0]), SCK_ERR_KEY);
    CU_ASSERT_PTR_NULL(out[0]);
    end(&f);
}

static void plaintexts_and_scalars_act_slotwise(void)
{
    struct fixture f;
    sck_plaintext *p = NULL;
    sck_ciphertext *wide = NULL, *out = NULL;

    begin(&f);
    const sck_scale scale = sck_params_scale(f.holder.params, LEVEL);

    CU_ASSERT_EQUAL_FATAL(
        sck_plaintext_encode(f.evaluator, f.run, f.b, SLOTS, LEVEL, scale, &p),
        SCK_OK);
    product(&f);
    CU_ASSERT_EQUAL(sck_eval_mul_plain(f.run, f.x, p, &wide), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_rescale(f.run, wide, &out), SCK_OK);
    expect(&f, "mul plain", out, LEVEL - 1, 1, 30);
    sck_ciphertext_free(wide);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = f.a[i] + f.b[i];
    CU_ASSERT_EQUAL(sck_eval_add_plain(f.run, f.x, p, &out), SCK_OK);
    expect(&f, "add plain", out, LEVEL, 1, 31.5);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = -1.75 * f.a[i];
    CU_ASSERT_EQUAL(sck_eval_mul_scalar(f.run, f.x, -1.75, scale, &wide),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_rescale(f.run, wide, &out), SCK_OK);
    expect(&f, "mul scalar", out, LEVEL - 1, 1, 30);
    sck_ciphertext_free(wide);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.want[i] = f.a[i] + (i % 2 == 0 ? 0.625 : 0);
    CU_ASSERT_EQUAL(sck_eval_add_scalar(f.run, f.x, 0.625, &out), SCK_OK);
    expect(&f, "add scalar", out, LEVEL, 1, 31.5);
    sck_plaintext_free(p);
    end(&f);
}

static void lowering_keeps_the_message_at_every_level(void)
{
    struct fixture f;
    char name[32];

    begin(&f);
    memcpy(f.want, f.a, sizeof f.want);
    for (uint32_t level = 0; level <= LEVEL; level++) {
        sck_ciphertext *out = NULL;

        CU_ASSERT_EQUAL(sck_eval_lower(f.run, f.x, level, &out), SCK_OK);
        snprintf(name, sizeof name, "lower to %u", level);
        expect(&f, name, out, level, 1, 30.5);
    }
    end(&f);
}

static void a_linear_map_is_its_matrix(void)
{
    struct fixture f;
    double *matrix = calloc(SLOTS * SLOTS, sizeof *matrix);
    sck_linear_map *map = NULL;
    sck_ciphertext *out = NULL;
    int64_t steps[2 * SLOTS];

    begin(&f);
    for (int i = 0; i < SLOTS * SLOTS; i++)
        matrix[i] = sck_test_real() / 8;
    memset(f.want, 0, sizeof f.want);
    for (int i = 0; i < SLOTS; i++)
        for (int k = 0; k < 2 * SLOTS; k++)
            f.want[2 * i + k % 2] += matrix[i * SLOTS + k / 2] * f.a[k];
    CU_ASSERT_EQUAL(sck_linear_map_steps(matrix, SLOTS, steps), 15 + 3);
    CU_ASSERT_EQUAL_FATAL(
        sck_linear_map_new(f.evaluator, f.run, matrix, SLOTS, LEVEL, &map),
        SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_linear(f.run, f.x, map, &out), SCK_OK);
    expect(&f, "64 x 64 map", out, LEVEL - 1, 1, 30.5);
    sck_linear_map_free(map);
    free(matrix);
    end(&f);
}

static void a_polynomial_is_its_values(void)
{
    struct fixture f;
    const double c[] = {0.5, -1, 0.25, 0.75, 0, -0.5};
    sck_ciphertext *out = NULL;

    begin(&f);
    for (int i = 0; i < SLOTS; i++) {
        double re = 0, im = 0;

        for (int k = 5; k >= 0; k--) {
            const double t = re * f.a[2 * i] - im * f.a[2 * i + 1] + c[k];

            im = re * f.a[2 * i + 1] + im * f.a[2 * i];
            re = t;
        }
        f.want[2 * i] = re;
        f.want[2 * i + 1] = im;
    }
    CU_ASSERT_EQUAL(sck_eval_polynomial(f.run, f.x, c, 5, &out), SCK_OK);
    expect(&f, "degree 5", out, LEVEL - 4, 1, 29);
    end(&f);
}

/* A vector that repeats every 16 slots, read as one of 16 and back. */
static void a_repeating_vector_is_a_ciphertext_of_its_period(void)
{
    struct fixture f;
    struct sck_limbs_ciphertext *ct, *out = NULL;
    double got[2 * SLOTS];
    sck_ciphertext *x = NULL;

    begin(&f);
    for (int i = 0; i < 2 * SLOTS; i++)
        f.a[i] = f.a[i % 32];
    ct = keyholder_encrypt(&f.holder, f.a, SLOTS, LEVEL);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(f.evaluator, f.run, ct, &x),
                          SCK_OK);
    sck_limbs_ciphertext_free(ct);
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(x, 48), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(x, 0), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(x, 16), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_slots(x), 16);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(x, "x", &out), SCK_OK);
    keyholder_decrypt(&f.holder, out, got);
    CU_ASSERT(worst_bits(got, f.a, 16) > 31);
    sck_limbs_ciphertext_free(out);
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(x, SLOTS), SCK_OK);
    memcpy(f.want, f.a, sizeof f.want);
    expect(&f, "slots 16 and back", x, LEVEL, 1, 31);
    end(&f);
}

static CU_TestInfo cases[] = {
    {"sums_differences_and_negation_are_exact_to_noise",
     sums_differences_and_negation_are_exact_to_noise},
    {"products_hold_after_relinearisation_and_rescale",
     products_hold_after_relinearisation_and_rescale},
    {"rotations_and_conjugation_move_slots",
     rotations_and_conjugation_move_slots},
    {"plaintexts_and_scalars_act_slotwise",
     plaintexts_and_scalars_act_slotwise},
    {"lowering_keeps_the_message_at_every_level",
     lowering_keeps_the_message_at_every_level},
    {"a_linear_map_is_its_matrix", a_linear_map_is_its_matrix},
    {"a_polynomial_is_its_values", a_polynomial_is_its_values},
    {"a_repeating_vector_is_a_ciphertext_of_its_period",
     a_repeating_vector_is_a_ciphertext_of_its_period},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(eval, cases)
