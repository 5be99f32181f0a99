/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.joined: at N = 2^16 a task of a key switch, a division, a series or
 * a matrix takes four blocks of four limbs, or two where there are more workers
 * or keys are halved, and none of sixteen: the same bits in all ways. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_dft_priv.h"
#include "eval_joined_priv.h"
#include "evaluator_kit.h"
#include "ring.h"
#include "workers_kit.h"

#include <stdlib.h>

enum { LEVEL = 10, SLOTS = 32, TURNS = 3, RESULTS = TURNS + 4, DIAGONALS = 16 };

/* The matrix's diagonals are 0 to DIAGONALS - 1: more than babies alone are. */
static void steps_of(const struct kit *k, struct sck_giant_steps *steps)
{
    int32_t index[DIAGONALS];

    for (int32_t i = 0; i < DIAGONALS; i++)
        index[i] = i;
    sck_giant_steps_of(index, DIAGONALS, SLOTS,
                       sck_level_digits(k->params, LEVEL), DIAGONALS, steps);
}

static void open_level(struct kit *k)
{
    struct sck_limbs_key wanted[1 + TURNS + DIAGONALS] = {{0}};
    struct sck_giant_steps steps;
    uint32_t keys = 1 + TURNS;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &k->params), SCK_OK);
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
    open_keys(k, wanted, keys, LEVEL, SLOTS);
}

static void multiply(const struct kit *k, sck_run *run, sck_evaluator *e,
                     const sck_ciphertext *x, sck_ciphertext **y)
{
    const sck_scale in = sck_params_scale(k->params, LEVEL);
    const sck_scale out = sck_params_scale(k->params, LEVEL - 1);
    double values[DIAGONALS][2 * SLOTS];
    struct sck_diagonals m = {.n = SLOTS, .count = DIAGONALS};
    struct sck_giant_steps steps;
    struct sck_transform *t;

    for (int i = 0; i < DIAGONALS; i++) {
        m.index[i] = i;
        m.value[i] = values[i];
        for (int j = 0; j < 2 * SLOTS; j++)
            values[i][j] = (double)((3 * i + j) % 7) / 7;
    }
    steps_of(k, &steps);
    CU_ASSERT_EQUAL_FATAL(
        sck_transform_new(e, run, &m, &steps, LEVEL, in, out, &t), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_transform_apply(run, t, x, y), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_transform_free(t);
}

/* Blocks of so many limbs, so many workers, halved keys or whole ones. */
struct way {
    const char *limbs;
    uint32_t workers;
    int saves;
};

/* The tables that every evaluator here shares, while one user is left. */
static const struct sck_ring *tables(void)
{
    const struct sck_ring *ring = NULL;
    const uint32_t *primes;
    sck_params *params;
    uint32_t count;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &params), SCK_OK);
    primes = sck_params_all_primes(params, &count);
    CU_ASSERT_EQUAL_FATAL(
        sck_ring_new(sck_params_logn(params), primes, count, &ring), SCK_OK);
    sck_params_free(params);
    return ring;
}

static void choose_grain(const char *limbs)
{
    setenv("STARCLOAK_LIMBS_PER_BLOCK", limbs, 1);
}

/* A square, a rotation, TURNS of one hoisting, a series, a matrix. */
static void results(struct kit *k, struct way way,
                    struct sck_limbs_ciphertext **out)
{
    static const int64_t steps[TURNS] = {1, 2, 3};
    static const double series[] = {.25, 0, .5};
    const sck_scale any = {0, 0};
    sck_ciphertext *x, *square, *y[RESULTS];

    choose_grain(way.limbs);
    set_workers(way.workers);
    open_session(k, way.workers);
    sck_evaluator *e = new_evaluator(k, way.saves, &x);
    sck_run *const run = k->run;

    CU_ASSERT_EQUAL_FATAL(sck_eval_mul(run, x, x, &square), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_relinearise_rescale(run, square, &y[0]),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate(run, x, 1, &y[1]), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_rotate_hoisted(run, x, steps, TURNS, y + 2),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_eval_chebyshev(run, x, series, 2, any, &y[TURNS + 2]), SCK_OK);
    multiply(k, run, e, x, &y[TURNS + 3]);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    for (int i = 0; i < RESULTS; i++) {
        CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(y[i], "y", &out[i]),
                              SCK_OK);
        sck_ciphertext_free(y[i]);
    }
    sck_ciphertext_free(x);
    sck_ciphertext_free(square);
    close_session(k->session, e, run);
    unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
}

static void joined_blocks_have_the_bits_of_single_ones(void)
{
    static const struct way apart = {"16", 1, 0};
    static const struct way ways[] = {
        {"4", 1, 0}, {"8", 1, 0}, {"4", 2, 0}, {"4", 1, 1}};
    const struct sck_ring *ring = tables();
    struct sck_limbs_ciphertext *single[RESULTS], *joined[RESULTS];
    struct kit k;

    open_level(&k);
    results(&k, apart, single);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        results(&k, ways[w], joined);
        for (int i = 0; i < RESULTS; i++) {
            CU_ASSERT_EQUAL(differences(&k, single[i], joined[i]), 0);
            sck_limbs_ciphertext_free(joined[i]);
        }
    }
    for (int i = 0; i < RESULTS; i++)
        sck_limbs_ciphertext_free(single[i]);
    close_keys(&k);
    sck_ring_free(ring);
}

/* Tasks over the top level's blocks of four limbs, and their most rows. */
static void joins(uint32_t workers, int saves, uint32_t *tasks, uint32_t *most)
{
    const struct sck_session_options options = {.workers = workers};
    struct sck_polynomial *p;
    struct sck_joined joined;
    sck_session *session;
    sck_params *params;
    sck_evaluator *e;

    choose_grain("4");
    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &params), SCK_OK);
    set_workers(workers);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(&options, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_session_workers(session), workers);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(session, params, &e), SCK_OK);
    sck_evaluator_save_memory(e, saves);
    CU_ASSERT_EQUAL_FATAL(sck_poly_at(e, sck_params_levels(params) - 1, &p),
                          SCK_OK);
    *tasks = *most = 0;
    for (uint32_t k = 0; k < p->blocks; k += joined.blocks, (*tasks)++) {
        sck_blocks_join(e, p, k, SCK_JOINED_BLOCKS, &joined);
        CU_ASSERT_FATAL(joined.blocks > 0 &&
                        joined.blocks <= SCK_JOINED_BLOCKS);
        *most = joined.rows > *most ? joined.rows : *most;
    }
    sck_polynomial_free(p);
    sck_evaluator_free(e);
    sck_session_free(session);
    sck_params_free(params);
    unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
}

static void a_lone_workers_tasks_are_longer(void)
{
    const struct sck_ring *ring = tables();
    uint32_t alone, rows, shared, rows_shared, saving, rows_saving;

    joins(1, 0, &alone, &rows);
    joins(2, 0, &shared, &rows_shared);
    joins(1, 1, &saving, &rows_saving);
    CU_ASSERT(rows > 8 && rows <= SCK_BLOCK_LIMBS);
    CU_ASSERT(rows_shared > 4 && rows_shared <= 8);
    CU_ASSERT_EQUAL(rows_saving, rows_shared);
    CU_ASSERT(alone < shared);
    CU_ASSERT_EQUAL(saving, shared);
    sck_ring_free(ring);
}

static CU_TestInfo cases[] = {
    {"a_lone_workers_tasks_are_longer", a_lone_workers_tasks_are_longer},
    {"joined_blocks_have_the_bits_of_single_ones",
     joined_blocks_have_the_bits_of_single_ones},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(joined, cases)
