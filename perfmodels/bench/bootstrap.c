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

void bootstrap_look(struct bootstrap *s)
{
    struct bootstrap_work by_codelet[SCK_CODELETS];
    sck_run *const run = s->o.run;
    uint32_t count;
    const uint32_t *special = sck_params_special(s->o.params, &count);

    operations_check(sck_run_new(s->o.session, &s->o.run), "run");
    operations_check(sck_run_trace(s->o.run), "trace");
    bootstrap_count_begin(special[0], s->o.n);
    once(s, 0);
    bootstrap_count_end(by_codelet);
    s->work = (struct bootstrap_work){0};
    for (int i = 0; i < SCK_CODELETS; i++)
        bootstrap_work_add(&s->work, &by_codelet[i]);
    if (s->o.workers > 1)
        bootstrap_number(s, "busy_share", "1",
                         bootstrap_busy_share(s->o.run, s->o.workers), 0);
    else
        bootstrap_number(s, "peak_memory", "MiB", bootstrap_peak_mib(s->o.run),
                         0);
    sck_run_free(s->o.run);
    s->o.run = run;
}

void bootstrap_time(struct bootstrap *s, const char *name)
{
    const struct counted c = bootstrap_counted(&s->work);

    operations_row(&s->o, name, once, s, &c);
}

static void time_it(struct bootstrap *s)
{
    bootstrap_time(s, s->saves                           ? "bootstrap.saving"
                      : bench_wants(s->o.b, "bootstrap") ? "bootstrap"
                                                         : "bootstrap.one");
}

/* Floors of the counts: parameters.md, section 6, for all slots of 2^16. */
static void counts(struct bootstrap *s)
{
    const struct bootstrap_work *w = &s->work;
    const int known = s->o.logn == 16;

    bootstrap_number(s, "keys", "MiB", s->key_bytes / (1 << 20), 0);
    bootstrap_number(s, "key_switches", "1", w->key_switches, known ? 96 : 0);
    bootstrap_number(s, "limb_ntts", "1", w->ntts, known ? 7482 : 0);
    bootstrap_number(s, "conversion_macs", "G", w->conversion_macs / 1e9,
                     known ? 4.36 : 0);
    bootstrap_number(s, "key_macs", "G", w->key_macs / 1e9, known ? 1.41 : 0);
    bootstrap_number(s, "plain_macs", "G", w->plain_macs / 1e9,
                     known ? 1.09 : 0);
    bootstrap_number(s, "bytes_moved", "MiB",
                     (w->key_bytes + w->plain_bytes + 2 * w->switched_bytes +
                      w->elementwise_bytes) /
                         (1 << 20),
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

    bootstrap_fill(s, shape);
    bootstrap_encrypt(s);
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

struct bootstrap *bootstrap_new(struct bench *b, uint32_t workers)
{
    struct bootstrap *s = bench_alloc(sizeof *s);

    bootstrap_open(s, b, 0);
    bootstrap_start(s, workers, 0);
    return s;
}

void bootstrap_once(struct bootstrap *s)
{
    once(s, 0);
}

static void two_workers(struct bootstrap *s)
{
    bootstrap_start(s, 2, 0);
    if (s->o.workers == 2) {
        bootstrap_look(s);
        time_it(s);
    }
    bootstrap_stop(s);
}

static void saving(struct bootstrap *s)
{
    bootstrap_start(s, 1, 1);
    bootstrap_look(s);
    time_it(s);
    bootstrap_stop(s);
}

/* "bootstrap.one": the time of one worker alone, beside the peers'. */
void bench_bootstrap(struct bench *b)
{
    const int all = bench_wants(b, "bootstrap");
    struct bootstrap s;

    bootstrap_stages(b);
    bootstrap_alone(b);
    bootstrap_sparse(b);
    if (!all && !bench_wants(b, "bootstrap.one"))
        return;
    if (b->options.list) {
        puts("bootstrap");
        return;
    }
    bootstrap_open(&s, b, 0);
    bootstrap_start(&s, 1, 0);
    bootstrap_look(&s);
    if (all)
        counts(&s);
    time_it(&s);
    for (uint32_t shape = 0; shape < 5 && all; shape++)
        precision(&s, shape);
    bootstrap_stop(&s);
    if (all) {
        two_workers(&s);
        saving(&s);
    }
    bootstrap_close(&s);
}
