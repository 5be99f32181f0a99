/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Where a bootstrap's time goes, by stage and by codelet: a task's time is the
 * least of several rounds, so that other programs' turns do not count; StarPU's
 * share is between tasks and is not in it. */
#include "bootstrap.h"

#include "eval_bootstrap_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9, QUICK_ROUNDS = 3, STAGES = 16 };

static const char *const codelet_names[] = {
#define SCK_CODELET(name, what) #name,
#include "codelets.def"
#undef SCK_CODELET
};

/* A bootstrap taken apart. */
struct parts {
    struct bootstrap *s;
    uint32_t stages;
    const char *name[STAGES];
    struct bootstrap_work work[STAGES][SCK_CODELETS];
    int counts; /* each stage alone, counted */
    uint32_t at;
};

static void begin(struct parts *p, const char *name)
{
    const struct operations *o = &p->s->o;
    uint32_t count;
    const uint32_t *special = sck_params_special(o->params, &count);

    p->name[p->at] = name;
    sck_run_label(o->run, name);
    if (p->counts)
        bootstrap_count_begin(special[0], o->n);
}

static void end(struct parts *p, sck_status status)
{
    operations_check(status, p->name[p->at]);
    if (p->counts) {
        operations_check(sck_run_wait(p->s->o.run), "wait");
        bootstrap_count_end(p->work[p->at]);
    }
    p->stages = ++p->at;
}

/* Takes *x through a stage's matrices; *x is used up. */
static void matrices(struct parts *p, struct sck_transform *const *m,
                     const char *const *names, sck_ciphertext **x)
{
    for (uint32_t i = 0; i < SCK_MAX_LAYERS && m[i] != NULL; i++) {
        sck_ciphertext *y = NULL;

        begin(p, names[i]);
        end(p, sck_transform_apply(p->s->o.run, m[i], *x, &y));
        sck_ciphertext_free(*x);
        *x = y;
    }
}

/* What sck_eval_bootstrap() submits for all slots. */
static void once(struct parts *p)
{
    static const char *const stc[] = {"StC.1", "StC.2", "StC.3", "StC.4",
                                      "StC.5", "StC.6", "StC.7", "StC.8"};
    static const char *const cts[] = {"CtS.1", "CtS.2", "CtS.3", "CtS.4",
                                      "CtS.5", "CtS.6", "CtS.7", "CtS.8"};
    const struct bootstrap *s = p->s;
    sck_run *const run = s->o.run;
    sck_ciphertext *x = NULL, *y = NULL, *sum = NULL;

    p->at = 0;
    operations_check(
        sck_eval_lower(run, s->o.x, sck_bootstrap_input_level(s->o.params), &x),
        "lower");
    matrices(p, s->bootstrapper->stc, stc, &x);
    begin(p, "raise");
    end(p, sck_raise_modulus(run, x, &y));
    sck_ciphertext_free(x);
    y->scale = sck_bootstrap_modulus(s->o.params);
    matrices(p, s->bootstrapper->cts, cts, &y);
    begin(p, "conjugation");
    sck_status status = sck_eval_conjugate(run, y, &x);

    if (status == SCK_OK)
        status = sck_eval_add(run, x, y, &sum);
    end(p, status);
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    begin(p, "EvalMod");
    end(p, sck_eval_mod(run, sum, &x));
    operations_check(sck_run_wait(run), "wait");
    sck_ciphertext_free(sum);
    sck_ciphertext_free(x);
}

/* The least time of every task, in the order of submission. */
static struct sck_trace_event *least(struct parts *p, uint32_t rounds,
                                     size_t *tasks)
{
    struct operations *const o = &p->s->o;
    sck_run *const run = o->run;
    struct sck_trace_event *best = NULL;

    *tasks = 0;
    for (uint32_t r = 0; r < rounds; r++) {
        size_t count;

        operations_check(sck_run_new(o->session, &o->run), "run");
        operations_check(sck_run_trace(o->run), "trace");
        once(p);
        const struct sck_trace_event *e = sck_run_events(o->run, &count);

        if (best == NULL) {
            *tasks = count;
            best = bench_alloc(count * sizeof *best);
            memcpy(best, e, count * sizeof *best);
        }
        for (size_t i = 0; i < count && i < *tasks; i++)
            if (e[i].end_us - e[i].start_us <
                best[i].end_us - best[i].start_us) {
                best[i].start_us = e[i].start_us;
                best[i].end_us = e[i].end_us;
            }
        sck_run_free(o->run);
    }
    o->run = run;
    return best;
}

static void add(struct parts *p, const char *what, const char *name, double us,
                uint32_t tasks, const struct bootstrap_work *work)
{
    const struct operations *o = &p->s->o;
    struct bench *b = o->b;
    const struct counted c = bootstrap_counted(work);
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = o->workers,
                      .block = operations_grain(o),
                      .value = {us, us, us},
                      .floor = counted_us(&b->floor, &c, o->logn)};

    snprintf(row.name, sizeof row.name, "bootstrap.%s.%s", what, name);
    snprintf(row.unit, sizeof row.unit, "us");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(b->isa));
    report_add(&b->report, &row);
    printf("%-31s %u tasks, %.0f limb NTTs, %.3f G products, %.0f MiB of keys "
           "and diagonals\n",
           "", tasks, work->ntts, c.macs / 1e9, c.read / (1 << 20));
}

/* Time and work of a stage (or of all) in a codelet's tasks (or in all). */
static void total(struct parts *p, const struct sck_trace_event *e,
                  size_t tasks, uint32_t stage, uint32_t codelet)
{
    struct bootstrap_work work = {0};
    uint32_t count = 0;
    double us = 0;

    for (size_t i = 0; i < tasks; i++)
        if ((stage == STAGES || e[i].label == p->name[stage]) &&
            (codelet == SCK_CODELETS || e[i].codelet == codelet)) {
            us += e[i].end_us - e[i].start_us;
            count++;
        }
    for (uint32_t i = 0; i < p->stages; i++)
        for (uint32_t k = 0; k < SCK_CODELETS; k++)
            if ((stage == STAGES || stage == i) &&
                (codelet == SCK_CODELETS || codelet == k))
                bootstrap_work_add(&work, &p->work[i][k]);
    if (count != 0)
        add(p, stage == STAGES ? "codelet" : "stage",
            stage == STAGES ? codelet_names[codelet] : p->name[stage], us,
            count, &work);
}

void bootstrap_stages(struct bench *b)
{
    struct parts *p;
    struct bootstrap s;
    size_t tasks;

    if (b->options.names == 0 || !bench_wants_any(b, "bootstrap.stage") ||
        bench_wants(b, "bootstrap"))
        return;
    p = bench_alloc(sizeof *p);
    memset(p, 0, sizeof *p);
    bootstrap_open(&s, b, 0);
    bootstrap_start(&s, 1, 0);
    p->s = &s;
    p->counts = 1;
    once(p);
    p->counts = 0;
    struct sck_trace_event *e =
        least(p, b->options.quick ? QUICK_ROUNDS : ROUNDS, &tasks);

    for (uint32_t i = 0; i < p->stages; i++)
        total(p, e, tasks, i, SCK_CODELETS);
    for (uint32_t k = 0; k < SCK_CODELETS; k++)
        total(p, e, tasks, STAGES, k);
    free(e);
    bootstrap_stop(&s);
    bootstrap_close(&s);
    free(p);
}
