/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A plan of every operation, the client's keys for it, and a session. */
#ifndef SCK_TEST_PLAN_KIT_H
#define SCK_TEST_PLAN_KIT_H

#include "sck_client.h"
#include "sck_plan.h"
#include "session_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { IN = 13, HIDDEN = 6, OUT = 4, SLOTS = 16 };

struct bench {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public;
    sck_encryptor *encryptor;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    sck_plan *plan;
    struct sck_limbs_keyset *keys;
};

static inline void fill(double *x, size_t count, double size)
{
    for (size_t i = 0; i < count; i++)
        x[i] = size * sck_test_real();
}

static inline double soft(double x)
{
    return x / (1 + exp(-x));
}

/* Every operation: two inputs, a lowering, two outputs, x x and x + x. The
 * weights are the process's; what fails shows in the graph's status. */
static inline void program(sck_graph *g)
{
    static double a[HIDDEN * IN], b[HIDDEN], c[OUT * HIDDEN];

    fill(a, HIDDEN * IN, 0.3);
    fill(b, HIDDEN, 0.3);
    fill(c, OUT * HIDDEN, 0.4);
    sck_node x = sck_input(g, "x", IN), skip = sck_input(g, "skip", HIDDEN);

    sck_layer(g, "fc1");
    x = sck_linear(g, (sck_matrix){a, HIDDEN, IN}, x, b);
    sck_layer(g, "act");
    x = sck_poly(g, x, soft, -2, 2, 5);
    sck_layer(g, "residual");
    x = sck_add(g, x, skip);
    sck_layer(g, "gate");
    sck_node gate = sck_mul(g, x, skip);
    sck_layer(g, "double");
    gate = sck_add(g, gate, gate);
    sck_output(g, "gate", gate);
    sck_layer(g, "square");
    x = sck_square(g, x);
    sck_layer(g, "fc2");
    x = sck_linear(g, (sck_matrix){c, OUT, HIDDEN}, x, NULL);
    sck_output(g, "scores", x);
}

static inline sck_plan *build_with(const sck_params *params,
                                   void (*describe)(sck_graph *))
{
    sck_graph *g = NULL;
    sck_plan *plan = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_graph_new(params, 0, &g), SCK_OK);
    describe(g);
    CU_ASSERT_EQUAL_FATAL(sck_graph_compile(g, &plan), SCK_OK);
    sck_graph_free(g);
    return plan;
}

static inline sck_plan *build(const sck_params *params)
{
    return build_with(params, program);
}

/* Exactly the plan's keys. */
static inline void make_keys(struct bench *b)
{
    uint32_t count;
    const struct sck_plan_key *key = sck_plan_keys(b->plan, &count);
    struct sck_limbs_key *wanted = calloc(count, sizeof *wanted);

    for (uint32_t i = 0; i < count; i++) {
        wanted[i].kind = key[i].kind;
        wanted[i].key_class = key[i].key_class;
        wanted[i].galois = key[i].galois;
    }
    CU_ASSERT_EQUAL_FATAL(sck_keyset_new(b->secret, wanted, count, &b->keys),
                          SCK_OK);
    free(wanted);
}

static inline void start_with(struct bench *b, void (*describe)(sck_graph *))
{
    memset(b, 0, sizeof *b);
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-10", &b->params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_secret_key_new(b->params, &b->secret), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_public_key_new(b->secret, &b->public), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_encryptor_new(b->params, b->public, &b->encryptor), SCK_OK);
    b->plan = build_with(b->params, describe);
    make_keys(b);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &b->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(b->session, b->params, &b->evaluator), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(b->session, &b->run), SCK_OK);
}

static inline void start(struct bench *b)
{
    start_with(b, program);
}

static inline void stop(struct bench *b)
{
    /* Lifetimes: the plan and its runs give back every block. */
    sck_plan_free(b->plan);
    close_session(b->session, b->evaluator, b->run);
    sck_limbs_keyset_free(b->keys);
    sck_encryptor_free(b->encryptor);
    sck_limbs_public_key_free(b->public);
    sck_secret_key_free(b->secret);
    sck_params_free(b->params);
}

static inline sck_ciphertext *encrypt_at(struct bench *b, const double *x,
                                         uint32_t width, uint32_t slots)
{
    double values[2 * SLOTS] = {0};
    struct sck_limbs_ciphertext *limbs = NULL;
    sck_ciphertext *ct = NULL;

    for (uint32_t i = 0; i < width; i++)
        values[2 * i] = x[i];
    CU_ASSERT_EQUAL_FATAL(sck_encrypt(b->encryptor, values, slots, "x", &limbs),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_ciphertext_upload(b->evaluator, b->run, limbs, &ct), SCK_OK);
    sck_limbs_ciphertext_free(limbs);
    return ct;
}

static inline sck_ciphertext *encrypt(struct bench *b, const double *x,
                                      uint32_t width)
{
    return encrypt_at(b, x, width, SLOTS);
}

/* The largest difference of a result's real parts from width values. */
static inline double worst_error(const struct bench *b,
                                 const sck_ciphertext *ct, const double *want,
                                 uint32_t width)
{
    struct sck_limbs_ciphertext *limbs = NULL;
    double values[2 * SLOTS], most = 0;

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "y", &limbs), SCK_OK);
    CU_ASSERT_EQUAL(sck_decrypt(b->secret, limbs, values), SCK_OK);
    for (uint32_t i = 0; i < width; i++)
        most = fmax(most, fabs(values[2 * i] - want[i]));
    sck_limbs_ciphertext_free(limbs);
    return most;
}

#endif
