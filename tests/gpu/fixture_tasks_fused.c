/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Timed tasks over many operands, and a whole key switch. */
#include "automorphism_sum.h"
#include "combination.h"
#include "diagonals.h"
#include "dot.h"
#include "fixture_tasks.h"
#include "tensor.h"

enum { TERMS = 8, KEYS = 8 };

/* Lists of so many rows: a set's keys and inputs over and over. */
static const uint32_t *const *rows_of(const struct task_rows *r, uint32_t count)
{
    static const uint32_t *list[4 * TERMS * TERMS * TASK_LIMBS];

    for (uint32_t i = 0; i < count; i++)
        list[i] = r->key[i % TASK_KEY];
    return list;
}

int task_tensor(void)
{
    const struct task_rows *const r = task_rows_next();
    struct sck_tensor_args args = {task.ring->id, TASK_LIMBS, {0}};

    return sck_tensor_cuda(&args, task.logn, task.target, r->out,
                           fixture_in(r->key),
                           fixture_in(r->key) + 2 * TASK_LIMBS, NULL);
}

/* 26 lists of 16: more than a set has, so that a fifth is read twice. */
int task_dot(void)
{
    const struct task_rows *const r = task_rows_next();
    const struct sck_dot_args args = {
        .ring = task.ring->id, .terms = TERMS, .limbs = TASK_LIMBS};

    return sck_dot_cuda(&args, task.logn, task.target, r->out,
                        fixture_in(task.rows[task.calls % TASK_SETS].key),
                        rows_of(r, 2 * TERMS * TASK_LIMBS), NULL);
}

int task_combination(void)
{
    const struct task_rows *const r = task_rows_next();
    const struct sck_combination_args args = {.limbs = TASK_LIMBS,
                                              .halves = 3,
                                              .products = 2,
                                              .terms = 4,
                                              .factor = 1};

    return sck_combination_cuda(
        &args, task.logn, task.target, r->out, fixture_in(r->key),
        fixture_in(task.rows[task.calls % TASK_SETS].key), NULL);
}

int task_automorphism_sum(void)
{
    const struct task_rows *const r = task_rows_next();
    struct sck_automorphism_sum_args args = {.limbs = TASK_LIMBS,
                                             .terms = TERMS};

    for (uint32_t k = 0; k < TERMS; k++)
        args.galois[k] = 4 * k + 5;
    for (uint32_t i = 0; i < TASK_LIMBS; i++)
        args.q[i] = oracle_primes[i];
    return sck_automorphism_sum_cuda(
        &args, task.logn, r->out, fixture_in(r->key),
        fixture_in(task.rows[task.calls % TASK_SETS].key), NULL);
}

/* Outputs are the inputs' set's neighbours: what they hold is of no account. */
int task_diagonals(void)
{
    const struct task_rows *const r = task_rows_next();
    const struct task_rows *const to = &task.rows[task.calls % TASK_SETS];
    struct sck_diagonals_args args = {
        .limbs = TASK_LIMBS / 2, .babies = TERMS, .giants = TERMS};

    for (uint32_t b = 0; b < TERMS; b++)
        args.galois[b] = 4 * b + 5;
    return sck_diagonals_cuda(&args, task.logn, task.target, to->key,
                              fixture_in(r->key), fixture_in(r->in),
                              rows_of(r, TERMS * TERMS * TASK_LIMBS / 2), NULL);
}

int task_hoisted(void)
{
    enum { TARGETS = 12 };
    static uint32_t *out[2 * KEYS * TARGETS];
    const struct sck_hoisted_switch_args args =
        task_switch_of(TARGETS, 0, KEYS);
    const uint32_t *key[2 * TASK_DIGITS * TARGETS * KEYS];
    const struct task_rows *const r = task_rows_next();

    /* Two keys a set: three sets' rows are more than the caches hold. */
    for (uint32_t i = 0; i < 2 * TASK_DIGITS * TARGETS * KEYS; i++)
        key[i] = task.rows[i / TASK_KEY % TASK_SETS].key[i % TASK_KEY];
    for (uint32_t i = 0; i < 2 * KEYS * TARGETS; i++)
        out[i] = task.rows[i / TASK_OUT % TASK_SETS].out[i % TASK_OUT];
    return sck_hoisted_switch_cuda(&args, task.logn, task.target, out,
                                   fixture_in(r->in), fixture_in(r->in), key,
                                   NULL, task.scratch, NULL);
}

/* 47 limbs in digits of 12, 12, 12, 11, and P of 12 primes. */
static uint32_t targets_of(uint32_t block)
{
    return block == 3 ? 11 : 12;
}

static int decompose_all(uint32_t parts)
{
    struct sck_decompose_args args[TASK_DIGITS];
    struct sck_decompose_part part[TASK_DIGITS];

    for (uint32_t d = 0; d < parts; d++) {
        const struct task_rows *const r = task_rows_next();

        args[d] = task.decompose;
        args[d].limbs = targets_of(d);
        part[d] = (struct sck_decompose_part){&args[d], task.source, r->out,
                                              fixture_in(r->in)};
    }
    return sck_decompose_parts_cuda(part, parts, task.logn, NULL);
}

/* The last block is P's, without own rows. */
static int switch_all(void)
{
    enum { PARTS = TASK_DIGITS + 1 };
    static const uint32_t *const none[TASK_LIMBS];
    static struct sck_hoisted_switch_args args[PARTS];
    struct sck_key_switch_part part[PARTS];
    const uint32_t *const *const in = fixture_in(task_rows_next()->in);

    for (uint32_t b = 0; b < PARTS; b++) {
        const struct task_rows *const r = task_rows_next();

        args[b] = task_switch_of(targets_of(b), b == TASK_DIGITS, 1);
        part[b] = (struct sck_key_switch_part){
            &args[b].one,
            task.target,
            b == TASK_DIGITS ? r->out + TASK_OUT / 2 : r->out,
            in,
            b == TASK_DIGITS ? none : in,
            fixture_in(r->key),
            NULL};
    }
    return sck_key_switch_parts_cuda(part, PARTS, task.logn, task.scratch,
                                     NULL);
}

/* As a session on a GPU cuts it: four tasks, a graph each where they are
 * recorded. */
int task_whole_switch(void)
{
    struct sck_rescale_args args[TASK_DIGITS];
    struct sck_rescale_part part[TASK_DIGITS];
    const uint32_t *const *const in = fixture_in(task_rows_next()->in);
    int status = decompose_all(TASK_DIGITS) | switch_all() | decompose_all(2);

    for (uint32_t b = 0; b < TASK_DIGITS; b++) {
        const struct task_rows *const r = task_rows_next();

        args[b] = task.rescale;
        args[b].halves = 2;
        args[b].conversion.targets = targets_of(b);
        part[b] = (struct sck_rescale_part){&args[b], task.target, r->out, in,
                                            fixture_in(r->key)};
    }
    status |= sck_rescale_parts_cuda(part, TASK_DIGITS, task.logn, NULL, NULL);
    return status;
}
