/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.bootstrap_scaled: values beyond [-1, 1], and what a bootstrap is
 * said to do. */
#include "eval_bootstrap_priv.h"
#include "fixture.h"
#include "sck_bootstrap.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 32 };

/* Worst error of a bootstrap of values up to size, brought down and up. */
static double error_of(const sck_bootstrapper *b, double size, uint32_t down,
                       uint32_t up, double held)
{
    const uint32_t level = sck_bootstrap_input_level(fixture.params);
    sck_ciphertext *x, *low = NULL, *y = NULL;
    double worst = 0;

    for (uint32_t i = 0; i < SLOTS; i++) {
        fixture.in[2 * i] = size * sck_test_real();
        fixture.in[2 * i + 1] = 0;
    }
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_lower(fixture.run, x, level + (down != 0), &low), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_bootstrap_scaled(fixture.run, b, low, down, up, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_ciphertext_level(y),
                    sck_params_app_top(fixture.params));
    CU_ASSERT(sck_scale_equal(
        sck_ciphertext_scale(y),
        sck_params_scale(fixture.params, sck_ciphertext_level(y))));
    fixture_decrypt(y, fixture.out);
    for (uint32_t i = 0; i < SLOTS; i++)
        worst =
            fmax(worst, fabs(fixture.out[2 * i] - held * fixture.in[2 * i]));
    sck_ciphertext_free(x);
    sck_ciphertext_free(low);
    sck_ciphertext_free(y);
    return worst;
}

static void values_of_any_size_keep_their_bits(void)
{
    sck_bootstrapper *b = NULL;

    fixture_begin("b16-40", SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, SLOTS, &b),
        SCK_OK);
    for (uint32_t bits = 0; bits <= 8; bits += 4) {
        const double size = ldexp(1, (int)bits);
        const double both = -log2(error_of(b, size, bits, bits, 1) / size);
        /* As held by the layer before: up alone. */
        const double up = -log2(error_of(b, 1, 0, bits, size) / size);

        printf("\n    up to %g: %.1f bits, %.1f when held small ", size, both,
               up);
        CU_ASSERT(both > 21.5 && up > 21.5);
    }
    sck_bootstrapper_free(b);
    fixture_end();
}

/* Worst bits of two values refreshed as one, whose sizes differ. */
static void two_values_share_one_bootstrap(void)
{
    enum { ALL = 512 };
    static double in[2][2 * ALL];
    const double size[2] = {1, 16};
    const uint32_t bits[2] = {0, 4};
    struct sck_refresh pair[2];
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x[2], *y[2] = {NULL, NULL};

    fixture_begin("b16-40", ALL);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, ALL, &b), SCK_OK);
    for (int k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < ALL; i++) {
            in[k][2 * i] = size[k] * sck_test_real();
            in[k][2 * i + 1] = 0;
        }
        x[k] = fixture_encrypt(in[k], ALL);
        CU_ASSERT_EQUAL_FATAL(
            sck_ciphertext_set_magnitude(x[k], size[k] / sqrt(3)), SCK_OK);
        fixture_decrypt(x[k], in[k]);
        pair[k] = (struct sck_refresh){x[k], bits[k], bits[k]};
    }
    CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                          SCK_OK);
    for (int k = 0; k < 2; k++) {
        double worst = 0, square = 0;

        CU_ASSERT_EQUAL(sck_ciphertext_level(y[k]),
                        sck_params_app_top(fixture.params));
        CU_ASSERT(sck_scale_equal(
            sck_ciphertext_scale(y[k]),
            sck_params_scale(fixture.params, sck_ciphertext_level(y[k]))));
        fixture_decrypt(y[k], fixture.out);
        for (uint32_t i = 0; i < ALL; i++) {
            const double off = fixture.out[2 * i] - in[k][2 * i];

            worst = fmax(worst, fabs(off));
            square += off * off / ALL;
        }
        const double deviation = -0.5 * log2(square);
        const double predicted = -log2(sck_ciphertext_error(y[k]));

        printf("\n    up to %-2g: worst %.1f bits, deviation %.1f, predicted "
               "%.1f ",
               size[k], -log2(worst / size[k]), deviation, predicted);
        CU_ASSERT(-log2(worst / size[k]) > 21.5);
        CU_ASSERT(fabs(deviation - predicted) < 1);
        sck_ciphertext_free(y[k]);
    }
    pair[1].down = 21;
    CU_ASSERT_EQUAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y[0]);
    pair[1].down = 0;
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x[1], 2, &y[1]), SCK_OK);
    sck_ciphertext_free(x[1]);
    x[1] = y[1];
    pair[1].value = x[1];
    CU_ASSERT_EQUAL(sck_eval_bootstrap_pair(fixture.run, b, pair, y),
                    SCK_ERR_LEVEL);
    CU_ASSERT(y[0] == NULL && y[1] == NULL);
    sck_ciphertext_free(x[0]);
    sck_ciphertext_free(x[1]);
    sck_bootstrapper_free(b);
    fixture_end();
}

static void what_it_cannot_do_is_refused(void)
{
    sck_bootstrapper *b = NULL;
    sck_ciphertext *x, *low = NULL, *y = NULL;

    fixture_begin("b16-40", SLOTS);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrapper_new(fixture.evaluator, fixture.run, SLOTS, &b),
        SCK_OK);
    memset(fixture.in, 0, 2 * SLOTS * sizeof *fixture.in);
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 3, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, low, 1, 1, &y),
                    SCK_ERR_LEVEL);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "level 3 is too low"));
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, x, 21, 0, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y);
    sck_ciphertext_free(low);
    low = NULL;
    /* A known magnitude tells of slots beyond; also once lowered. */
    CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(x, 3), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_lower(fixture.run, x, 4, &low), SCK_OK);
    CU_ASSERT_EQUAL(sck_eval_bootstrap(fixture.run, b, low, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(y);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "stated as 3, so slots are beyond the 1 "));
    CU_ASSERT_EQUAL(sck_eval_bootstrap_complex(fixture.run, b, low, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_eval_bootstrap_scaled(fixture.run, b, low, 1, 1, &y),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_bootstrap_scaled(fixture.run, b, low, 2, 2, &y), SCK_OK);
    sck_ciphertext_free(y);
    y = NULL;
    /* A predicted one tells of none: 2 x, whose magnitude is unknown. */
    sck_ciphertext_free(x);
    x = fixture_encrypt(fixture.in, SLOTS);
    CU_ASSERT_EQUAL_FATAL(sck_eval_add(fixture.run, x, x, &y), SCK_OK);
    CU_ASSERT(sck_ciphertext_magnitude(y) > 1.5);
    CU_ASSERT_EQUAL(sck_bootstrap_takes(b, y, 1), SCK_OK);
    sck_ciphertext_free(y);
    sck_ciphertext_free(x);
    sck_ciphertext_free(low);
    sck_bootstrapper_free(b);
    fixture_end();
}

/* The series' nodes, level by level; each counted as often as there are. */
static void sums_are_the_series(const struct sck_bootstrap_stage *stage,
                                uint32_t top)
{
    struct sck_chebyshev_plan *plan = malloc(sizeof *plan);
    uint32_t degree, doublings, sums = 0;
    const double *c = sck_evalmod_series(&degree, &doublings);

    CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
    CU_ASSERT_EQUAL_FATAL(sck_chebyshev_plan_new(c, degree, plan), SCK_OK);
    for (uint32_t depth = 1; depth <= plan->depth; depth++, stage++) {
        uint32_t of[4] = {0};

        for (uint32_t i = 1; i < plan->nodes; i++)
            if (plan->node[i].depth == depth) {
                of[0]++;
                of[1] += plan->node[i].products != 0;
                of[2] += plan->node[i].products;
                of[3] += plan->node[i].terms;
            }
        CU_ASSERT_EQUAL(stage->level, top - (depth - 1));
        CU_ASSERT_EQUAL(stage->sums, of[0]);
        CU_ASSERT_EQUAL(stage->key_switches, of[1]);
        CU_ASSERT_EQUAL(stage->products, of[2]);
        CU_ASSERT_EQUAL(stage->multiples, of[3]);
        sums += of[0];
    }
    CU_ASSERT_EQUAL(sums, plan->nodes - 1);
    for (uint32_t i = 0; i < doublings; i++)
        CU_ASSERT_EQUAL(stage[i].sums, 1);
    free(plan);
}

/* Words of keys that the stages' switches are multiplied with. */
static double key_words(const sck_params *p,
                        const struct sck_bootstrap_stage *stage, uint32_t count)
{
    double words = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct sck_key_class *c =
            sck_params_class(p, sck_params_class_of(p, stage[i].level));
        uint32_t limbs;

        sck_params_primes(p, stage[i].level, &limbs);
        words += 2.0 * stage[i].key_switches * c->digits *
                 (limbs + c->special_count) * 65536;
    }
    return words;
}

/* Diagonals, levels and products of the design (parameters.md, section 6); but
 * CoeffToSlot's shorter layer is its second. Of switches and keys a twentieth
 * more at most: the encapsulation's are less than their level's. */
static void its_parts_are_told(void)
{
    static const uint32_t stc[] = {63, 63, 32}, cts[] = {16, 15, 31, 31};
    static const uint32_t stc_words[] = {64, 2048, 65536};
    static const uint32_t cts_words[] = {65536, 4096, 512, 32};
    struct sck_bootstrap_stage stage[SCK_BOOTSTRAP_STAGES];
    struct sck_limbs_key *keys = NULL;
    uint32_t count, made, evalmod = 0, i = 0;
    sck_params *p = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &p), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrap_stages(p, 32768, stage, &count),
                          SCK_OK);
    for (uint32_t k = 0; k < 3; k++, i++) {
        CU_ASSERT_STRING_EQUAL(stage[i].name, "StC");
        CU_ASSERT_EQUAL(stage[i].level, 3 - k);
        CU_ASSERT_EQUAL(stage[i].diagonals, stc[k]);
        CU_ASSERT_EQUAL(stage[i].words, stc_words[k]);
    }
    CU_ASSERT_STRING_EQUAL(stage[i].name, "encapsulation");
    CU_ASSERT_EQUAL(stage[i++].key_switches, 2);
    for (uint32_t k = 0; k < 4; k++, i++) {
        CU_ASSERT_STRING_EQUAL(stage[i].name, "CtS");
        CU_ASSERT_EQUAL(stage[i].level, 29 - k);
        CU_ASSERT_EQUAL(stage[i].diagonals, cts[k]);
        CU_ASSERT_EQUAL(stage[i].words, cts_words[k]);
    }
    CU_ASSERT_STRING_EQUAL(stage[i].name, "conjugation");
    CU_ASSERT_EQUAL(stage[i].level, 25);
    for (i++; i < count; i++) {
        CU_ASSERT_STRING_EQUAL(stage[i].name, "EvalMod");
        evalmod += stage[i].key_switches;
    }
    CU_ASSERT_EQUAL(evalmod, 11);
    sums_are_the_series(stage + count - 8, stage[count - 8].level);
    for (i = made = 0; i < count; i++)
        made += stage[i].key_switches;
    CU_ASSERT(made <= 96);
    CU_ASSERT(key_words(p, stage, 3) + key_words(p, stage + 4, count - 4) <=
              1.05 * 1.41e9);
    CU_ASSERT_EQUAL(stage[count - 1].level, 18);
    /* Half of the slots: one rotation for the trace. */
    CU_ASSERT_EQUAL(sck_bootstrap_stages(p, 16384, stage, &count), SCK_OK);
    for (i = 0; i < count && strcmp(stage[i].name, "trace") != 0;)
        i++;
    CU_ASSERT_FATAL(i < count);
    CU_ASSERT_EQUAL(stage[i].key_switches, 1);
    /* A 1024th of them: ten doublings, two a step. */
    CU_ASSERT_EQUAL(sck_bootstrap_stages(p, 32, stage, &count), SCK_OK);
    for (i = made = 0; i < count; i++)
        if (strcmp(stage[i].name, "trace") == 0) {
            CU_ASSERT_EQUAL(stage[i].key_switches, 3);
            made++;
        }
    CU_ASSERT_EQUAL(made, 5);
    CU_ASSERT_EQUAL(sck_bootstrap_stages(p, 16384, stage, &count), SCK_OK);
    /* Every rotation's key is listed. */
    CU_ASSERT_EQUAL(sck_bootstrap_keys(p, 16384, &keys, &made), SCK_OK);
    for (i = evalmod = 0; i < count; i++)
        evalmod += stage[i].key_switches;
    CU_ASSERT(made <= evalmod);
    CU_ASSERT_EQUAL(sck_bootstrap_stages(p, 48, stage, &count),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(count, 0);
    free(keys);
    sck_params_free(p);
}

/* Fewer slots: fewer switches, fewer words of keys (which digits and
 * transforms go by), fewer diagonals. */
static void fewer_slots_cost_less(void)
{
    static const uint32_t logs[] = {5, 10, 14, 15};
    static const char *const sets[] = {"b16-40", "b16-35", "b16-45"};
    struct sck_bootstrap_stage stage[SCK_BOOTSTRAP_STAGES];

    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        uint32_t switches_before = 0;
        double words_before = 0, diagonals_before = 0;
        sck_params *p = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_params_named(sets[s], &p), SCK_OK);
        printf("\n    %s:", sets[s]);
        for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
            uint32_t count, switches = 0;
            double diagonals = 0;

            CU_ASSERT_EQUAL_FATAL(
                sck_bootstrap_stages(p, UINT32_C(1) << logs[i], stage, &count),
                SCK_OK);
            for (uint32_t k = 0; k < count; k++) {
                switches += stage[k].key_switches;
                diagonals += stage[k].diagonals;
            }
            const double words = key_words(p, stage, count);

            printf(" 2^%u %u switches, %.2f G key products;", logs[i], switches,
                   words / 1e9);
            CU_ASSERT(switches > switches_before);
            CU_ASSERT(words > words_before);
            CU_ASSERT(diagonals > diagonals_before);
            switches_before = switches;
            words_before = words;
            diagonals_before = diagonals;
        }
        sck_params_free(p);
    }
}

static CU_TestInfo cases[] = {
    {"values_of_any_size_keep_their_bits", values_of_any_size_keep_their_bits},
    {"two_values_share_one_bootstrap", two_values_share_one_bootstrap},
    {"what_it_cannot_do_is_refused", what_it_cannot_do_is_refused},
    {"its_parts_are_told", its_parts_are_told},
    {"fewer_slots_cost_less", fewer_slots_cost_less},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_scaled, cases)
