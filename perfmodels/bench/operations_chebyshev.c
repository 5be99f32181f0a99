/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Chebyshev series of degree 27, 31 and 59 at N = 2^16 from 1210 bits (30
 * levels of 40 bits); with --quick in a ring of 2^12, where the set is as
 * large. Beside each time stands the error, as bits of the real parts' root
 * mean square; that row's floor is the prediction. */
#include "bootstrap.h"
#include "operations.h"

#include "eval_chebyshev_priv.h"
#include "eval_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const uint32_t degrees[] = {27, 31, 59};

enum { DEGREES = sizeof degrees / sizeof *degrees, COEFFICIENTS = 60 };

struct chebyshev {
    struct operations o;
    uint32_t degree, slots;
    double c[COEFFICIENTS];
    double *in, *out; /* slots complex numbers each */
};

static void name_of(uint32_t degree, char *name, size_t room)
{
    snprintf(name, room, "op.chebyshev%u", degree);
}

static sck_ciphertext *evaluate(struct chebyshev *s)
{
    const sck_scale table = {0, 0};
    sck_ciphertext *out;

    operations_check(
        sck_eval_chebyshev(s->o.run, s->o.x, s->c, s->degree, table, &out),
        "series");
    return out;
}

static void once(void *context, uint64_t round)
{
    struct chebyshev *s = context;
    sck_ciphertext *out;

    (void)round;
    out = evaluate(s);
    operations_check(sck_run_wait(s->o.run), "wait");
    sck_ciphertext_free(out);
}

/* Transforms, conversions and keys counted where they are done; sums of
 * products and multiples from the plan. */
static struct counted count(struct chebyshev *s)
{
    struct sck_chebyshev_plan *plan = bench_alloc(sizeof *plan);
    struct counted c = {0};
    struct bootstrap_work by_codelet[SCK_CODELETS], w = {0};
    uint32_t special;

    bootstrap_count_begin(sck_params_special(s->o.params, &special)[0], s->o.n);
    once(s, 0);
    bootstrap_count_end(by_codelet);
    for (int i = 0; i < SCK_CODELETS; i++)
        bootstrap_work_add(&w, &by_codelet[i]);
    c.ntts = w.ntts;
    c.macs = w.conversion_macs + w.key_macs;
    c.read = w.key_bytes;
    operations_check(sck_chebyshev_plan_new(s->c, s->degree, plan), "plan");
    for (uint32_t i = 1; i < plan->nodes; i++) {
        const struct sck_chebyshev_node *node = &plan->node[i];
        uint32_t limbs;

        (void)sck_params_primes(s->o.params, s->o.level - (node->depth - 1),
                                &limbs);
        c.macs += (4.0 * node->products + 2.0 * node->terms) * limbs * s->o.n;
    }
    free(plan);
    return c;
}

static double series(const struct chebyshev *s, double x)
{
    double sum = 0;

    for (uint32_t k = 0; k <= s->degree; k++)
        sum += s->c[k] * cos(k * acos(x));
    return sum;
}

static void add_error(struct chebyshev *s, const char *name)
{
    struct operations *o = &s->o;
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = o->workers,
                      .block = o->evaluator->grain};
    struct sck_limbs_ciphertext *ct;
    sck_ciphertext *y = evaluate(s);
    double square = 0;

    operations_check(sck_ciphertext_download(y, "y", &ct), "download");
    operations_check(sck_decrypt(o->secret, ct, s->out), "decrypt");
    for (uint32_t i = 0; i < s->slots; i++) {
        const double error =
            s->out[2 * (size_t)i] - series(s, s->in[2 * (size_t)i]);

        square += error * error / s->slots;
    }
    row.floor = -log2(y->noise.error);
    row.value.median = -log2(square) / 2;
    row.value.min = row.value.max = row.value.median;
    snprintf(row.name, sizeof row.name, "%s.error", name);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    snprintf(row.unit, sizeof row.unit, "bits");
    report_add(&o->b->report, &row);
    sck_limbs_ciphertext_free(ct);
    sck_ciphertext_free(y);
}

static void open_chebyshev(struct chebyshev *s, struct bench *b)
{
    const struct sck_params_literal literal = {
        .name = "chebyshev",
        .logn = b->options.quick ? 12 : 16,
        .q0_bits = 50,
        .scale_bits = 40,
        .levels = 29,
        .special = 12,
        .insecure_test_only = b->options.quick};
    struct operations *o = &s->o;
    uint32_t last = UINT32_MAX, keys = 0;

    *s = (struct chebyshev){.o.b = b, .o.workers = 1};
    operations_check(sck_params_new(&literal, &o->params), "parameters");
    o->logn = literal.logn;
    o->n = 1u << o->logn;
    o->level = sck_params_app_top(o->params);
    (void)sck_params_primes(o->params, o->level, &o->limbs);
    operations_check(sck_secret_key_new(o->params, &o->secret), "secret key");
    /* Six levels are passed at most. */
    for (uint32_t l = o->level - 6; l <= o->level; l++) {
        const struct sck_limbs_key wanted = {
            .kind = SCK_KEY_RELIN,
            .key_class = sck_params_class_of(o->params, l)};

        if (wanted.key_class != last)
            operations_check(
                sck_keyset_new(o->secret, &wanted, 1, &o->keys[keys++]),
                "keys");
        last = wanted.key_class;
    }
    s->slots = o->n / 2;
    s->in = bench_alloc(o->n * sizeof *s->in);
    s->out = bench_alloc(o->n * sizeof *s->out);
    for (uint32_t i = 0; i < o->n; i++)
        s->in[i] =
            i % 2 == 0 ? (double)(bench_random(b) >> 11) * 0x1p-52 - 1 : 0;
    operations_check(sck_encrypt_secret(o->secret, o->level, s->in, s->slots,
                                        "x", &o->input),
                     "encrypt");
}

static void with_workers(struct chebyshev *s, uint32_t workers)
{
    struct operations *o = &s->o;
    struct sck_limbs_ciphertext *input = o->input;

    o->input = NULL;
    operations_start(o, workers);
    o->input = input;
    operations_check(sck_ciphertext_upload(o->evaluator, o->run, input, &o->x),
                     "upload");
    for (int i = 0; i < DEGREES && o->workers == workers; i++) {
        char name[32];

        name_of(degrees[i], name, sizeof name);
        if (!bench_wants(o->b, name))
            continue;
        s->degree = degrees[i];
        for (uint32_t k = 0; k <= s->degree; k++)
            s->c[k] = .5 / (k + 1);
        const struct counted c = count(s);

        operations_row(o, name, once, s, &c);
        if (workers == 1)
            add_error(s, name);
    }
    operations_stop(o);
}

void operations_chebyshev(struct bench *b)
{
    struct chebyshev s;
    int wanted = 0;

    for (int i = 0; i < DEGREES; i++) {
        char name[32];

        name_of(degrees[i], name, sizeof name);
        wanted |= bench_wants(b, name);
        if (b->options.list && bench_wants(b, name))
            puts(name);
    }
    if (b->options.list || !wanted)
        return;
    open_chebyshev(&s, b);
    for (uint32_t workers = 1; workers <= 2; workers++)
        with_workers(&s, workers);
    free(s.in);
    free(s.out);
    operations_close(&s.o);
}
