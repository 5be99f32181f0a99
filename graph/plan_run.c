/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The run on ciphertexts: every step becomes calls of fhe. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>

/* Values by step; an input's is the caller's and never freed. */
struct execution {
    sck_plan *plan;
    sck_run *run;
    const sck_ciphertext *const *inputs;
    uint32_t inputs_used;
    const sck_ciphertext **value;
    sck_ciphertext **owned;
};

static sck_status check_input(const sck_plan *plan, uint32_t i,
                              const sck_ciphertext *x)
{
    const struct sck_plan_port *port = &plan->input[i];

    if (x == NULL)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_plan_run", "input %s is NULL",
                        port->name);
    if (sck_ciphertext_size(x) != 2 || sck_ciphertext_slots(x) != plan->slots ||
        sck_ciphertext_level(x) != port->level)
        return sck_fail(SCK_ERR_SHAPE, "sck_plan_run",
                        "input %s has %u slots, level %u and %u polynomials, "
                        "not %u, %u and 2",
                        port->name, sck_ciphertext_slots(x),
                        sck_ciphertext_level(x), sck_ciphertext_size(x),
                        plan->slots, port->level);
    if (!sck_scale_equal(sck_ciphertext_scale(x), port->scale))
        return sck_fail(SCK_ERR_SHAPE, "sck_plan_run",
                        "input %s has scale 2^%.4f, not the table's 2^%.4f",
                        port->name, sck_scale_log2(sck_ciphertext_scale(x)),
                        sck_scale_log2(port->scale));
    return SCK_OK;
}

static sck_status product(sck_run *run, const sck_ciphertext *a,
                          const sck_ciphertext *b, sck_ciphertext **out)
{
    sck_ciphertext *three = NULL;

    SCK_TRY(sck_eval_mul(run, a, b, &three));
    const sck_status status = sck_eval_relinearise_rescale(run, three, out);

    sck_ciphertext_free(three);
    return status;
}

static sck_status linear(sck_run *run, const struct sck_step *step,
                         const sck_ciphertext *x, sck_ciphertext **out)
{
    sck_ciphertext *y = NULL;

    SCK_TRY(sck_eval_linear(run, x, step->map, &y));
    if (step->bias_plain == NULL) {
        *out = y;
        return SCK_OK;
    }
    const sck_status status = sck_eval_add_plain(run, y, step->bias_plain, out);

    sck_ciphertext_free(y);
    return status;
}

/* A step that shares its bootstrap leaves it to the second of the two. */
static sck_status refresh(struct execution *e, uint32_t at)
{
    const struct sck_step *step = &e->plan->step[at];
    const struct sck_step *first = &e->plan->step[step->with];
    const sck_ciphertext *a = e->value[step->a];
    sck_ciphertext *out[2];

    if (step->share == SCK_WAITS)
        return SCK_OK;
    if (step->share == SCK_ALONE)
        return sck_eval_bootstrap_scaled(e->run, e->plan->bootstrapper, a,
                                         step->down, step->up, &e->owned[at]);
    const struct sck_refresh pair[2] = {
        {e->value[first->a], first->down, first->up},
        {a, step->down, step->up}};

    SCK_TRY(sck_eval_bootstrap_pair(e->run, e->plan->bootstrapper, pair, out));
    e->value[step->with] = e->owned[step->with] = out[0];
    e->owned[at] = out[1];
    return SCK_OK;
}

static sck_status apply(struct execution *e, uint32_t at)
{
    const struct sck_step *step = &e->plan->step[at];
    const sck_ciphertext *a = e->value[step->a], *b = e->value[step->b];
    sck_ciphertext **out = &e->owned[at];

    /* Together in traces, where they would hide the layers that they follow. */
    sck_run_label(e->run, step->placed ? "bootstrap" : step->layer);
    switch (step->op) {
    case SCK_OP_INPUT:
        e->value[at] = e->inputs[e->inputs_used++];
        return SCK_OK;
    case SCK_OP_LINEAR:
        SCK_TRY(linear(e->run, step, a, out));
        break;
    case SCK_OP_ADD:
        SCK_TRY(sck_eval_add(e->run, a, b, out));
        break;
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        SCK_TRY(product(e->run, a, b, out));
        break;
    case SCK_OP_POLY:
        SCK_TRY(
            sck_eval_polynomial(e->run, a, step->fit.c, step->fit.degree, out));
        break;
    case SCK_OP_BOOTSTRAP:
        SCK_TRY(refresh(e, at));
        break;
    case SCK_OP_LOWER:
        SCK_TRY(sck_eval_lower(e->run, a, step->level, out));
        break;
    }
    e->value[at] = *out;
    return SCK_OK;
}

/* Frees a value; tasks that still read it keep its data alive. */
static void release(struct execution *e, uint32_t value)
{
    sck_ciphertext_free(e->owned[value]);
    e->owned[value] = NULL;
}

/* The failure again, with the layer in front. */
static sck_status in_layer(sck_status status, const struct sck_step *step)
{
    char message[400];

    snprintf(message, sizeof message, "%s", sck_last_error());
    return sck_fail(status, "sck_plan_run", "%s (level %u): %s", step->layer,
                    step->from, message);
}

sck_status sck_plan_run(sck_plan *plan, sck_evaluator *evaluator, sck_run *run,
                        const sck_ciphertext *const *inputs,
                        sck_ciphertext **outputs)
{
    struct execution e = {.plan = plan, .run = run, .inputs = inputs};
    sck_status status;

    if (plan == NULL || inputs == NULL || outputs == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "plan, inputs or outputs are NULL");
    for (uint32_t i = 0; i < plan->outputs; i++)
        outputs[i] = NULL;
    for (uint32_t i = 0; i < plan->inputs; i++)
        SCK_TRY(check_input(plan, i, inputs[i]));
    SCK_TRY(sck_plan_prepare(plan, evaluator, run));
    e.value = calloc(plan->steps, sizeof *e.value);
    e.owned = calloc(plan->steps, sizeof *e.owned);
    if (e.value == NULL || e.owned == NULL) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u values", plan->steps);
        goto done;
    }
    status = SCK_OK;
    for (uint32_t i = 0; i < plan->steps && status == SCK_OK; i++) {
        const struct sck_step *step = &plan->step[i];

        status = apply(&e, i);
        if (status != SCK_OK) {
            status = in_layer(status, step);
            break;
        }
        if (plan->step[step->a].last_reader == i)
            release(&e, step->a);
        if (plan->step[step->b].last_reader == i)
            release(&e, step->b);
    }
    for (uint32_t i = 0; i < plan->outputs && status == SCK_OK; i++) {
        outputs[i] = e.owned[plan->output_step[i]];
        e.owned[plan->output_step[i]] = NULL;
    }
done:
    for (uint32_t i = 0; e.owned != NULL && i < plan->steps; i++)
        sck_ciphertext_free(e.owned[i]);
    free(e.value);
    free(e.owned);
    return status;
}
