/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.alloc: allocations of building, compiling, printing, preparing
 * and running fail one by one. Each time the call reports SCK_ERR_MEMORY, gives
 * out nothing and keeps nothing. */
#include "fail_alloc.h"
#include "plan_kit.h"

#include <stdio.h>

/* A call under test: what it makes goes to *made. */
typedef sck_status call(struct bench *b, void **made);

/* Fails the call's allocations until it succeeds: each of the first few dozens,
 * then ever fewer, as a run makes thousands. What the call made at last is the
 * caller's. */
static void *they_fail(const char *name, struct bench *b, call *run)
{
    const uint64_t before = blocks_alive(b->session);
    void *made = NULL;

    for (uint64_t at = 1; at < 1000000; at += 1 + at / 24) {
        made = NULL;
        fail_alloc_begin(at);
        const sck_status status = run(b, &made);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            CU_ASSERT(at > 1);
            printf("\n    %s: below %d allocations ", name, (int)at);
            return made;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(made);
        CU_ASSERT_EQUAL(blocks_alive(b->session), before);
        CU_ASSERT_EQUAL(sck_run_wait(b->run), SCK_OK);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (status != SCK_ERR_MEMORY || made != NULL ||
            fail_alloc_kept() != 0) {
            printf("\n    %s, allocation %d: status %d, made %p, %d kept ",
                   name, (int)at, (int)status, made, (int)fail_alloc_kept());
            return made;
        }
    }
    CU_FAIL("no end of allocations");
    return NULL;
}

static sck_status compile(struct bench *b, void **made)
{
    sck_graph *g = NULL;
    sck_status status = sck_graph_new(b->params, 0, &g);

    CU_ASSERT((status == SCK_OK) == (g != NULL));
    if (status != SCK_OK)
        return status;
    program(g);
    status = sck_graph_compile(g, (sck_plan **)made);
    sck_graph_free(g);
    return status;
}

/* Deeper than its levels: placement too. */
static sck_status compile_deep(struct bench *b, void **made)
{
    sck_graph *g = NULL;
    sck_status status = sck_graph_new(b->params, 0, &g);

    if (status != SCK_OK)
        return status;
    sck_node x = sck_input(g, "x", IN);

    for (int i = 0; i < 20; i++)
        x = sck_square(g, x);
    sck_output(g, "y", x);
    status = sck_graph_compile(g, (sck_plan **)made);
    sck_graph_free(g);
    return status;
}

static sck_status print(struct bench *b, void **made)
{
    return sck_plan_print(b->plan, SCK_PLAN_TEXT, (char **)made);
}

static sck_status simulate(struct bench *b, void **made)
{
    const double zeros[SLOTS] = {0};
    const double *in[2] = {zeros, zeros};
    double gate[HIDDEN], scores[OUT];
    double *out[2] = {gate, scores};

    (void)made;
    return sck_plan_run_noise(b->plan, 1, in, out);
}

static sck_status prepare(struct bench *b, void **made)
{
    const sck_status status = sck_plan_prepare(b->plan, b->evaluator, b->run);

    (void)made;
    if (status == SCK_OK)
        sck_plan_release(b->plan);
    return status;
}

static sck_ciphertext *input[2];

static sck_status run(struct bench *b, void **made)
{
    sck_ciphertext *out[2];
    const sck_status status =
        sck_plan_run(b->plan, b->evaluator, b->run,
                     (const sck_ciphertext *const *)input, out);

    (void)made;
    for (int i = 0; i < 2; i++) {
        CU_ASSERT((status == SCK_OK) == (out[i] != NULL));
        sck_ciphertext_free(out[i]);
    }
    return status;
}

static void plans(void)
{
    struct bench b;

    start(&b);
    sck_plan_free(they_fail("build and compile", &b, compile));
    sck_plan_free(they_fail("compile a deep graph", &b, compile_deep));
    free(they_fail("print", &b, print));
    they_fail("noise run", &b, simulate);
    /* The evaluator keeps a ring for short diagonals from the first on. */
    CU_ASSERT_EQUAL(sck_plan_prepare(b.plan, b.evaluator, b.run), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(b.run), SCK_OK);
    sck_plan_release(b.plan);
    they_fail("prepare", &b, prepare);
    stop(&b);
}

static void runs(void)
{
    const double x[IN] = {0.5, -0.5};
    struct bench b;

    start(&b);
    CU_ASSERT_EQUAL(sck_evaluator_add_keys(b.evaluator, b.run, b.keys), SCK_OK);
    CU_ASSERT_EQUAL(sck_plan_prepare(b.plan, b.evaluator, b.run), SCK_OK);
    input[0] = encrypt(&b, x, IN);
    input[1] = encrypt(&b, x, HIDDEN);
    they_fail("run", &b, run);
    sck_ciphertext_free(input[0]);
    sck_ciphertext_free(input[1]);
    stop(&b);
}

static CU_TestInfo cases[] = {
    {"plans", plans},
    {"runs", runs},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc, cases)
