/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.plan_run: plans on ciphertexts of the client, with exactly the
 * keys that the plan asks for, against the clear run. */
#include "plan_kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 8, SEEDS = 50 };

/* Deviations of both outputs' errors as measured and predicted: squares, summed
 * over the runs. */
struct errors {
    double worst, measured[2], simulated[2], carried[2];
};

static double square_of_differences(const double *a, const double *b,
                                    uint32_t width)
{
    double sum = 0;

    for (uint32_t i = 0; i < width; i++)
        sum += pow(a[i] - b[i], 2);
    return sum / width;
}

static void gather(struct bench *b, const sck_ciphertext *ct,
                   const double *want, uint32_t width, int output,
                   struct errors *errors)
{
    struct sck_limbs_ciphertext *limbs = NULL;
    double values[2 * SLOTS], real[SLOTS];

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "y", &limbs), SCK_OK);
    CU_ASSERT_EQUAL(sck_decrypt(b->secret, limbs, values), SCK_OK);
    for (uint32_t i = 0; i < width; i++) {
        real[i] = values[2 * i];
        errors->worst = fmax(errors->worst, fabs(real[i] - want[i]));
    }
    errors->measured[output] += square_of_differences(real, want, width);
    errors->carried[output] += pow(sck_ciphertext_error(ct), 2);
    sck_limbs_ciphertext_free(limbs);
}

/* One pair of inputs, as large as predictions allow for, through the plan,
 * against the clear run; and through the noise run. */
static void run_once(struct bench *b, struct errors *errors)
{
    double x[IN], skip[HIDDEN], gate[HIDDEN], scores[OUT];
    double noisy_gate[HIDDEN], noisy_scores[OUT];
    const double *in[2] = {x, skip};
    double *out[2] = {gate, scores}, *noisy[2] = {noisy_gate, noisy_scores};
    uint32_t count;
    const struct sck_plan_port *port = sck_plan_outputs(b->plan, &count);
    sck_ciphertext *ct[2], *result[2];

    for (int i = 0; i < IN; i++)
        x[i] = sck_test_real() < 0 ? -1 : 1;
    for (int i = 0; i < HIDDEN; i++)
        skip[i] = sck_test_real() < 0 ? -1 : 1;
    CU_ASSERT_EQUAL(sck_plan_run_clear(b->plan, in, out), SCK_OK);
    for (int seed = 0; seed < SEEDS; seed++) {
        CU_ASSERT_EQUAL(
            sck_plan_run_noise(b->plan, sck_test_random(), in, noisy), SCK_OK);
        errors->simulated[0] +=
            square_of_differences(noisy_gate, gate, HIDDEN) / SEEDS;
        errors->simulated[1] +=
            square_of_differences(noisy_scores, scores, OUT) / SEEDS;
    }
    ct[0] = encrypt(b, x, IN);
    ct[1] = encrypt(b, skip, HIDDEN);
    const sck_status ran =
        sck_plan_run(b->plan, b->evaluator, b->run,
                     (const sck_ciphertext *const *)ct, result);

    CU_ASSERT_EQUAL_FATAL(ran, SCK_OK);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(sck_ciphertext_level(result[i]), port[i].level);
        CU_ASSERT_TRUE(
            sck_scale_equal(sck_ciphertext_scale(result[i]), port[i].scale));
    }
    gather(b, result[0], gate, HIDDEN, 0, errors);
    gather(b, result[1], scores, OUT, 1, errors);
    for (int i = 0; i < 2; i++) {
        sck_ciphertext_free(ct[i]);
        sck_ciphertext_free(result[i]);
    }
}

/* log2 of a deviation over the runs. */
static double bits(double squares)
{
    return 0.5 * log2(squares / INPUTS);
}

/* With the plan's keys and no other; weights prepared once for all inputs. */
static void ciphertexts_agree_with_clear_as_predicted(void)
{
    static const char *const name[] = {"gate", "scores"};
    struct sck_plan_totals totals;
    struct errors errors = {0};
    struct bench b;

    start(&b);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_prepare(b.plan, b.evaluator, b.run), SCK_OK);
    sck_plan_get_totals(b.plan, &totals);
    for (int i = 0; i < INPUTS; i++)
        run_once(&b, &errors);
    CU_ASSERT_EQUAL(sck_run_wait(b.run), SCK_OK);
    for (int i = 0; i < 2; i++) {
        const double measured = bits(errors.measured[i]);

        printf("\n    %-6s 2^%.2f measured, 2^%.2f simulated, 2^%.2f carried",
               name[i], measured, bits(errors.simulated[i]),
               bits(errors.carried[i]));
        CU_ASSERT(fabs(measured - bits(errors.simulated[i])) <= 1);
        CU_ASSERT(fabs(measured - bits(errors.carried[i])) <= 2);
    }
    /* The plan's bound is of four deviations of the worst output. */
    const double deviation =
        fmax(bits(errors.measured[0]), bits(errors.measured[1]));

    printf("\n    predicted %.1f bits, measured %.1f, worst %.1f ... ",
           totals.precision_bits, -deviation - 2, -log2(errors.worst));
    CU_ASSERT_TRUE(-log2(errors.worst) >= totals.precision_bits);
    CU_ASSERT_TRUE(fabs(-deviation - 2 - totals.precision_bits) <= 2);
    struct sck_session_stats stats;

    sck_session_get_stats(b.session, &stats);
    printf("peak %.1f MiB, predicted %.1f ... ",
           (double)stats.bytes_peak / 0x1p20,
           (double)totals.peak_bytes / 0x1p20);
    stop(&b);
}

/* Every single key is needed: without any one, the run fails by its layer. */
static void a_missing_key_is_named_with_its_layer(void)
{
    const double x[IN] = {0};
    struct bench b;
    sck_ciphertext *in[2], *out[2];

    start(&b);
    const uint32_t count = b.keys->count;

    for (uint32_t i = 0; i < count; i++) {
        sck_evaluator *evaluator = NULL;
        struct sck_limbs_keyset few = *b.keys;
        struct sck_limbs_key *keys = calloc(count, sizeof *keys);

        few.keys = keys;
        few.count = 0;
        for (uint32_t k = 0; k < count; k++)
            if (k != i)
                keys[few.count++] = b.keys->keys[k];
        CU_ASSERT_EQUAL_FATAL(
            sck_evaluator_new(b.session, b.params, &evaluator), SCK_OK);
        CU_ASSERT_EQUAL(sck_evaluator_add_keys(evaluator, b.run, &few), SCK_OK);
        sck_evaluator *const whole = b.evaluator;

        b.evaluator = evaluator;
        in[0] = encrypt(&b, x, IN);
        in[1] = encrypt(&b, x, HIDDEN);
        CU_ASSERT_EQUAL(sck_plan_run(b.plan, evaluator, b.run,
                                     (const sck_ciphertext *const *)in, out),
                        SCK_ERR_KEY);
        CU_ASSERT_PTR_NULL(out[0]);
        CU_ASSERT_PTR_NULL(out[1]);
        CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), " (level 1"));
        sck_ciphertext_free(in[0]);
        sck_ciphertext_free(in[1]);
        CU_ASSERT_EQUAL(sck_run_wait(b.run), SCK_OK);
        sck_plan_release(b.plan);
        sck_evaluator_free(evaluator);
        b.evaluator = whole;
        free(keys);
    }
    stop(&b);
}

static void an_input_of_another_level_or_scale_is_refused(void)
{
    const double x[IN] = {0};
    struct bench b;
    sck_ciphertext *in[2], *out[2], *low = NULL;

    start(&b);
    in[0] = encrypt(&b, x, IN);
    in[1] = encrypt(&b, x, HIDDEN);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(b.run, in[1], 5, &low), SCK_OK);
    sck_ciphertext_free(in[1]);
    in[1] = low;
    CU_ASSERT_EQUAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                 (const sck_ciphertext *const *)in, out),
                    SCK_ERR_SHAPE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_plan_run: input skip has 16 slots, level 5 and "
                           "2 polynomials, not 16, 17 and 2");
    sck_ciphertext_free(in[1]);
    /* Of its level and slots, at twice the scale. */
    in[1] = in[0];
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_mul_scalar(b.run, in[1], 1, sck_scale_from_double(2), in),
        SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_run(b.plan, b.evaluator, b.run,
                                 (const sck_ciphertext *const *)in, out),
                    SCK_ERR_SHAPE);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "input x has scale 2^4"));
    CU_ASSERT_PTR_NULL(out[0]);
    sck_ciphertext_free(in[0]);
    sck_ciphertext_free(in[1]);
    stop(&b);
}

static CU_TestInfo cases[] = {
    {"ciphertexts_agree_with_clear_as_predicted",
     ciphertexts_agree_with_clear_as_predicted},
    {"a_missing_key_is_named_with_its_layer",
     a_missing_key_is_named_with_its_layer},
    {"an_input_of_another_level_or_scale_is_refused",
     an_input_of_another_level_or_scale_is_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(plan_run, cases)
