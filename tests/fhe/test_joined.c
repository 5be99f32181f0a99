/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.joined: at N = 2^16 a task of a key switch or a division takes two
 * blocks of four limbs, and none of eight: the same bits in all ways, with
 * whole keys and with halved ones. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_joined_priv.h"
#include "evaluator_kit.h"

#include <stdlib.h>

enum { LEVEL = 10, SLOTS = 32, TURNS = 3, RESULTS = TURNS + 2 };

static void open_level(struct kit *k)
{
    const struct sck_session_options options = {.workers = 1};
    struct sck_limbs_key wanted[TURNS + 1] = {{0}};

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &k->params), SCK_OK);
    for (uint32_t i = 0; i <= TURNS; i++) {
        wanted[i].kind = i == 0 ? SCK_KEY_RELIN : SCK_KEY_GALOIS;
        wanted[i].key_class = sck_params_class_of(k->params, LEVEL);
        if (i != 0)
            wanted[i].galois = sck_galois_rotation(k->params, (int64_t)i);
    }
    open_kit(k, &options, wanted, TURNS + 1, LEVEL, SLOTS);
}

/* A square, a rotation, and TURNS of one hoisting.
 * @return the square's tasks */
static uint64_t results(struct kit *k, const char *limbs, int saves,
                        struct sck_limbs_ciphertext **out)
{
    static const int64_t steps[TURNS] = {1, 2, 3};
    sck_ciphertext *x, *square, *y[RESULTS];

    setenv("STARCLOAK_LIMBS_PER_BLOCK", limbs, 1);
    sck_evaluator *e = new_evaluator(k, saves, &x);
    const uint64_t before = sck_run_tasks(k->run);

    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(k->run, x, x, &square), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_relinearise_rescale(k->run, square, &y[0]),
                          SCK_OK);
    const uint64_t tasks = sck_run_tasks(k->run) - before;

    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(k->run, x, 1, &y[1]), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_rotate_hoisted(k->run, x, steps, TURNS, y + 2), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    for (int i = 0; i < RESULTS; i++) {
        CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(y[i], "y", &out[i]),
                              SCK_OK);
        sck_ciphertext_free(y[i]);
    }
    sck_ciphertext_free(x);
    sck_ciphertext_free(square);
    sck_evaluator_free(e);
    unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
    return tasks;
}

static void joined_blocks_have_the_bits_of_single_ones(void)
{
    struct sck_limbs_ciphertext *single[RESULTS], *joined[RESULTS];
    struct kit k;

    open_level(&k);
    const uint64_t of_eight = results(&k, "8", 0, single);

    for (int saves = 0; saves < 2; saves++) {
        const uint64_t of_four = results(&k, "4", saves, joined);

        /* Only the product's own tasks are twice as many. */
        if (!saves)
            CU_ASSERT(of_four < of_eight + of_eight / 2);
        for (int i = 0; i < RESULTS; i++) {
            CU_ASSERT_EQUAL(differences(&k, single[i], joined[i]), 0);
            sck_limbs_ciphertext_free(joined[i]);
        }
    }
    for (int i = 0; i < RESULTS; i++)
        sck_limbs_ciphertext_free(single[i]);
    close_kit(&k);
}

static CU_TestInfo cases[] = {
    {"joined_blocks_have_the_bits_of_single_ones",
     joined_blocks_have_the_bits_of_single_ones},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(joined, cases)
