/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.joined: at N = 2^16 a task of a key switch, a division, a series or
 * a matrix takes two blocks of four limbs, and none of eight: the same bits in
 * all ways, with whole keys and with halved ones. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_dft_priv.h"
#include "eval_joined_priv.h"
#include "sck_client.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

enum { LEVEL = 10, SLOTS = 32, TURNS = 3, RESULTS = TURNS + 4, DIAGONALS = 16 };

struct kit {
    sck_params *params;
    struct sck_limbs_keyset *keys;
    struct sck_limbs_ciphertext *input;
    sck_session *session;
    sck_run *run;
};

/* The matrix's diagonals are 0 to DIAGONALS - 1: more than babies alone are. */
static void steps_of(const struct kit *k, struct sck_giant_steps *steps)
{
    int32_t index[DIAGONALS];

    for (int32_t i = 0; i < DIAGONALS; i++)
        index[i] = i;
    sck_giant_steps_of(index, DIAGONALS, SLOTS,
                       sck_level_digits(k->params, LEVEL), steps);
}

static void open_kit(struct kit *k)
{
    const struct sck_session_options options = {.workers = 1};
    struct sck_limbs_key wanted[1 + TURNS + DIAGONALS] = {{0}};
    struct sck_giant_steps steps;
    double values[2 * SLOTS];
    sck_secret_key *secret;
    uint32_t keys = 1 + TURNS;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &k->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_secret_key_new(k->params, &secret), SCK_OK);
    steps_of(k, &steps);
    CU_ASSERT(steps.giants > 1);
    for (uint32_t i = 0; i < steps.babies + steps.giants; i++) {
        const int32_t step =
            i < steps.babies ? steps.baby[i] : steps.giant[i - steps.babies];

        if (step > TURNS)
            wanted[keys++].galois = sck_galois_rotation(k->params, step);
    }
    for (uint32_t i = 0; i < keys; i++) {
        wanted[i].kind = i == 0 ? SCK_KEY_RELIN : SCK_KEY_GALOIS;
        wanted[i].key_class = sck_params_class_of(k->params, LEVEL);
        if (i != 0 && i <= TURNS)
            wanted[i].galois = sck_galois_rotation(k->params, (int64_t)i);
    }
    CU_ASSERT_EQUAL_FATAL(sck_keyset_new(secret, wanted, keys, &k->keys),
                          SCK_OK);
    for (uint32_t i = 0; i < 2 * SLOTS; i++)
        values[i] = sck_test_real();
    CU_ASSERT_EQUAL_FATAL(
        sck_encrypt_secret(secret, LEVEL, values, SLOTS, "x", &k->input),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &k->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k->session, &k->run), SCK_OK);
    sck_secret_key_free(secret);
}

static void close_kit(struct kit *k)
{
    struct sck_session_stats stats;

    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    sck_run_free(k->run);
    sck_session_get_stats(k->session, &stats);
    CU_ASSERT_EQUAL(stats.blocks_alive, 0);
    sck_session_free(k->session);
    sck_limbs_ciphertext_free(k->input);
    sck_limbs_keyset_free(k->keys);
    sck_params_free(k->params);
}

static void multiply(struct kit *k, sck_evaluator *e, const sck_ciphertext *x,
                     sck_ciphertext **y)
{
    const sck_scale in = sck_params_scale(k->params, LEVEL);
    const sck_scale out = sck_params_scale(k->params, LEVEL - 1);
    double values[DIAGONALS][2 * SLOTS];
    struct sck_diagonals m = {.n = SLOTS, .count = DIAGONALS};
    struct sck_transform *t;

    for (int i = 0; i < DIAGONALS; i++) {
        m.index[i] = i;
        m.value[i] = values[i];
        for (int j = 0; j < 2 * SLOTS; j++)
            values[i][j] = (double)((3 * i + j) % 7) / 7;
    }
    CU_ASSERT_EQUAL_FATAL(sck_transform_new(e, k->run, &m, LEVEL, in, out, &t),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_transform_apply(k->run, t, x, y), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    sck_transform_free(t);
}

/* A square, a rotation, TURNS of one hoisting, a series, a matrix.
 * @return the square's tasks */
static uint64_t results(struct kit *k, const char *limbs, int saves,
                        struct sck_limbs_ciphertext **out)
{
    static const int64_t steps[TURNS] = {1, 2, 3};
    static const double series[] = {.25, 0, .5};
    const sck_scale any = {0, 0};
    sck_ciphertext *x, *square, *y[RESULTS];
    sck_evaluator *e;

    setenv("STARCLOAK_LIMBS_PER_BLOCK", limbs, 1);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k->session, k->params, &e), SCK_OK);
    sck_evaluator_save_memory(e, saves);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(e, k->run, k->keys), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(e, k->run, k->input, &x),
                          SCK_OK);
    const uint64_t before = sck_run_tasks(k->run);

    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(k->run, x, x, &square), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_relinearise_rescale(k->run, square, &y[0]),
                          SCK_OK);
    const uint64_t tasks = sck_run_tasks(k->run) - before;

    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(k->run, x, 1, &y[1]), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_rotate_hoisted(k->run, x, steps, TURNS, y + 2), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_chebyshev(k->run, x, series, 2, any, &y[TURNS + 2]), SCK_OK);
    multiply(k, e, x, &y[TURNS + 3]);
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

static unsigned differences(const struct kit *k,
                            const struct sck_limbs_ciphertext *a,
                            const struct sck_limbs_ciphertext *b)
{
    const size_t bytes = sizeof(uint32_t) << sck_params_logn(k->params);
    uint32_t limbs;
    unsigned wrong = 0;

    CU_ASSERT_EQUAL_FATAL(a->level, b->level);
    (void)sck_params_primes(k->params, a->level, &limbs);
    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t i = 0; i < limbs; i++)
            wrong += memcmp(sck_limbs_row(a, h, i), sck_limbs_row(b, h, i),
                            bytes) != 0;
    return wrong;
}

static void joined_blocks_have_the_bits_of_single_ones(void)
{
    struct sck_limbs_ciphertext *single[RESULTS], *joined[RESULTS];
    struct kit k;

    open_kit(&k);
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
