/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The demo's run with every instruction set of the machine, on the same keys
 * and encrypted images: how long it takes, how long its tasks take together,
 * and whether ciphertexts and predictions are those of plain C. Each is a
 * process of its own, since kernels are chosen before StarPU starts. */
#include "eval_priv.h"
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IMAGES = 16, QUICK_IMAGES = 2, ROUNDS = 7, SCORES = 10, SETS = 3 };

/* Of one instruction set, filled by its process: times of the rounds, the first
 * of which warms up; the last round's results, whose words are in `words`. */
struct outcome {
    uint32_t workers, block;
    double makespan_us[ROUNDS + 1], tasks_us[ROUNDS + 1];
    struct sck_limbs_ciphertext out[IMAGES];
    uint32_t words[];
};

struct isas {
    struct bench *b;
    struct network network;
    uint32_t images, rounds;
    struct sck_limbs_ciphertext *image[IMAGES];
    size_t words, bytes; /* of a result, of an outcome */
    struct outcome *outcome[SETS];
};

static void check(sck_status status, const char *what)
{
    if (status != SCK_OK)
        bench_die(what);
}

/* The demo's: held-out digits, values 0 to 16. */
static void encrypt_images(struct isas *s)
{
    uint32_t ports;
    const struct sck_plan_port *in = sck_plan_inputs(s->network.plan, &ports);
    const uint32_t slots = sck_plan_slots(s->network.plan);
    sck_tensors *const data = network_tensors("heldout.safetensors");
    double *const values = bench_alloc(2 * (size_t)slots * sizeof *values);
    struct sck_tensor t;

    check(sck_tensors_get(data, "images", &t), "images");
    double *const pixels = bench_alloc(t.count * sizeof *pixels);

    check(sck_tensors_read_f64(data, "images", t.shape, t.rank, pixels),
          "images");
    if (t.count < (uint64_t)s->images * in->width) {
        fprintf(stderr, "heldout.safetensors: too few images\n");
        exit(1);
    }
    for (uint32_t i = 0; i < s->images; i++) {
        memset(values, 0, 2 * (size_t)slots * sizeof *values);
        for (uint32_t k = 0; k < in->width; k++)
            values[2 * k] = pixels[(size_t)i * in->width + k] / 16;
        check(sck_encrypt_secret(s->network.secret, in->level, values, slots,
                                 "image", &s->image[i]),
              "image");
    }
    free(pixels);
    free(values);
    sck_tensors_free(data);
}

/* All images in one run; results are taken after the time. */
static void run_images(const struct isas *s, sck_evaluator *evaluator,
                       sck_session *session, sck_ciphertext *const *x,
                       struct outcome *o, uint32_t round)
{
    sck_ciphertext *y[IMAGES];
    struct sck_limbs_ciphertext *limbs;
    sck_run *run;
    size_t count;

    check(sck_run_new(session, &run), "run");
    check(sck_run_trace(run), "trace");
    const double begin = bench_wall_us();

    for (uint32_t i = 0; i < s->images; i++) {
        const sck_ciphertext *in[1] = {x[i]};

        check(sck_plan_run(s->network.plan, evaluator, run, in, &y[i]),
              "network");
    }
    check(sck_run_wait(run), "network");
    o->makespan_us[round] = bench_wall_us() - begin;
    const struct sck_trace_event *event = sck_run_events(run, &count);

    for (size_t k = 0; k < count; k++)
        o->tasks_us[round] += event[k].end_us - event[k].start_us;
    for (uint32_t i = 0; i < s->images; i++) {
        check(sck_ciphertext_download(y[i], "scores", &limbs), "result");
        o->out[i] = *limbs;
        o->out[i].data = o->words + i * s->words;
        memcpy(o->out[i].data, limbs->data, s->words * sizeof *o->words);
        sck_limbs_ciphertext_free(limbs);
        sck_ciphertext_free(y[i]);
    }
    sck_run_free(run);
}

static _Noreturn void child(const struct isas *s, enum sck_isa isa,
                            struct outcome *o)
{
    const struct sck_session_options options = {0};
    sck_session *session;
    sck_evaluator *evaluator;
    sck_ciphertext *x[IMAGES];
    sck_run *run;

    sck_kernels_use(isa);
    check(sck_session_new(&options, &session), "session");
    check(sck_evaluator_new(session, s->network.params, &evaluator),
          "evaluator");
    check(sck_run_new(session, &run), "run");
    check(sck_evaluator_add_keys(evaluator, run, s->network.keys), "keys");
    for (uint32_t i = 0; i < s->images; i++)
        check(sck_ciphertext_upload(evaluator, run, s->image[i], &x[i]),
              "upload");
    check(sck_plan_prepare(s->network.plan, evaluator, run), "weights");
    check(sck_run_wait(run), "weights");
    o->workers = sck_session_workers(session);
    o->block = evaluator->grain;
    for (uint32_t r = 0; r <= s->rounds; r++)
        run_images(s, evaluator, session, x, o, r);
    _exit(0);
}

/* The outcome's memory is the child's, too. */
static struct outcome *outcome_of(const struct isas *s, enum sck_isa isa)
{
    struct outcome *const o =
        mmap(NULL, s->bytes, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    int status = -1;

    if (o == MAP_FAILED) {
        fprintf(stderr, "out of memory: %zu bytes\n", s->bytes);
        exit(1);
    }
    if (isatty(2))
        fprintf(stderr, "\r\033[Kisa.%s ...", sck_isa_name(isa));
    fflush(NULL);
    const pid_t pid = fork();

    if (pid == 0)
        child(s, isa, o);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "isa.%s: its process failed\n", sck_isa_name(isa));
        exit(1);
    }
    return o;
}

static uint32_t prediction(const struct isas *s,
                           const struct sck_limbs_ciphertext *out)
{
    double *const values = bench_alloc(2 * (size_t)out->slots * sizeof *values);
    uint32_t best = 0;

    check(sck_decrypt(s->network.secret, out, values), "result");
    for (uint32_t k = 1; k < SCORES; k++)
        if (values[2 * k] > values[2 * best])
            best = k;
    free(values);
    return best;
}

static void add(const struct isas *s, enum sck_isa isa, const char *what,
                const char *unit, struct spread value, double floor)
{
    uint32_t ports;
    const struct sck_plan_port *in = sck_plan_inputs(s->network.plan, &ports);
    struct row row = {.logn = sck_params_logn(s->network.params),
                      .level = in->level,
                      .workers = s->outcome[isa]->workers,
                      .block = s->outcome[isa]->block,
                      .value = value,
                      .floor = floor};

    (void)sck_params_primes(s->network.params, in->level, &row.limbs);
    snprintf(row.name, sizeof row.name, "isa.%s%s", sck_isa_name(isa), what);
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(isa));
    snprintf(row.unit, sizeof row.unit, "%s", unit);
    report_add(&s->b->report, &row);
}

static struct spread one_value(double x)
{
    return (struct spread){x, x, x};
}

/* Times against those of plain C; ciphertexts and predictions beside its. */
static void compare(const struct isas *s, enum sck_isa isa,
                    const struct spread makespan[SETS],
                    const struct spread tasks[SETS])
{
    const struct outcome *const ref = s->outcome[SCK_ISA_REF];
    const struct outcome *const o = s->outcome[isa];
    uint32_t same = 0, predicted = 0;

    for (uint32_t i = 0; i < s->images; i++) {
        same += ref->out[i].level == o->out[i].level &&
                memcmp(ref->out[i].data, o->out[i].data,
                       s->words * sizeof *o->words) == 0;
        predicted += prediction(s, &ref->out[i]) == prediction(s, &o->out[i]);
    }
    add(s, isa, ".faster", "times",
        one_value(makespan[SCK_ISA_REF].median / makespan[isa].median), 0);
    add(s, isa, ".tasks_faster", "times",
        one_value(tasks[SCK_ISA_REF].median / tasks[isa].median), 0);
    add(s, isa, ".same_ciphertexts", "results", one_value(same), s->images);
    add(s, isa, ".same_predictions", "results", one_value(predicted),
        s->images);
    s->b->failed |= same != s->images || predicted != s->images;
}

static void measure(struct isas *s, enum sck_isa best)
{
    struct spread makespan[SETS], tasks[SETS];

    for (int isa = SCK_ISA_REF; isa <= (int)best; isa++) {
        struct outcome *const o = outcome_of(s, (enum sck_isa)isa);

        s->outcome[isa] = o;
        for (uint32_t i = 0; i < s->images; i++)
            o->out[i].data = o->words + i * s->words;
        makespan[isa] = report_spread(o->makespan_us + 1, s->rounds);
        tasks[isa] = report_spread(o->tasks_us + 1, s->rounds);
        add(s, (enum sck_isa)isa, "", "us", makespan[isa], 0);
        add(s, (enum sck_isa)isa, ".tasks", "us", tasks[isa], 0);
        if (isa != SCK_ISA_REF)
            compare(s, (enum sck_isa)isa, makespan, tasks);
    }
    for (int isa = SCK_ISA_REF; isa <= (int)best; isa++)
        munmap(s->outcome[isa], s->bytes);
}

void bench_isas(struct bench *b)
{
    struct isas s = {.b = b,
                     .images = b->options.quick ? QUICK_IMAGES : IMAGES,
                     .rounds = b->options.quick ? 1 : ROUNDS};
    uint32_t ports, limbs;

    if (b->options.names == 0 || !bench_wants(b, "isa"))
        return;
    if (b->options.list) {
        puts("isa");
        return;
    }
    network_open(&s.network, b);
    encrypt_images(&s);
    const struct sck_plan_port *out = sck_plan_outputs(s.network.plan, &ports);

    (void)sck_params_primes(s.network.params, out->level, &limbs);
    s.words = (size_t)2 * limbs << sck_params_logn(s.network.params);
    s.bytes = sizeof(struct outcome) + s.images * s.words * sizeof(uint32_t);
    measure(&s, b->options.isa_last);
    for (uint32_t i = 0; i < s.images; i++)
        sck_limbs_ciphertext_free(s.image[i]);
    network_close(&s.network);
}
