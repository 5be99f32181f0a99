/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* doctor: what this machine offers, and what a run would use of it. */
#include "commands.h"

#include "block.h"
#include "environment.h"
#include "grain.h"
#include "isa.h"
#include "ring.h"
#include "topology.h"

/* Of well-known sets: what a session without a grain of its own takes, with
 * this machine's GPUs or else on its cores, which goes into the object; and the
 * other. */
static void say_grains(const struct options *o, uint32_t workers, uint32_t gpus,
                       json_t *limbs)
{
    static const char *const sets[] = {"l13-30", "l14-40", "l15-40", "b16-40"};
    struct sck_rates rates;
    char path[SCK_RATES_PATH];
    const sck_status status = sck_rates_here(&rates, path);

    if (status != SCK_OK)
        say(o, "rates       generic: %s\n", sck_last_error());
    else
        say(o, "rates       %s\n",
            path[0] != 0 ? path
                         : "generic; starcloak calibrate measures this "
                           "machine's");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct sck_grain cores, gpu;
        sck_params *params = NULL;

        if (sck_params_named(sets[i], &params) != SCK_OK)
            continue;
        sck_grain_choose(params, &rates, workers, &cores);
        sck_grain_for_gpus(params, &gpu);
        say(o, "%-11s %s\n", sets[i], gpus != 0 ? gpu.why : cores.why);
        say(o, "  %-9s %s\n", gpus != 0 ? "no GPU" : "on a GPU",
            gpus != 0 ? cores.why : gpu.why);
        (void)json_object_set_new(
            limbs, sets[i], json_integer(gpus != 0 ? gpu.limbs : cores.limbs));
        sck_params_free(params);
    }
}

int command_doctor(const struct options *o)
{
    struct sck_topology machine;
    struct sck_session_stats stats;
    sck_session *session = NULL;
    enum sck_isa isa;
    sck_status status = sck_topology_get(&machine);

    if (status == SCK_OK)
        status = sck_isa_allowed(&isa);
    if (status == SCK_OK)
        status = sck_session_new(NULL, &session);
    if (status != SCK_OK)
        return fail(status);
    const uint32_t gpus = sck_session_gpus(session);
    const uint32_t workers = sck_session_workers(session) - gpus;

    sck_session_get_stats(session, &stats);
    sck_session_free(session);
    say(o, "cores       %u, of %u threads in all\n", machine.cores,
        machine.threads);
    say(o, "NUMA nodes  %u\n", machine.numa_nodes);
    say(o, "L2 cache    %llu KiB a core\n",
        (unsigned long long)machine.l2_bytes >> 10);
    say(o, "memory      %llu MiB\n",
        (unsigned long long)machine.memory_bytes >> 20);
    say(o, "kernels     %s\n", sck_isa_name(isa));
    say(o, "StarPU      %s, scheduler %s\n", stats.starpu_version,
        sck_environment_scheduler());
    say(o, "workers     %u, one a core\n", workers);
    say(o, "GPUs        %u, by StarPU's workers for them\n", gpus);
    json_t *limbs = json_object();

    say_grains(o, workers, gpus, limbs);
    if (o->json != NULL)
        status = report_json(
            o, json_pack(
                   "{s:i, s:i, s:i, s:I, s:I, s:s, s:s, s:s, s:i, s:i, "
                   "s:O}",
                   "cores", (int)machine.cores, "threads", (int)machine.threads,
                   "numa_nodes", (int)machine.numa_nodes, "l2_bytes",
                   (json_int_t)machine.l2_bytes, "memory_bytes",
                   (json_int_t)machine.memory_bytes, "kernels",
                   sck_isa_name(isa), "starpu", stats.starpu_version,
                   "scheduler", sck_environment_scheduler(), "workers",
                   (int)workers, "gpus", (int)gpus, "limbs_per_block", limbs));
    json_decref(limbs);
    return status == SCK_OK ? 0 : fail(status);
}
