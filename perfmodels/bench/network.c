/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "network.h"

#include "eval_priv.h"
#include "sck_mlp.h"

#include <starpu.h>
#include <starpu_profiling.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NETWORK_PATH = 4096 };

static void check(sck_status status, const char *what)
{
    if (status != SCK_OK)
        bench_die(what);
}

static void make_keys(struct network *w)
{
    uint32_t count;
    const struct sck_plan_key *key = sck_plan_keys(w->plan, &count);
    struct sck_limbs_key *wanted = bench_alloc(count * sizeof *wanted);

    memset(wanted, 0, count * sizeof *wanted);
    for (uint32_t i = 0; i < count; i++) {
        wanted[i].galois = key[i].galois;
        wanted[i].key_class = key[i].key_class;
        wanted[i].kind = key[i].kind;
    }
    check(sck_keyset_new(w->secret, wanted, count, &w->keys), "keys");
    free(wanted);
}

/* Keys and an image for the plan. */
static void make_inputs(struct network *w)
{
    uint32_t ports;

    make_keys(w);
    const struct sck_plan_port *in = sck_plan_inputs(w->plan, &ports);
    const uint32_t slots = sck_plan_slots(w->plan);
    double *values = bench_alloc(2 * (size_t)slots * sizeof *values);

    for (uint32_t i = 0; i < 2 * slots; i++)
        values[i] = i % 2 == 0 && i / 2 < in->width ? (i % 16) / 16.0 : 0;
    check(sck_encrypt_secret(w->secret, in->level, values, slots, "image",
                             &w->image),
          "image");
    free(values);
}

void network_replace(struct network *w, sck_plan *plan)
{
    sck_limbs_ciphertext_free(w->image);
    sck_limbs_keyset_free(w->keys);
    sck_plan_free(w->plan);
    w->plan = plan;
    make_inputs(w);
}

/* NAME of the folder of digits beside the program: where it is installed. */
static int beside_program(const char *name, char path[NETWORK_PATH])
{
    char program[NETWORK_PATH];
    const ssize_t length =
        readlink("/proc/self/exe", program, sizeof program - 1);

    if (length <= 0)
        return 0;
    program[length] = '\0';
    char *const slash = strrchr(program, '/');

    if (slash == NULL)
        return 0;
    *slash = '\0';
    return snprintf(path, NETWORK_PATH, "%s/" SCK_DIGITS_FROM_PROGRAM "/%s",
                    program, name) < NETWORK_PATH &&
           access(path, R_OK) == 0;
}

sck_tensors *network_tensors(const char *name)
{
    char path[NETWORK_PATH];
    sck_tensors *tensors;

    snprintf(path, sizeof path, "models/digits/%s", name);
    if (access(path, R_OK) != 0 && !beside_program(name, path)) {
        fprintf(stderr,
                "%s is neither in models/digits here nor in "
                "" SCK_DIGITS_FROM_PROGRAM " beside the program: run it in the "
                "source folder, or install it\n",
                name);
        exit(1);
    }
    check(sck_tensors_open(path, &tensors), path);
    return tensors;
}

void network_open(struct network *w, const struct bench *b)
{
    sck_tensors *weights;

    w->workers = 0;
    w->untraced = 0;
    check(sck_params_named(b->options.quick ? "test-12" : "l14-40", &w->params),
          "parameters");
    weights = network_tensors("digits.safetensors");
    check(sck_mlp_compile(weights, w->params, &w->plan), "plan");
    sck_tensors_free(weights);
    check(sck_secret_key_new(w->params, &w->secret), "secret key");
    make_inputs(w);
}

void network_close(struct network *w)
{
    sck_limbs_ciphertext_free(w->image);
    sck_limbs_keyset_free(w->keys);
    sck_secret_key_free(w->secret);
    sck_plan_free(w->plan);
    sck_params_free(w->params);
}

/* Also forgets what was counted so far. */
static double bytes_moved(void)
{
    double bytes = 0;

    for (int bus = 0; bus < starpu_bus_get_count(); bus++) {
        struct starpu_profiling_bus_info info;

        if (starpu_bus_get_profiling_info(bus, &info) == 0)
            bytes += (double)info.transferred_bytes;
    }
    return bytes;
}

/* Of all workers since the last look. */
static double idle_share(void)
{
    double asleep = 0, total = 0;

    for (unsigned i = 0; i < starpu_worker_get_count(); i++) {
        struct starpu_profiling_worker_info info;

        if (starpu_profiling_worker_get_info((int)i, &info) != 0)
            continue;
        asleep += starpu_timing_timespec_to_us(&info.sleeping_time);
        total += starpu_timing_timespec_to_us(&info.total_time);
    }
    return total > 0 ? asleep / total : 0;
}

static void measure_run(const struct network *w, sck_evaluator *evaluator,
                        sck_session *session, const sck_ciphertext *x,
                        struct network_runs *out, int i)
{
    const sck_ciphertext *in[1] = {x};
    sck_ciphertext *result = NULL;
    sck_run *run;
    size_t count;
    double busy = 0;

    check(sck_run_new(session, &run), "run");
    if (!w->untraced)
        check(sck_run_trace(run), "trace");
    (void)bytes_moved();
    (void)idle_share();
    const struct bench_moment whole = bench_moment();
    const double begin = bench_wall_us();

    check(sck_plan_run(w->plan, evaluator, run, in, &result), "network");
    check(sck_run_wait(run), "network");
    const double makespan = bench_wall_us() - begin;
    const double alone = bench_since(&whole, out->workers);
    const struct sck_trace_event *event = sck_run_events(run, &count);

    for (size_t k = 0; k < count; k++)
        busy += event[k].end_us - event[k].start_us;
    if (i >= 0) {
        out->makespan_us[i] = makespan;
        out->alone_us[i] = alone;
        out->idle[i] = idle_share();
        out->starpu[i] = 1 - busy / (out->workers * makespan);
        out->bytes[i] = bytes_moved();
        out->tasks[i] = (double)sck_run_tasks(run);
    }
    sck_ciphertext_free(result);
    sck_run_free(run);
}

void network_measure(const struct network *w, const char *scheduler,
                     struct network_runs *out)
{
    const struct sck_session_options options = {.scheduler = scheduler,
                                                .workers = w->workers};
    sck_session *session;
    sck_evaluator *evaluator;
    sck_ciphertext *x;
    sck_run *run;

    memset(out, 0, sizeof *out);
    check(sck_session_new(&options, &session), scheduler);
    check(sck_evaluator_new(session, w->params, &evaluator), "evaluator");
    check(sck_run_new(session, &run), "run");
    check(sck_evaluator_add_keys(evaluator, run, w->keys), "keys");
    check(sck_ciphertext_upload(evaluator, run, w->image, &x), "upload");
    check(sck_plan_prepare(w->plan, evaluator, run), "weights");
    check(sck_run_wait(run), "weights");
    out->workers = sck_session_workers(session);
    out->block = evaluator->grain;
    for (int i = -1; i < NETWORK_RUNS; i++)
        measure_run(w, evaluator, session, x, out, i);
    sck_run_free(run);
    sck_ciphertext_free(x);
    sck_plan_release(w->plan);
    sck_evaluator_free(evaluator);
    sck_session_free(session);
}
