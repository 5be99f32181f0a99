/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A dense 1024 x 1024 matrix times an encrypted vector: l15-40 at its top
 * level, diagonals encoded before; with --quick 64 x 64 in a ring of 2^12. */
#include "operations.h"
#include "sck_linear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct matrix {
    struct operations o;
    uint32_t size;
    double *values;
    sck_linear_map *map;
    struct counted count;
};

static const char *name_of(const struct bench *b)
{
    return b->options.quick ? "op.matvec64" : "op.matvec1024";
}

static void multiply(void *context, uint64_t round)
{
    struct matrix *m = context;
    sck_ciphertext *out;

    (void)round;
    operations_check(sck_eval_linear(m->o.run, m->o.x, m->map, &out), "matrix");
    operations_check(sck_run_wait(m->o.run), "wait");
    sck_ciphertext_free(out);
}

/* Babies share their raised digits; a giant step's second half is divided by P,
 * taken apart and raised; one product a diagonal, over P too; one division. */
static void count_matrix(struct matrix *m, struct sck_linear_map_plan plan)
{
    const struct operations *o = &m->o;
    const struct sck_key_class *c =
        sck_params_class(o->params, sck_params_class_of(o->params, o->level));
    const double all = o->limbs + c->special_count;

    m->count = (struct counted){.macs = 2.0 * plan.diagonals * all * o->n,
                                .read = 8.0 * plan.diagonals * all * m->size};
    count_decompose(o, &m->count);
    count_raise_hoisted(o, plan.rotations - plan.turns, &m->count);
    for (uint32_t i = 0; i < plan.turns; i++) {
        struct counted both = {0};

        count_divide(o, 1, 0, &both);
        m->count.ntts += both.ntts / 2;
        m->count.macs += both.macs / 2;
        count_decompose(o, &m->count);
        count_raise(o, &m->count);
    }
    count_divide(o, 1, 1, &m->count);
}

static void make_keys(struct matrix *m, struct sck_limbs_keyset **keys)
{
    const struct operations *o = &m->o;
    int64_t *steps = bench_alloc(2 * (size_t)m->size * sizeof *steps);
    const struct sck_linear_map_plan plan =
        sck_linear_map_plan(m->values, m->size, steps);
    const uint32_t count = plan.rotations;
    struct sck_limbs_key *wanted = bench_alloc(count * sizeof *wanted);

    memset(wanted, 0, count * sizeof *wanted);
    for (uint32_t i = 0; i < count; i++) {
        wanted[i].kind = SCK_KEY_GALOIS;
        wanted[i].key_class = sck_params_class_of(o->params, o->level);
        wanted[i].galois = sck_galois_rotation(o->params, steps[i]);
    }
    operations_check(sck_keyset_new(o->secret, wanted, count, keys), "keys");
    count_matrix(m, plan);
    free(wanted);
    free(steps);
}

static void open_matrix(struct matrix *m, struct bench *b)
{
    struct operations *o = &m->o;
    double x[2] = {.25, 0};

    *m = (struct matrix){.o.b = b, .size = b->options.quick ? 64 : 1024};
    operations_check(
        sck_params_named(b->options.quick ? "test-12" : "l15-40", &o->params),
        "parameters");
    o->logn = sck_params_logn(o->params);
    o->n = 1u << o->logn;
    o->level = sck_params_app_top(o->params);
    (void)sck_params_primes(o->params, o->level, &o->limbs);
    operations_check(sck_secret_key_new(o->params, &o->secret), "secret key");
    m->values = bench_alloc((size_t)m->size * m->size * sizeof *m->values);
    for (size_t i = 0; i < (size_t)m->size * m->size; i++)
        m->values[i] = (double)(bench_random(b) >> 11) * 0x1p-53 - .5;
    operations_check(
        sck_encrypt_secret(o->secret, o->level, x, 1, "x", &o->input),
        "encrypt");
    o->input->slots = m->size;
}

static void with_workers(struct matrix *m, uint32_t workers)
{
    struct operations *o = &m->o;
    struct sck_limbs_keyset *keys = o->keys[0];
    struct sck_limbs_ciphertext *input = o->input;

    o->input = NULL;
    operations_start(o, workers);
    o->input = input;
    operations_check(sck_ciphertext_upload(o->evaluator, o->run, input, &o->x),
                     "upload");
    operations_check(sck_linear_map_new(o->evaluator, o->run, m->values,
                                        m->size, o->level, &m->map),
                     "matrix");
    operations_check(sck_run_wait(o->run), "wait");
    if (o->workers == workers)
        operations_row(o, name_of(o->b), multiply, m, &m->count);
    sck_linear_map_free(m->map);
    operations_stop(o);
    o->keys[0] = keys;
}

void operations_matrix(struct bench *b)
{
    struct matrix m;

    if (!bench_wants(b, name_of(b)))
        return;
    if (b->options.list) {
        puts(name_of(b));
        return;
    }
    open_matrix(&m, b);
    make_keys(&m, &m.o.keys[0]);
    for (uint32_t workers = 1; workers <= 2; workers++)
        with_workers(&m, workers);
    free(m.values);
    operations_close(&m.o);
}
