/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstrapping of b16-40, all slots, real: time with one worker and with two
 * and with memory saved, what it counts, how precise it is; with --quick in a
 * ring of 2^12. */
#include "bootstrap.h"

#include "eval_priv.h"
#include "sck_bootstrap.h"
#include "submit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bootstrap {
    struct operations o;
    const char *set;
    uint32_t slots;
    int saves;
    double key_bytes; /* of the evaluation keys, both halves */
    double *in, *out;
    sck_bootstrapper *bootstrapper;
    struct bootstrap_work work;
};

static void once(void *context, uint64_t round)
{
    struct bootstrap *s = context;
    sck_ciphertext *out;

    (void)round;
    operations_check(
        sck_eval_bootstrap(s->o.run, s->bootstrapper, s->o.x, &out),
        "bootstrap");
    operations_check(sck_run_wait(s->o.run), "wait");
    sck_ciphertext_free(out);
}

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

static void fill(struct bootstrap *s, uint32_t shape)
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

static void encrypt(struct bootstrap *s)
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

static void start(struct bootstrap *s, uint32_t workers, int saves)
{
    s->saves = saves;
    operations_start(&s->o, workers);
    add_keys(s);
    operations_check(sck_bootstrapper_new(s->o.evaluator, s->o.run, s->slots,
                                          &s->bootstrapper),
                     "bootstrapper");
    fill(s, 0);
    encrypt(s);
    operations_check(sck_run_wait(s->o.run), "start");
}

static void stop(struct bootstrap *s)
{
    sck_bootstrapper_free(s->bootstrapper);
    operations_stop(&s->o);
}

/* A row that is a number of the set, not a time. */
static void number(struct bootstrap *s, const char *name, const char *unit,
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

/* One bootstrap in a traced run of its own, counted. */
static void look(struct bootstrap *s)
{
    sck_run *const run = s->o.run;
    uint32_t count;
    const uint32_t *special = sck_params_special(s->o.params, &count);

    operations_check(sck_run_new(s->o.session, &s->o.run), "run");
    operations_check(sck_run_trace(s->o.run), "trace");
    bootstrap_count_begin(special[0], s->o.n);
    once(s, 0);
    bootstrap_count_end(&s->work);
    if (s->o.workers > 1)
        number(s, "busy_share", "1",
               bootstrap_busy_share(s->o.run, s->o.workers), 0);
    else
        number(s, "peak_memory", "MiB", bootstrap_peak_mib(s->o.run), 0);
    sck_run_free(s->o.run);
    s->o.run = run;
}

/* Without overlap: transforms, products, keys and diagonals read once, and what
 * products with them write, which no cache holds, written and read. */
static void time_it(struct bootstrap *s)
{
    const struct bootstrap_work *w = &s->work;
    const struct counted c = {.ntts = w->ntts,
                              .macs = w->conversion_macs + w->key_macs +
                                      w->plain_macs,
                              .read = w->key_bytes + w->plain_bytes,
                              .copied = 2 * w->switched_bytes};

    operations_row(&s->o, s->saves ? "bootstrap.saving" : "bootstrap", once, s,
                   &c);
}

/* Floors of the counts: parameters.md, section 6, for all slots of 2^16. */
static void counts(struct bootstrap *s)
{
    const struct bootstrap_work *w = &s->work;
    const int known = s->o.logn == 16;

    number(s, "keys", "MiB", s->key_bytes / (1 << 20), 0);
    number(s, "key_switches", "1", w->key_switches, known ? 96 : 0);
    number(s, "limb_ntts", "1", w->ntts, known ? 7482 : 0);
    number(s, "conversion_macs", "G", w->conversion_macs / 1e9,
           known ? 4.36 : 0);
    number(s, "key_macs", "G", w->key_macs / 1e9, known ? 1.41 : 0);
    number(s, "plain_macs", "G", w->plain_macs / 1e9, known ? 1.09 : 0);
    number(s, "bytes_moved", "MiB",
           (w->key_bytes + w->plain_bytes + 2 * w->switched_bytes) / (1 << 20),
           0);
}

static void precision(struct bootstrap *s, uint32_t shape)
{
    static const char *const shapes[] = {"random", "one", "half", "+-1",
                                         "complex"};
    struct operations *o = &s->o;
    struct sck_limbs_ciphertext *ct;
    struct precision p = {0};
    sck_ciphertext *out;

    fill(s, shape);
    encrypt(s);
    operations_check(
        (shape == 4 ? sck_eval_bootstrap_complex
                    : sck_eval_bootstrap)(o->run, s->bootstrapper, o->x, &out),
        "bootstrap");
    operations_check(sck_ciphertext_download(out, "y", &ct), "download");
    operations_check(sck_decrypt(o->secret, ct, s->out), "decrypt");
    bootstrap_measure(s->out, s->in, s->slots, shape == 4, &p);
    /* Until the next bootstrap: SlotToCoeff's own levels are not the user's. */
    p.levels_left =
        sck_ciphertext_level(out) - sck_bootstrap_input_level(o->params);
    snprintf(p.shape, sizeof p.shape, "%s", shapes[shape]);
    snprintf(p.set, sizeof p.set, "%s", s->set);
    report_add_precision(&o->b->report, &p);
    sck_limbs_ciphertext_free(ct);
    sck_ciphertext_free(out);
}

static void open_bootstrap(struct bootstrap *s, struct bench *b)
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
    s->slots = o->n / 2;
    s->in = bench_alloc(2 * (size_t)s->slots * sizeof *s->in);
    s->out = bench_alloc(2 * (size_t)s->slots * sizeof *s->out);
}

struct bootstrap *bootstrap_new(struct bench *b, uint32_t workers)
{
    struct bootstrap *s = bench_alloc(sizeof *s);

    open_bootstrap(s, b);
    start(s, workers, 0);
    return s;
}

void bootstrap_once(struct bootstrap *s)
{
    once(s, 0);
}

static void two_workers(struct bootstrap *s)
{
    start(s, 2, 0);
    if (s->o.workers == 2) {
        look(s);
        time_it(s);
    }
    stop(s);
}

static void saving(struct bootstrap *s)
{
    start(s, 1, 1);
    look(s);
    time_it(s);
    stop(s);
}

/* "bootstrap.one": the time of one worker alone, beside the peers'. */
void bench_bootstrap(struct bench *b)
{
    const int all = bench_wants(b, "bootstrap");
    struct bootstrap s;

    if (!all && !bench_wants(b, "bootstrap.one"))
        return;
    if (b->options.list) {
        puts("bootstrap");
        return;
    }
    open_bootstrap(&s, b);
    start(&s, 1, 0);
    look(&s);
    if (all)
        counts(&s);
    time_it(&s);
    for (uint32_t shape = 0; shape < 5 && all; shape++)
        precision(&s, shape);
    stop(&s);
    if (all) {
        two_workers(&s);
        saving(&s);
    }
    free(s.in);
    free(s.out);
    operations_close(&s.o);
}
