/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* run --backend fhe: a model on ciphertexts. */
#include "commands.h"

#include "sck_encrypted.h"

#include <stdlib.h>

struct job {
    sck_params *params;
    sck_plan *plan;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    struct sck_limbs_ciphertexts *in;
    struct keep keep;
    uint32_t outputs; /* the plan's, those of kept layers included */
    /* One a input, then those kept, layer after layer. */
    struct sck_limbs_ciphertext **out;
    int usage; /* an option's value was refused */
    uint64_t start_bytes;
    double seconds;
};

struct loading {
    struct job *job;
    struct progress progress;
};

static sck_status take_key(void *context, const struct sck_limbs_keyset *one,
                           uint32_t i, uint32_t total)
{
    struct loading *l = context;

    l->progress.all = total;
    SCK_TRY(sck_evaluator_add_keys(l->job->evaluator, l->job->run, one));
    progress_show(&l->progress, i + 1);
    return SCK_OK;
}

/* Key after key through one buffer: together they would add half of the keys'
 * bytes to the peak. */
static sck_status load_keys(const char *path, struct job *j)
{
    struct loading l = {j, progress_begin("load keys", 0)};
    const sck_status status =
        sck_keyset_each(j->params, path, NULL, take_key, &l);

    /* Of the file's parameters, not of --params. */
    return status == SCK_ERR_PARAMETERS ? SCK_ERR_KEY : status;
}

/* Below it a task and its successor do not fit, and StarPU waits forever. */
static sck_status check_memory(const struct options *o, uint64_t least_bytes,
                               const sck_session *session)
{
    const uint32_t workers = sck_session_workers(session);
    const uint64_t least = least_bytes * workers;

    if (o->memory_mib == 0 || o->memory_mib << 20 >= least)
        return SCK_OK;
    return SCK_FAIL(SCK_ERR_MEMORY,
                    "--mem %llu is below the least memory of this plan for %u "
                    "workers, %llu MiB",
                    (unsigned long long)o->memory_mib, workers,
                    (unsigned long long)((least + (1 << 20) - 1) >> 20));
}

static sck_status open_job(const struct options *o, struct job *j)
{
    const struct sck_session_options session = {
        .workers = o->workers,
        .scheduler = o->scheduler,
        .memory_bytes = o->memory_mib << 20,
        .swap_folder = o->swap,
        .limbs_per_block = o->limbs_per_block};
    struct sck_plan_totals totals;

    SCK_TRY(load_plan(o, &j->params, &j->plan));
    const sck_status kept = keep_layers(o, j->plan, &j->keep);

    j->usage = kept == SCK_ERR_ARGUMENT;
    SCK_TRY(kept);
    (void)sck_plan_outputs(j->plan, &j->outputs);
    sck_plan_get_totals(j->plan, &totals);
    say(o,
        "predicted: peak %.1f MiB, least %.1f MiB a worker, %.3f s of one "
        "core an input after %.3f s\n",
        (double)totals.peak_bytes / 1048576,
        (double)totals.least_bytes / 1048576, totals.time_us * 1e-6,
        totals.start_us * 1e-6);
    fflush(stdout);
    const sck_status status = sck_session_new(&session, &j->session);

    j->usage = status == SCK_ERR_ARGUMENT;
    SCK_TRY(status);
    SCK_TRY(check_memory(o, totals.least_bytes, j->session));
    j->start_bytes = peak_resident();
    SCK_TRY(sck_evaluator_new(j->session, j->params, &j->evaluator));
    sck_evaluator_save_memory(j->evaluator, o->save_memory);
    SCK_TRY(sck_run_new(j->session, &j->run));
    if (o->trace != NULL)
        SCK_TRY(sck_run_trace(j->run));
    SCK_TRY(load_keys(o->keys, j));
    SCK_TRY(sck_ciphertexts_load(j->params, o->in, NULL, &j->in));
    if ((uint64_t)j->in->count * j->keep.count > SCK_MAX_CIPHERTEXTS)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "%u inputs of %u layers to keep: a file holds at most "
                        "%d ciphertexts",
                        j->in->count, j->keep.count, SCK_MAX_CIPHERTEXTS);
    return SCK_OK;
}

/* The result under the input's name, kept layers under input/layer. */
static sck_status take(struct job *j, uint32_t i, sck_ciphertext *const *out)
{
    const char *input = j->in->items[i]->name;
    const uint32_t count = j->in->count;
    char name[SCK_NAME_BYTES];

    SCK_TRY(sck_ciphertext_download(out[0], input, &j->out[i]));
    for (uint32_t k = 0; k < j->keep.count; k++) {
        SCK_TRY(kept_name(input, j->keep.layer[k], name));
        SCK_TRY(sck_ciphertext_download(out[j->keep.output[k]], name,
                                        &j->out[(k + 1) * count + i]));
    }
    return SCK_OK;
}

static sck_status one_input(struct job *j, uint32_t i)
{
    sck_ciphertext *in = NULL;
    sck_ciphertext **out = calloc(j->outputs, sizeof *out);
    const sck_ciphertext *inputs[1];
    sck_status status =
        out != NULL
            ? sck_ciphertext_upload(j->evaluator, j->run, j->in->items[i], &in)
            : SCK_FAIL(SCK_ERR_MEMORY, "%u outputs", j->outputs);

    inputs[0] = in;
    if (status == SCK_OK)
        status = sck_plan_run(j->plan, j->evaluator, j->run, inputs, out);
    if (status == SCK_OK)
        status = take(j, i, out);
    sck_ciphertext_free(in);
    for (uint32_t k = 0; out != NULL && k < j->outputs; k++)
        sck_ciphertext_free(out[k]);
    free(out);
    return status;
}

static sck_status report(const struct options *o, const struct job *j)
{
    struct sck_session_stats stats;

    sck_session_get_stats(j->session, &stats);
    say(o,
        "%u inputs in %.2f s, %llu tasks, peak resident %.1f MiB (predicted "
        "%.1f + %.1f at start), evicted %.1f MiB\n",
        j->in->count, j->seconds, (unsigned long long)stats.tasks,
        (double)peak_resident() / 1048576,
        (double)predicted_bytes(j->params, j->plan, j->in->count) / 1048576,
        (double)j->start_bytes / 1048576,
        (double)stats.bytes_evicted / 1048576);
    if (o->json == NULL)
        return SCK_OK;
    return report_json(
        o, json_pack(
               "{s:i, s:f, s:I, s:I, s:I, s:I, s:I, s:f, s:i, s:i, s:s, s:s}",
               "images", (int)j->in->count, "seconds_run", j->seconds,
               "peak_bytes", (json_int_t)peak_resident(), "start_bytes",
               (json_int_t)j->start_bytes, "peak_bytes_predicted",
               (json_int_t)(j->start_bytes +
                            predicted_bytes(j->params, j->plan, j->in->count)),
               "evicted_bytes", (json_int_t)stats.bytes_evicted, "tasks",
               (json_int_t)stats.tasks, "security_bits",
               sck_params_security_bits(j->params), "logn",
               (int)sck_params_logn(j->params), "workers",
               (int)sck_session_workers(j->session), "starpu",
               stats.starpu_version, "params", sck_params_name(j->params)));
}

static sck_status run_all(const struct options *o, struct job *j)
{
    SCK_TRY(open_job(o, j));
    const struct progress p = progress_begin("run", j->in->count);
    const uint32_t count = j->in->count;

    j->out = calloc((size_t)count * (j->keep.count + 1), sizeof *j->out);
    if (j->out == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u outputs", count);
    SCK_TRY(sck_plan_prepare(j->plan, j->evaluator, j->run));
    for (uint32_t i = 0; i < count; i++) {
        progress_show(&p, i);
        SCK_TRY(one_input(j, i));
    }
    SCK_TRY(sck_run_wait(j->run));
    j->seconds = seconds_now() - p.begin;
    progress_show(&p, count);
    const struct sck_limbs_ciphertext *const *out =
        (const struct sck_limbs_ciphertext *const *)j->out;

    if (j->keep.count != 0)
        SCK_TRY(sck_ciphertexts_save(j->params, out + count,
                                     count * j->keep.count, o->kept));
    SCK_TRY(sck_ciphertexts_save(j->params, out, count, o->out));
    if (o->trace != NULL)
        SCK_TRY(trace_run(j->run, sck_session_workers(j->session), o->trace));
    return report(o, j);
}

int run_encrypted(const struct options *o)
{
    struct job j = {0};
    const sck_status status = run_all(o, &j);
    int rc = status == SCK_OK ? 0 : fail(status);

    if (j.usage)
        rc = EXIT_USAGE;
    for (uint32_t i = 0; j.out != NULL && i < j.in->count * (j.keep.count + 1);
         i++)
        sck_limbs_ciphertext_free(j.out[i]);
    free(j.out);
    keep_free(&j.keep);
    sck_run_free(j.run);
    sck_plan_free(j.plan);
    sck_evaluator_free(j.evaluator);
    sck_limbs_ciphertexts_free(j.in);
    sck_session_free(j.session);
    sck_params_free(j.params);
    return rc;
}
