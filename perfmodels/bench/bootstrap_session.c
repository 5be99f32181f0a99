/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Keys, matrices and messages of a bootstrap's rows. */
#include "bootstrap.h"

#include "eval_priv.h"

#include <stdio.h>
#include <stdlib.h>

/* Keys are made a few at a time and not kept: they are most of the memory. */
static void add_keys(struct bootstrap *s)
{
    struct operations *o = &s->o;
    struct sck_limbs_key *wanted;
    uint32_t count;

    s->key_bytes = 0;
    operations_check(sck_bootstrap_keys(o->params, s->slots, &wanted, &count),
                     "keys");
    sck_evaluator_save_memory(o->evaluator, s->saves);
    for (uint32_t i = 0, step; i < count; i += step) {
        struct sck_limbs_keyset *keys;

        /* Both encapsulation keys hide one sparse secret. */
        step = wanted[i].kind == SCK_KEY_DENSE_TO_SPARSE ? 2 : 1;
        operations_check(sck_keyset_new(o->secret, &wanted[i], step, &keys),
                         "keys");
        for (uint32_t k = 0; k < step; k++)
            s->key_bytes +=
                8.0 * keys->keys[k].digits * keys->keys[k].limbs * o->n;
        operations_check(sck_evaluator_add_keys(o->evaluator, o->run, keys),
                         "keys");
        sck_limbs_keyset_free(keys);
    }
    free(wanted);
}

void bootstrap_fill(struct bootstrap *s, uint32_t shape)
{
    for (uint32_t i = 0; i < 2 * s->slots; i++) {
        const double random =
            (double)(bench_random(s->o.b) >> 11) * 0x1p-52 - 1;

        s->in[i] = shape == 1   ? 1
                   : shape == 2 ? .5
                   : shape == 3 ? (i & 2 ? -1 : 1)
                                : random;
        if (shape != 4 && i % 2 == 1)
            s->in[i] = 0;
    }
}

void bootstrap_encrypt(struct bootstrap *s)
{
    struct operations *o = &s->o;
    struct sck_limbs_ciphertext *ct;

    operations_check(
        sck_encrypt_secret(o->secret, o->level, s->in, s->slots, "x", &ct),
        "encrypt");
    sck_ciphertext_free(o->x);
    operations_check(sck_ciphertext_upload(o->evaluator, o->run, ct, &o->x),
                     "upload");
    sck_limbs_ciphertext_free(ct);
}

void bootstrap_start(struct bootstrap *s, uint32_t workers, int saves)
{
    s->saves = saves;
    operations_start(&s->o, workers);
    add_keys(s);
    operations_check(sck_bootstrapper_new(s->o.evaluator, s->o.run, s->slots,
                                          &s->bootstrapper),
                     "bootstrapper");
    bootstrap_fill(s, 0);
    bootstrap_encrypt(s);
    operations_check(sck_run_wait(s->o.run), "start");
}

void bootstrap_stop(struct bootstrap *s)
{
    sck_bootstrapper_free(s->bootstrapper);
    operations_stop(&s->o);
}

void bootstrap_number(struct bootstrap *s, const char *name, const char *unit,
                      double value, double floor)
{
    struct bench *b = s->o.b;
    struct row row = {.logn = s->o.logn,
                      .level = s->o.level,
                      .limbs = s->o.limbs,
                      .workers = s->o.workers,
                      .block = s->o.evaluator->grain,
                      .value = {value, value, value},
                      .floor = floor};

    snprintf(row.name, sizeof row.name, "bootstrap.%s%s", name,
             s->saves ? ".saving" : "");
    snprintf(row.unit, sizeof row.unit, "%s", unit);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    report_add(&b->report, &row);
}

void bootstrap_open(struct bootstrap *s, struct bench *b, uint32_t slots)
{
    struct operations *o = &s->o;

    *s = (struct bootstrap){.o.b = b,
                            .set = b->options.quick ? "test-12" : "b16-40"};
    operations_check(sck_params_named(s->set, &o->params), s->set);
    o->logn = sck_params_logn(o->params);
    o->n = 1u << o->logn;
    o->workers = 1;
    o->level = sck_bootstrap_input_level(o->params);
    (void)sck_params_primes(o->params, o->level, &o->limbs);
    operations_check(sck_secret_key_new(o->params, &o->secret), "secret key");
    s->slots = slots != 0 ? slots : o->n / 2;
    s->in = bench_alloc(2 * (size_t)s->slots * sizeof *s->in);
    s->out = bench_alloc(2 * (size_t)s->slots * sizeof *s->out);
}

void bootstrap_close(struct bootstrap *s)
{
    free(s->in);
    free(s->out);
    operations_close(&s->o);
}
