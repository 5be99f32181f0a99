/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.bootstrap_stages: what a bootstrap is said to do. */
#include "eval_bootstrap_priv.h"
#include "sck_bootstrap.h"
#include "sck_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counted by hand in the even series of degree 30, U_k = T_2k: U_1; U_2 and a
 * multiple of U_1; U_3, U_4 and a quarter; U_8, half of all and a sum of
 * multiples; all of it. Nine products; then three double angles. */
static void sums_are_the_series(const struct sck_bootstrap_stage *stage,
                                uint32_t top)
{
    static const uint32_t of[][4] = {{1, 1, 1, 0}, {2, 1, 1, 1}, {3, 3, 3, 2},
                                     {3, 2, 2, 6}, {1, 1, 2, 3}, {1, 1, 1, 0},
                                     {1, 1, 1, 0}, {1, 1, 1, 0}};

    for (uint32_t i = 0; i < sizeof of / sizeof *of; i++, stage++) {
        CU_ASSERT_STRING_EQUAL(stage->name, "EvalMod");
        CU_ASSERT_EQUAL(stage->level, top - i);
        CU_ASSERT_EQUAL(stage->sums, of[i][0]);
        CU_ASSERT_EQUAL(stage->key_switches, of[i][1]);
        CU_ASSERT_EQUAL(stage->products, of[i][2]);
        CU_ASSERT_EQUAL(stage->multiples, of[i][3]);
    }
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
    {"its_parts_are_told", its_parts_are_told},
    {"fewer_slots_cost_less", fewer_slots_cost_less},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(bootstrap_stages, cases)
