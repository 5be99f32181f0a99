/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "commands.h"

#include "sck_mlp.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int command_doctor(const struct options *options)
{
    hwloc_topology_t topology;

    (void)options;
    if (hwloc_topology_init(&topology) != 0 ||
        hwloc_topology_load(topology) != 0)
        return fail(SCK_FAIL(SCK_ERR_DEVICE, "hwloc finds no topology"));
    const hwloc_obj_t l2 =
        hwloc_get_obj_by_type(topology, HWLOC_OBJ_L2CACHE, 0);

    printf("cores       %d\n",
           hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE));
    printf("NUMA nodes  %d\n",
           hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE));
    printf("L2 cache    %llu KiB\n",
           l2 != NULL ? (unsigned long long)l2->attr->cache.size >> 10 : 0);
    printf("memory      %llu MiB\n",
           (unsigned long long)hwloc_get_root_obj(topology)->total_memory >>
               20);
    hwloc_topology_destroy(topology);
    sck_session *session = NULL;
    sck_status status = sck_session_new(NULL, &session);

    if (status != SCK_OK)
        return fail(status);
    struct sck_session_stats stats;

    sck_session_get_stats(session, &stats);
    printf("StarPU      %s\nworkers     %u\n", stats.starpu_version,
           sck_session_workers(session));
    sck_session_free(session);
    return 0;
}

int command_info(const struct options *options)
{
    sck_params *p = NULL;

    if (options_need(options->params, "--params") != 0)
        return EXIT_USAGE;
    const sck_status status = sck_params_named(options->params, &p);

    if (status != SCK_OK)
        return fail(status);
    printf("set       %s%s\n", sck_params_name(p),
           sck_params_is_insecure(p) ? " (INSECURE: for tests only)" : "");
    printf("N         2^%u\nlog2 QP   %.1f\nsecurity  %.0f bits\n",
           sck_params_logn(p), sck_params_log2_qp(p),
           sck_params_security_bits(p));
    for (uint32_t l = 0; l < sck_params_levels(p); l++) {
        uint32_t limbs;

        (void)sck_params_primes(p, l, &limbs);
        printf("level %2u  %2u limbs", l, limbs);
        if (l <= sck_params_app_top(p))
            printf("  scale 2^%.6f", sck_scale_log2(sck_params_scale(p, l)));
        printf("  class %d\n", (int)sck_params_class_of(p, l));
    }
    sck_params_free(p);
    return 0;
}

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
    struct sck_plan_totals totals;
    uint32_t ins, outs, primes;
    const struct sck_plan_port *in = sck_plan_inputs(plan, &ins);
    const struct sck_plan_port *out = sck_plan_outputs(plan, &outs);

    sck_plan_get_totals(plan, &totals);
    (void)sck_params_all_primes(params, &primes);
    /* A prime's twiddles and companions: four rows of words. */
    return totals.peak_bytes +
           ((uint64_t)primes * 16 << sck_params_logn(params)) +
           count *
               (port_bytes(params, in, ins) + port_bytes(params, out, outs));
}

int command_plan(const struct options *options)
{
    sck_params *params = NULL;
    sck_plan *plan = NULL;
    char *text = NULL;
    sck_status status;

    if (options_need(options->params, "--params") != 0 ||
        options_need(options->model, "--model") != 0)
        return EXIT_USAGE;
    status = load_plan(options, &params, &plan);
    if (status == SCK_OK)
        status = sck_plan_print(plan, SCK_PLAN_TEXT, &text);
    if (status == SCK_OK) {
        const uint32_t count = options->count != 0 ? options->count : 1;

        fputs(text, stdout);
        printf("run        %.1f MiB for %u inputs, beyond the program's own "
               "start\n",
               (double)predicted_bytes(params, plan, count) / 1048576, count);
    }
    free(text);
    text = NULL;
    if (status == SCK_OK && options->json != NULL) {
        status = sck_plan_print(plan, SCK_PLAN_JSON, &text);
        if (status == SCK_OK)
            status = write_text(options->json, text);
        free(text);
    }
    sck_plan_free(plan);
    sck_params_free(params);
    return status == SCK_OK ? 0 : fail(status);
}

uint64_t peak_resident(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    unsigned long long kib = 0;
    char line[256];

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmHWM: %llu kB", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return (uint64_t)kib << 10;
}
