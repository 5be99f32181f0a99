/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Trains a classifier on encrypted data and, step for step, in the clear. Both
 * sides are one process here; the trainer gets ciphertexts and keys only. */
#include "keyholder.h"
#include "trainer.h"
#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct job {
    const struct training *training;
    sck_params *params;
    sck_session *session;
    struct problem problem;
    struct keyholder keyholder;
    struct trainer trainer;
    struct sck_limbs_key *keys; /* wanted: no rows */
    uint32_t key_count, refreshes;
    double clear[ROW], exact[ROW], range;
};

/* Key after key, so that the key holder's copies do not add up; the two
 * encapsulation keys share a secret. */
static sck_status make_keys(struct job *j, double *seconds)
{
    const struct progress p = progress_begin("keys", j->key_count);
    sck_status status = SCK_OK;

    for (uint32_t i = 0; i < j->key_count && status == SCK_OK;) {
        const uint32_t take =
            j->keys[i].kind == SCK_KEY_DENSE_TO_SPARSE ? 2 : 1;
        struct sck_limbs_keyset *made = NULL;

        status = sck_keyset_new(j->keyholder.secret, j->keys + i, take, &made);
        if (status == SCK_OK)
            status = sck_evaluator_add_keys(j->trainer.evaluator,
                                            j->trainer.run, made);
        sck_limbs_keyset_free(made);
        i += take;
        progress_show(&p, i);
    }
    if (status == SCK_OK)
        status = sck_run_wait(j->trainer.run);
    *seconds = seconds_now() - p.begin;
    return status;
}

static sck_status start_trainer(struct job *j)
{
    const uint32_t slots = j->problem.rows * ROW;
    struct sck_limbs_ciphertext *data = NULL, *weights = NULL;
    sck_status status = keyholder_encrypt(&j->keyholder, j->problem.train,
                                          slots, slots, "data", &data);

    if (status == SCK_OK)
        status = keyholder_encrypt(&j->keyholder, j->clear, ROW, slots,
                                   "weights", &weights);
    if (status == SCK_OK)
        status = trainer_new(j->session, j->params, &j->problem, data, weights,
                             &j->trainer);
    sck_limbs_ciphertext_free(data);
    sck_limbs_ciphertext_free(weights);
    return status;
}

static sck_status open_job(struct job *j)
{
    const struct training *t = j->training;
    const struct sck_session_options session = {.workers = t->workers};

    SCK_TRY(sck_params_named(t->set, &j->params));
    const uint32_t room = (1u << (sck_params_logn(j->params) - 1)) / ROW;

    SCK_TRY(problem_read(t->data, t->samples < room ? t->samples : room,
                         &j->problem));
    SCK_TRY(trainer_keys(j->params, j->problem.rows, t->iterations, &j->keys,
                         &j->key_count, &j->refreshes));
    SCK_TRY(keyholder_new(j->params, &j->keyholder));
    SCK_TRY(sck_session_new(&session, &j->session));
    return start_trainer(j);
}

static void close_job(struct job *j)
{
    trainer_free(&j->trainer);
    sck_session_free(j->session);
    keyholder_free(&j->keyholder);
    free(j->keys);
    problem_free(&j->problem);
    sck_params_free(j->params);
}

/* What the key holder sees of the weights after a step. */
static sck_status measure(struct job *j, struct step_report *r)
{
    struct sck_limbs_ciphertext *ct = NULL;
    double weights[ROW], worst = 0;

    r->level = sck_ciphertext_level(j->trainer.weights);
    SCK_TRY(sck_ciphertext_download(j->trainer.weights, "weights", &ct));
    const sck_status status =
        keyholder_decrypt(&j->keyholder, ct, weights, ROW);

    sck_limbs_ciphertext_free(ct);
    if (status != SCK_OK)
        return status;
    for (uint32_t f = 0; f < ROW; f++) {
        worst = fmax(worst, fabs(weights[f] - j->clear[f]));
        r->greatest = fmax(r->greatest, fabs(j->clear[f]));
    }
    r->bits = bits_of(worst);
    r->loss[0] = problem_loss(&j->problem, weights);
    r->loss[1] = problem_loss(&j->problem, j->clear);
    r->accuracy[0] = problem_accuracy(&j->problem, weights);
    r->accuracy[1] = problem_accuracy(&j->problem, j->clear);
    r->accuracy[2] = problem_accuracy(&j->problem, j->exact);
    return SCK_OK;
}

static sck_status train(struct job *j, struct report *report)
{
    const uint32_t steps = j->training->iterations;
    const struct progress p = progress_begin("training", steps + j->refreshes);
    uint32_t bootstraps = 0;

    for (uint32_t i = 0; i < steps; i++) {
        struct step_report *r = &report->step[i];
        const double begin = seconds_now();

        if (trainer_is_low(j->params,
                           sck_ciphertext_level(j->trainer.weights))) {
            SCK_TRY(trainer_refresh(&j->trainer));
            r->refresh_seconds = seconds_now() - begin;
            progress_show(&p, i + ++bootstraps);
        }
        SCK_TRY(trainer_step(&j->trainer));
        r->seconds = seconds_now() - begin - r->refresh_seconds;
        r->bootstraps = bootstraps;
        report->range =
            fmax(report->range, problem_step(&j->problem, 0, j->clear));
        (void)problem_step(&j->problem, 1, j->exact);
        SCK_TRY(measure(j, r));
        if (!json_on_stdout(&j->training->shared))
            progress_end();
        report_step(j->training, i, r);
        progress_show(&p, i + 1 + bootstraps);
    }
    return SCK_OK;
}

static sck_status job(const struct training *t, struct job *j,
                      struct report *report)
{
    struct sck_session_stats stats;

    SCK_TRY(open_job(j));
    report->problem = &j->problem;
    report->params = j->params;
    report->workers = sck_session_workers(j->session);
    report->keys = j->key_count;
    report->refreshes = j->refreshes;
    report_begin(t, report);
    SCK_TRY(make_keys(j, &report->key_seconds));
    SCK_TRY(train(j, report));
    sck_session_get_stats(j->session, &stats);
    report->bytes_peak = stats.bytes_peak;
    return report_end(t, report);
}

int main(int argc, char **argv)
{
    struct training t;
    const int rc = training_options(argc, argv, &t);
    struct job j = {.training = &t};
    struct report report = {0};

    if (rc >= 0)
        return rc;
    report.step = calloc(t.iterations, sizeof *report.step);
    const sck_status status =
        report.step == NULL
            ? SCK_FAIL(SCK_ERR_MEMORY, "%u iterations", t.iterations)
            : job(&t, &j, &report);
    const int code = status == SCK_OK ? EXIT_DONE : fail(status);

    close_job(&j);
    free(report.step);
    return code;
}
