/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.eval_errors: what operations refuse, and what a failed run leaves
 * alone. */
#include "eval_kit.h"
#include "submit.h"

static void operands_that_do_not_fit_are_refused_with_numbers(void)
{
    struct fixture f;
    sck_ciphertext *low = NULL, *out = NULL, *wide = NULL;

    begin(&f);
    CU_ASSERT_EQUAL(sck_eval_lower(f.run, f.x, 3, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_add(f.run, f.y, low, &out), SCK_ERR_SHAPE);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_eval_add: levels 9 and 3 differ; lower the higher one");
    CU_ASSERT_PTR_NULL(out);
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(f.y, 16), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_add(f.run, f.x, f.y, &out), SCK_ERR_SHAPE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_eval_add: 64 slots and 16 differ");
    CU_ASSERT_EQUAL(sck_ciphertext_set_slots(f.y, SLOTS), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_mul(f.run, f.x, f.y, &wide), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_add(f.run, f.y, wide, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_eval_rotate(f.run, wide, 1, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_eval_lower(f.run, low, 4, &out), SCK_ERR_LEVEL);
    CU_ASSERT_EQUAL(sck_eval_rescale(f.run, f.x, &out), SCK_ERR_SHAPE);
    CU_ASSERT_EQUAL(sck_eval_dot_plain(f.run, NULL, NULL, 0, &out),
                    SCK_ERR_ARGUMENT);
    for (uint32_t width = 0; width <= 2 * SLOTS; width += SLOTS - 1)
        CU_ASSERT_EQUAL(sck_eval_inner_sum(f.run, f.x, width, &out),
                        SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_eval_inner_sum(f.run, f.x, 2 * SLOTS, &out),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(out);
    sck_ciphertext_free(low);
    sck_ciphertext_free(wide);
    CU_ASSERT_EQUAL(sck_eval_lower(f.run, f.x, 0, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_rescale(f.run, low, &out), SCK_ERR_LEVEL);
    sck_ciphertext_free(low);
    end(&f);
}

/* Two runs share a session: one fails, the other's results stand. */
static void a_failed_run_leaves_another_alone(void)
{
    struct fixture f;
    sck_run *other = NULL;
    sck_ciphertext *good = NULL, *three = NULL, *bad = NULL;

    begin(&f);
    CU_ASSERT_EQUAL_FATAL(sck_run_wait(f.run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f.session, &other), SCK_OK);
    product(&f);
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(sck_eval_mul(f.run, f.x, f.y, &three), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_relinearise_rescale(f.run, three, &good),
                        SCK_OK);
        sck_ciphertext_free(three);
        CU_ASSERT_EQUAL(sck_eval_rotate(other, f.x, 3, &bad), SCK_OK);
        sck_ciphertext_free(bad);
        if (i == 1)
            sck_run_fail(other, SCK_ERR_DEVICE, "injected");
        if (i < 3)
            sck_ciphertext_free(good);
    }
    CU_ASSERT_EQUAL(sck_run_wait(other), SCK_ERR_DEVICE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(), "sck_run_wait: injected");
    sck_run_free(other);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    expect(&f, "beside a failed run", good, LEVEL - 1, 1, 30);
    end(&f);
}

static CU_TestInfo cases[] = {
    {"operands_that_do_not_fit_are_refused_with_numbers",
     operands_that_do_not_fit_are_refused_with_numbers},
    {"a_failed_run_leaves_another_alone", a_failed_run_leaves_another_alone},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(eval_errors, cases)
