/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Parameters, keys and sessions of the operations' rows. */
#include "operations.h"

#include "client_priv.h"
#include "eval_priv.h"

#include <starpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void operations_check(sck_status status, const char *what)
{
    if (status != SCK_OK)
        bench_die(what);
}

static void random_input(struct operations *o)
{
    uint32_t count;
    const uint32_t *q = sck_params_primes(o->params, o->level, &count);

    o->limbs = count;
    operations_check(
        sck_limbs_ciphertext_new(o->params, o->level, 2, 0, &o->input),
        "ciphertext");
    operations_check(sck_limbs_ciphertext_name(o->input, "input"), "name");
    memcpy(o->input->key_id, sck_secret_key_id(o->secret), SCK_KEY_ID_BYTES);
    o->input->slots = o->n / 2;
    o->input->scale = sck_scale_from_double(0x1p50);
    for (uint32_t p = 0; p < 2; p++)
        for (uint32_t i = 0; i < count; i++)
            bench_fill(o->b, sck_limbs_row(o->input, p, i), o->n, q[i]);
    o->values = bench_alloc(o->n * sizeof *o->values);
    for (uint32_t i = 0; i < o->n; i++)
        o->values[i] = (double)(bench_random(o->b) >> 11) * 0x1p-53 - .5;
}

void operations_open(struct operations *o, struct bench *b, const char *set,
                     uint32_t level)
{
    *o = (struct operations){.b = b, .level = level, .workers = 1};
    b->time = BENCH_PROCESS;
    operations_check(sck_params_named(set, &o->params), set);
    o->logn = sck_params_logn(o->params);
    o->n = 1u << o->logn;
    operations_check(sck_secret_key_new(o->params, &o->secret), "secret key");
    random_input(o);
    operations_make_keys(o);
}

void operations_close(struct operations *o)
{
    for (uint32_t i = 0; i < OPERATIONS_KEYS; i++)
        sck_limbs_keyset_free(o->keys[i]);
    sck_limbs_ciphertext_free(o->input);
    sck_secret_key_free(o->secret);
    sck_params_free(o->params);
    free(o->values);
}

struct call {
    void (*function)(void *);
    void *argument;
};

static void call(void *buffers[], void *argument)
{
    const struct call *c = argument;

    (void)buffers;
    c->function(c->argument);
}

/* As a task: no core but a worker's runs at the worker's rates. */
static void on_worker(uint32_t worker, void (*function)(void *), void *argument)
{
    static struct starpu_codelet codelet = {.cpu_funcs = {call},
                                            .name = "bench_floors"};
    struct call c = {function, argument};
    struct starpu_task *task = starpu_task_create();

    task->cl = &codelet;
    task->cl_arg = &c;
    task->cl_arg_size = sizeof c;
    task->execute_on_a_specific_worker = 1;
    task->workerid = worker;
    task->synchronous = 1;
    if (starpu_task_submit(task) != 0)
        bench_die("floors");
}

void operations_start(struct operations *o, uint32_t workers)
{
    const struct sck_session_options options = {.workers = workers};

    operations_check(sck_session_new(&options, &o->session), "session");
    o->workers = sck_session_workers(o->session);
    o->b->on_worker = on_worker;
    o->b->workers = o->workers;
    o->b->time = o->workers == 1 ? BENCH_OPERATION : BENCH_WALL;
    operations_check(sck_evaluator_new(o->session, o->params, &o->evaluator),
                     "evaluator");
    operations_check(sck_run_new(o->session, &o->run), "run");
    for (uint32_t i = 0; i < OPERATIONS_KEYS && o->keys[i] != NULL; i++)
        operations_check(
            sck_evaluator_add_keys(o->evaluator, o->run, o->keys[i]), "keys");
    if (o->input != NULL) {
        operations_check(
            sck_ciphertext_upload(o->evaluator, o->run, o->input, &o->x),
            "upload");
        operations_check(sck_plaintext_encode(o->evaluator, o->run, o->values,
                                              o->n / 2, o->level,
                                              o->input->scale, &o->p),
                         "encode");
    }
    operations_check(sck_run_wait(o->run), "start");
}

uint32_t operations_grain(const struct operations *o)
{
    return o->evaluator->grain;
}

void operations_stop(struct operations *o)
{
    sck_plaintext_free(o->p);
    sck_ciphertext_free(o->x);
    sck_run_free(o->run);
    sck_evaluator_free(o->evaluator);
    sck_session_free(o->session);
    o->b->on_worker = NULL;
    o->p = NULL;
    o->x = NULL;
    o->workers = 1;
}

void operations_row(struct operations *o, const char *name, bench_work *work,
                    void *context, const struct counted *counted)
{
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = o->workers,
                      .block = o->evaluator != NULL ? o->evaluator->grain : 0};

    snprintf(row.name, sizeof row.name, "%s", name);
    bench_row_beside(o->b, row, work, context, counted);
}
