/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* plan: what a model needs; and what every command that takes one loads. */
#include "commands.h"

#include "sck_mlp.h"

#include <stdlib.h>

sck_status load_plan(const struct options *options, sck_params **params,
                     sck_plan **plan)
{
    sck_tensors *weights = NULL;
    sck_status status = sck_params_named(options->params, params);

    if (status == SCK_OK)
        status = sck_tensors_open(options->model, &weights);
    if (status == SCK_OK)
        status = sck_mlp_compile(weights, *params, plan);
    sck_tensors_free(weights);
    if (status != SCK_OK) {
        sck_params_free(*params);
        *params = NULL;
    }
    return status;
}

static uint64_t port_bytes(const sck_params *params,
                           const struct sck_plan_port *port, uint32_t ports)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < ports; i++) {
        uint32_t limbs;

        (void)sck_params_primes(params, port[i].level, &limbs);
        bytes += (uint64_t)2 * limbs * 4 << sck_params_logn(params);
    }
    return bytes;
}

uint64_t predicted_bytes(const sck_params *params, const sck_plan *plan,
                         uint32_t count)
{
    enum { SHARE = 12, MOST_KEPT = 256 << 20 };
    struct sck_plan_totals totals;
    uint32_t ins, outs, primes;
    const struct sck_plan_port *in = sck_plan_inputs(plan, &ins);
    const struct sck_plan_port *out = sck_plan_outputs(plan, &outs);

    sck_plan_get_totals(plan, &totals);
    (void)sck_params_all_primes(params, &primes);
    /* Freed blocks whose memory is kept for the next ones (memory/chunks.c). */
    const uint64_t share = totals.peak_bytes / SHARE;
    const uint64_t kept = share < MOST_KEPT ? share : MOST_KEPT;

    /* A prime's twiddles and companions, four rows of words, and those of both
     * directions' runs, five quarters of a row each. */
    return totals.peak_bytes + kept +
           ((uint64_t)primes * 26 << sck_params_logn(params)) +
           count *
               (port_bytes(params, in, ins) + port_bytes(params, out, outs));
}

int command_plan(const struct options *o)
{
    const uint32_t count = o->count != 0 ? o->count : 1;
    sck_params *params = NULL;
    sck_plan *plan = NULL;
    struct keep keep = {0};
    char *text = NULL;
    sck_status status;

    if (options_need(o->params, "--params") != 0 ||
        options_need(o->model, "--model") != 0)
        return EXIT_USAGE;
    status = load_plan(o, &params, &plan);
    if (status == SCK_OK)
        status = keep_layers(o, plan, &keep);
    if (status == SCK_OK)
        status = sck_plan_print(plan, SCK_PLAN_TEXT, &text);
    if (status == SCK_OK)
        say(o,
            "%srun        %.1f MiB for %u inputs, beyond the program's own "
            "start\n",
            text, (double)predicted_bytes(params, plan, count) / 1048576,
            count);
    free(text);
    text = NULL;
    if (status == SCK_OK && o->json != NULL)
        status = sck_plan_print(plan, SCK_PLAN_JSON, &text);
    if (text != NULL) {
        json_t *json = json_loads(text, 0, NULL);

        json_object_set_new(
            json, "run_bytes",
            json_integer((json_int_t)predicted_bytes(params, plan, count)));
        status = report_json(o, json);
    }
    free(text);
    keep_free(&keep);
    sck_plan_free(plan);
    sck_params_free(params);
    return status == SCK_OK ? 0 : fail(status);
}
