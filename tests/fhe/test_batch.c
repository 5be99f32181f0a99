/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.batch: two ciphertexts that go through a series, EvalMod or a
 * complex bootstrap as a batch have the words of two that go alone, whatever
 * the scheduler, the workers and the grain, in fewer tasks. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "eval_batch_priv.h"
#include "eval_bootstrap_priv.h"
#include "eval_chebyshev_priv.h"
#include "evaluator_kit.h"
#include "workers_kit.h"

#include <stdio.h>

enum { LOGN = 10, SLOTS = 32, RESULTS = 4, MOST_KEYS = 256 };

/* Adds a relinearisation key for a level's class, unless it is there. */
static void want_relin(const sck_params *params, uint32_t level,
                       struct sck_limbs_key *wanted, uint32_t *keys)
{
    const struct sck_limbs_key key = {
        .kind = SCK_KEY_RELIN, .key_class = sck_params_class_of(params, level)};

    for (uint32_t i = 0; i < *keys; i++)
        if (wanted[i].kind == key.kind && wanted[i].key_class == key.key_class)
            return;
    wanted[(*keys)++] = key;
}

/* A small ring with b16-40's primes, the keys of bootstrapping and of products
 * below it. */
static void open_bootstrap(struct kit *k)
{
    struct sck_limbs_key *bootstrap, wanted[MOST_KEYS];
    struct sck_params_literal shape;
    sck_params *whole;
    uint32_t keys;

    CU_ASSERT_EQUAL_FATAL(sck_params_named("b16-40", &whole), SCK_OK);
    shape = *sck_params_shape(whole);
    shape.logn = LOGN;
    shape.insecure_test_only = 1;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&shape, &k->params), SCK_OK);
    sck_params_free(whole);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrap_keys(k->params, SLOTS, &bootstrap, &keys), SCK_OK);
    const uint32_t level = sck_bootstrap_input_level(k->params);

    CU_ASSERT_FATAL(keys + level <= MOST_KEYS);
    memcpy(wanted, bootstrap, keys * sizeof *wanted);
    free(bootstrap);
    for (uint32_t l = 1; l <= level; l++)
        want_relin(k->params, l, wanted, &keys);
    open_keys(k, wanted, keys, level, SLOTS);
}

/* Blocks of so many limbs ("0": the session's choice), so many blocks a task,
 * so many workers. */
struct way {
    const char *scheduler, *limbs, *blocks;
    uint32_t workers;
};

/* Several workers with a block a task have no batches. */
static int is_apart(const struct way *way)
{
    return way->workers != 1 && strcmp(way->blocks, "1") == 0;
}

static void choose(const struct way *way)
{
    setenv("STARPU_SCHED", way->scheduler, 1);
    if (strcmp(way->limbs, "0") != 0)
        setenv("STARCLOAK_LIMBS_PER_BLOCK", way->limbs, 1);
    setenv("STARCLOAK_BLOCKS_PER_TASK", way->blocks, 1);
    /* Not joined any further, as they would be for a GPU. */
    setenv("STARCLOAK_KIB_PER_TASK", "1", 1);
    set_workers(way->workers);
}

static void choose_nothing(void)
{
    unsetenv("STARPU_SCHED");
    unsetenv("STARCLOAK_LIMBS_PER_BLOCK");
    unsetenv("STARCLOAK_BLOCKS_PER_TASK");
    unsetenv("STARCLOAK_KIB_PER_TASK");
}

static void take(sck_ciphertext *x, struct sck_limbs_ciphertext **out)
{
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(x, "y", out), SCK_OK);
    sck_ciphertext_free(x);
}

/* A series of the input and of its negative, which has every kind of sum. */
static void series(struct kit *k, int batched, const sck_ciphertext *x,
                   struct sck_limbs_ciphertext **out)
{
    static const double c[] = {.1, .3, -.2, .5, .25, -.125, .0625, .2};
    const sck_scale any = {0, 0};
    sck_ciphertext *minus, *y[SCK_BATCH];
    struct sck_spread spread;

    sck_spread_of(.5, &spread);
    CU_ASSERT_EQUAL_FATAL(sck_eval_neg(k->run, x, &minus), SCK_OK);
    const sck_ciphertext *const a[SCK_BATCH] = {x, minus};

    if (batched)
        CU_ASSERT_EQUAL_FATAL(
            sck_chebyshev_batch(k->run, a, SCK_BATCH, c, 7, any, &spread, y),
            SCK_OK);
    for (int m = 0; m < SCK_BATCH && !batched; m++)
        CU_ASSERT_EQUAL_FATAL(
            sck_chebyshev_batch(k->run, &a[m], 1, c, 7, any, &spread, &y[m]),
            SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    for (int m = 0; m < SCK_BATCH; m++)
        take(y[m], &out[m]);
    sck_ciphertext_free(minus);
}

/* Gives a complex bootstrap's tasks. */
static uint64_t results(struct kit *k, const struct way *way,
                        struct sck_limbs_ciphertext **out)
{
    sck_bootstrapper *b;
    sck_ciphertext *x, *y, *parts[2];
    sck_run *run;

    choose(way);
    open_session(k, way->workers);
    sck_evaluator *const e = new_evaluator(k, 0, &x);
    const int batched = !is_apart(way);

    CU_ASSERT_EQUAL(sck_evaluator_batches(e), batched);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrapper_new(e, k->run, SLOTS, &b), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k->session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_eval_bootstrap_complex(run, b, x, &y), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    const uint64_t tasks = sck_run_tasks(run);

    take(y, &out[0]);
    CU_ASSERT_EQUAL_FATAL(sck_bootstrap_parts(run, b, x, 2, parts), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_ciphertext_free(parts[0]);
    take(parts[1], &out[1]);
    series(k, batched, x, out + 2);
    sck_run_free(run);
    sck_bootstrapper_free(b);
    sck_ciphertext_free(x);
    close_session(k->session, e, k->run);
    choose_nothing();
    return tasks;
}

static void a_batch_has_the_words_of_its_members_alone(void)
{
    static const char *const scheduler[] = {"eager", "lws"};
    static const char *const limbs[] = {"1", "4", "0"};
    static const char *const blocks[] = {"1", "8", "2"};
    static const struct way alone = {"eager", "4", "1", 2};
    struct sck_limbs_ciphertext *want[RESULTS], *got[RESULTS];
    struct kit k;

    open_bootstrap(&k);
    const uint64_t tasks = results(&k, &alone, want);

    for (uint32_t i = 0; i < 12; i++) {
        const struct way way = {scheduler[i % 2], limbs[i / 4], blocks[i % 3],
                                1 + i / 2 % 2};
        const uint64_t here = results(&k, &way, got);

        printf("\n    %s, %u worker(s), %s limbs a block, %s blocks a task: "
               "%llu tasks",
               way.scheduler, way.workers, way.limbs, way.blocks,
               (unsigned long long)here);
        CU_ASSERT(i / 4 != 1 || here < tasks || is_apart(&way));
        for (int r = 0; r < RESULTS; r++) {
            CU_ASSERT_EQUAL(differences(&k, want[r], got[r]), 0);
            sck_limbs_ciphertext_free(got[r]);
        }
    }
    printf(" (alone, 4 limbs: %llu) ... ", (unsigned long long)tasks);
    for (int r = 0; r < RESULTS; r++)
        sck_limbs_ciphertext_free(want[r]);
    close_keys(&k);
}

static CU_TestInfo cases[] = {
    {"a_batch_has_the_words_of_its_members_alone",
     a_batch_has_the_words_of_its_members_alone},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(batch, cases)
