/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Parameters, keys and sessions of the operations' rows. */
#include "operations.h"

#include "client_priv.h"
#include "eval_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void add_keygen(const struct operations *o, const char *name,
                       struct spread value)
{
    struct counted count = {0};

    count_keygen(o, &count);
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = 1,
                      .value = value,
                      .floor = counted_us(o->b, &count, o->logn)};

    snprintf(row.name, sizeof row.name, "%s", name);
    strcpy(row.unit, "us");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    report_add(&o->b->report, &row);
}

/* Times between two keys of the generator that keeps one buffer. */
struct streamed {
    const struct bench *b;
    double last, us[OPERATIONS_KEYS];
};

static sck_status take(void *context, uint32_t i,
                       const struct sck_limbs_key *key)
{
    struct streamed *s = context;
    const double now = bench_now_us(s->b);

    (void)key;
    s->us[i] = now - s->last;
    s->last = now;
    return SCK_OK;
}

/* What the generator that writes keys to a file takes for one, less the
 * writing: the first key's memory is touched first, hence not counted. */
static void stream_keys(const struct operations *o)
{
    struct sck_limbs_key wanted[OPERATIONS_KEYS] = {{0}};
    const struct sck_limbs_keyset all = {.count = OPERATIONS_KEYS,
                                         .keys = wanted};
    struct streamed s = {.b = o->b};

    for (uint32_t i = 0; i < OPERATIONS_KEYS; i++) {
        wanted[i].kind = SCK_KEY_GALOIS;
        wanted[i].key_class = sck_params_class_of(o->params, o->level);
        wanted[i].galois = sck_galois_rotation(o->params, i + 1);
    }
    s.last = bench_now_us(o->b);
    operations_check(sck_client_each_key(o->secret, &all, take, &s), "keys");
    add_keygen(o, "op.keygen.rotation",
               report_spread(s.us + 1, OPERATIONS_KEYS - 1));
}

void operations_open(struct operations *o, struct bench *b, const char *set,
                     uint32_t level)
{
    double us[OPERATIONS_HOISTED];

    *o = (struct operations){.b = b, .level = level, .workers = 1};
    b->time = BENCH_PROCESS;
    operations_check(sck_params_named(set, &o->params), set);
    o->logn = sck_params_logn(o->params);
    o->n = 1u << o->logn;
    operations_check(sck_secret_key_new(o->params, &o->secret), "secret key");
    random_input(o);
    for (uint32_t i = 0; i < OPERATIONS_KEYS; i++) {
        const struct sck_limbs_key wanted = {
            .kind = i == 0 ? SCK_KEY_RELIN : SCK_KEY_GALOIS,
            .key_class = sck_params_class_of(o->params, level),
            .galois = i == 0 ? 0 : sck_galois_rotation(o->params, i)};
        const double begin = bench_now_us(b);

        if (isatty(2))
            fprintf(stderr, "\r\033[Kkey %u of %u ...", i + 1, OPERATIONS_KEYS);
        operations_check(sck_keyset_new(o->secret, &wanted, 1, &o->keys[i]),
                         "keys");
        if (i > 0)
            us[i - 1] = bench_now_us(b) - begin;
    }
    if (bench_wants(b, "op.keygen.rotation"))
        stream_keys(o);
    if (bench_wants(b, "op.keygen.rotation_fresh"))
        add_keygen(o, "op.keygen.rotation_fresh",
                   report_spread(us, OPERATIONS_HOISTED));
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

void operations_start(struct operations *o, uint32_t workers)
{
    const struct sck_session_options options = {.workers = workers};

    operations_check(sck_session_new(&options, &o->session), "session");
    o->workers = sck_session_workers(o->session);
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
    bench_row(o->b, row, work, context,
              counted_us(o->b, counted, o->logn) / o->workers);
}
