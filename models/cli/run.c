/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Runs a model: on ciphertexts, or in the clear for comparison. */
#include "commands.h"

#include "sck_encrypted.h"
#include "sck_mlp.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    sck_params *params;
    sck_plan *plan;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    struct sck_limbs_ciphertexts *in;
    struct sck_limbs_ciphertext **out;
    int usage; /* an option's value was refused */
    uint64_t start_bytes;
    double seconds;
};

/* Key after key, each host copy freed once its handles hold it: together they
 * would add half of the keys' bytes to the peak. */
static sck_status load_keys(const char *path, struct job *j)
{
    struct sck_limbs_keyset *keys = NULL;
    sck_status status = sck_keyset_load(j->params, path, NULL, &keys);

    if (status == SCK_ERR_PARAMETERS) /* of the file's, not of --params */
        status = SCK_ERR_KEY;
    for (uint32_t i = 0; status == SCK_OK && i < keys->count; i++) {
        struct sck_limbs_keyset one = *keys;

        one.count = 1;
        one.keys = &keys->keys[i];
        status = sck_evaluator_add_keys(j->evaluator, j->run, &one);
        free(one.keys->b);
        one.keys->b = NULL;
    }
    sck_limbs_keyset_free(keys);
    return status;
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
    sck_plan_get_totals(j->plan, &totals);
    printf("predicted: peak %.1f MiB, least %.1f MiB a worker, %.1f s of one "
           "core an input\n",
           (double)totals.peak_bytes / 1048576,
           (double)totals.least_bytes / 1048576, totals.time_us * 1e-6);
    fflush(stdout);
    const sck_status status = sck_session_new(&session, &j->session);

    j->usage = status == SCK_ERR_ARGUMENT;
    SCK_TRY(status);
    SCK_TRY(check_memory(o, totals.least_bytes, j->session));
    j->start_bytes = peak_resident();
    SCK_TRY(sck_evaluator_new(j->session, j->params, &j->evaluator));
    SCK_TRY(sck_run_new(j->session, &j->run));
    if (o->trace != NULL)
        SCK_TRY(sck_run_trace(j->run));
    SCK_TRY(load_keys(o->keys, j));
    SCK_TRY(sck_ciphertexts_load(j->params, o->in, NULL, &j->in));
    return SCK_OK;
}

static sck_status one_input(struct job *j, uint32_t i)
{
    sck_ciphertext *in = NULL, *out = NULL;
    const sck_ciphertext *inputs[1];
    sck_status status =
        sck_ciphertext_upload(j->evaluator, j->run, j->in->items[i], &in);

    inputs[0] = in;
    if (status == SCK_OK)
        status = sck_plan_run(j->plan, j->evaluator, j->run, inputs, &out);
    if (status == SCK_OK)
        status =
            sck_ciphertext_download(out, j->in->items[i]->name, &j->out[i]);
    sck_ciphertext_free(in);
    sck_ciphertext_free(out);
    return status;
}

static sck_status report(const struct options *o, const struct job *j)
{
    struct sck_session_stats stats;
    json_t *json;
    char *text;

    sck_session_get_stats(j->session, &stats);
    printf("%u inputs in %.2f s, %llu tasks, peak resident %.1f MiB (predicted "
           "%.1f + %.1f at start), evicted %.1f MiB\n",
           j->in->count, j->seconds, (unsigned long long)stats.tasks,
           (double)peak_resident() / 1048576,
           (double)predicted_bytes(j->params, j->plan, j->in->count) / 1048576,
           (double)j->start_bytes / 1048576,
           (double)stats.bytes_evicted / 1048576);
    if (o->json == NULL)
        return SCK_OK;
    json = json_pack(
        "{s:i, s:f, s:I, s:I, s:I, s:I, s:I, s:f, s:i, s:i, s:s, s:s}",
        "images", (int)j->in->count, "seconds_run", j->seconds, "peak_bytes",
        (json_int_t)peak_resident(), "start_bytes", (json_int_t)j->start_bytes,
        "peak_bytes_predicted",
        (json_int_t)(j->start_bytes +
                     predicted_bytes(j->params, j->plan, j->in->count)),
        "evicted_bytes", (json_int_t)stats.bytes_evicted, "tasks",
        (json_int_t)stats.tasks, "security_bits",
        sck_params_security_bits(j->params), "logn",
        (int)sck_params_logn(j->params), "workers",
        (int)sck_session_workers(j->session), "starpu", stats.starpu_version,
        "params", sck_params_name(j->params));
    text = json != NULL ? json_dumps(json, JSON_INDENT(1)) : NULL;
    json_decref(json);
    const sck_status status = text != NULL
                                  ? write_text(o->json, text)
                                  : SCK_FAIL(SCK_ERR_MEMORY, "the report");

    free(text);
    return status;
}

static sck_status run_all(const struct options *o, struct job *j)
{
    SCK_TRY(open_job(o, j));
    const double begin = seconds_now();

    j->out = calloc(j->in->count, sizeof *j->out);
    if (j->out == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u outputs", j->in->count);
    SCK_TRY(sck_plan_prepare(j->plan, j->evaluator, j->run));
    for (uint32_t i = 0; i < j->in->count; i++) {
        progress("run", i, j->in->count, seconds_now() - begin);
        SCK_TRY(one_input(j, i));
    }
    SCK_TRY(sck_run_wait(j->run));
    j->seconds = seconds_now() - begin;
    progress("run", j->in->count, j->in->count, j->seconds);
    SCK_TRY(sck_ciphertexts_save(
        j->params, (const struct sck_limbs_ciphertext *const *)j->out,
        j->in->count, o->out));
    if (o->trace != NULL)
        SCK_TRY(write_trace(j->run, sck_session_workers(j->session), o->trace));
    return report(o, j);
}

static int run_encrypted(const struct options *o)
{
    struct job j = {0};
    const sck_status status = run_all(o, &j);
    int rc = status == SCK_OK ? 0 : fail(status);

    if (j.usage)
        rc = EXIT_USAGE;
    for (uint32_t i = 0; j.out != NULL && i < j.in->count; i++)
        sck_limbs_ciphertext_free(j.out[i]);
    free(j.out);
    sck_run_free(j.run);
    sck_plan_free(j.plan);
    sck_evaluator_free(j.evaluator);
    sck_limbs_ciphertexts_free(j.in);
    sck_session_free(j.session);
    sck_params_free(j.params);
    return rc;
}

/* [{"name": "image-3", "values": [...]}, ...] */
static sck_status clear_values(const struct options *o, const sck_plan *plan,
                               const double *images, uint64_t rows,
                               uint32_t width)
{
    uint32_t ports;
    const uint32_t classes = sck_plan_outputs(plan, &ports)->width;
    double *x = calloc(width + classes, sizeof *x);
    json_t *list = json_array();
    sck_status status = SCK_OK;
    char *text = NULL;

    if (x == NULL || list == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u values", width);
    for (uint32_t i = 0; i < o->count && status == SCK_OK; i++) {
        const uint64_t row = (uint64_t)o->first + i;
        double *y = x + width;
        const double *in = x;
        char name[32];

        if (row >= rows) {
            status =
                SCK_FAIL(SCK_ERR_SHAPE, "image %llu of %llu",
                         (unsigned long long)row, (unsigned long long)rows);
            break;
        }
        for (uint32_t k = 0; k < width; k++)
            x[k] = images[row * width + k] / 16.0;
        status = sck_plan_run_clear(plan, &in, &y);
        snprintf(name, sizeof name, "image-%llu", (unsigned long long)row);
        json_t *values = json_array();

        for (uint32_t k = 0; k < classes; k++)
            json_array_append_new(values, json_real(y[k]));
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "name", name, "values", values));
    }
    if (status == SCK_OK) {
        text = json_dumps(list, JSON_COMPACT);
        status = text != NULL ? write_text(o->out, text)
                              : SCK_FAIL(SCK_ERR_MEMORY, "the values");
    }
    free(text);
    free(x);
    json_decref(list);
    return status;
}

static int run_clear(const struct options *o)
{
    sck_params *params = NULL;
    sck_plan *plan = NULL;
    sck_tensors *data = NULL;
    struct sck_tensor t;
    double *images = NULL;
    uint32_t ports;
    sck_status status = load_plan(o, &params, &plan);

    if (status == SCK_OK)
        status = sck_tensors_open(o->in, &data);
    if (status == SCK_OK)
        status = sck_tensors_get(data, "images", &t);
    if (status == SCK_OK &&
        (t.rank != 2 || t.shape[1] != sck_plan_inputs(plan, &ports)->width))
        status = SCK_FAIL(SCK_ERR_SHAPE, "images do not fit the model's input");
    if (status == SCK_OK) {
        images = calloc(t.count, sizeof *images);
        status = images != NULL
                     ? sck_tensors_read_f64(data, "images", t.shape, 2, images)
                     : SCK_FAIL(SCK_ERR_MEMORY, "%llu values",
                                (unsigned long long)t.count);
    }
    if (status == SCK_OK)
        status =
            clear_values(o, plan, images, t.shape[0], (uint32_t)t.shape[1]);
    free(images);
    sck_tensors_free(data);
    sck_plan_free(plan);
    sck_params_free(params);
    return status == SCK_OK ? 0 : fail(status);
}

int command_run(const struct options *o)
{
    const int clear = o->backend != NULL && strcmp(o->backend, "clear") == 0;

    if (o->backend != NULL && !clear && strcmp(o->backend, "fhe") != 0) {
        fprintf(stderr, "--backend is fhe or clear, not %s\n", o->backend);
        return EXIT_USAGE;
    }
    if (o->memory_mib != 0 && o->swap == NULL &&
        getenv("STARPU_DISK_SWAP") == NULL) {
        fprintf(stderr, "--mem needs --swap: a folder for what does not fit\n");
        return EXIT_USAGE;
    }
    if (options_need(o->params, "--params") != 0 ||
        options_need(o->model, "--model") != 0 ||
        options_need(o->in, "--in") != 0 ||
        options_need(o->out, "--out") != 0 ||
        (!clear && options_need(o->keys, "--keys") != 0))
        return EXIT_USAGE;
    return clear ? run_clear(o) : run_encrypted(o);
}
