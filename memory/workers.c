/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How many workers there can be, and on which cores. */
#include "topology.h"

#include <stdio.h>
#include <stdlib.h>

/* StarPU itself starts fewer workers than asked for, with a warning. */
static sck_status check(uint32_t workers, uint32_t most,
                        const struct sck_topology *machine)
{
    const char *text = getenv("STARPU_NTHREADS_PER_CORE");
    const uint32_t smt = machine->threads / machine->cores;
    unsigned long a_core = text != NULL ? strtoul(text, NULL, 10) : 1;

    if (a_core < 1)
        a_core = 1;
    if (workers > most)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%u workers, but this StarPU was built for at most %u "
                        "(--enable-maxcpus)",
                        workers, most);
    if (workers > (uint64_t)machine->cores * (a_core < smt ? a_core : smt))
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%u workers, but there are %u cores, of %u threads "
                        "each, and a worker takes a core "
                        "(STARPU_NTHREADS_PER_CORE)",
                        workers, machine->cores, smt);
    return SCK_OK;
}

sck_status sck_workers_place(uint32_t workers, uint32_t most, char *text)
{
    struct sck_topology machine;
    uint32_t *cores;
    size_t used = 0;

    text[0] = 0;
    SCK_TRY(sck_topology_get(&machine));
    SCK_TRY(check(workers, most, &machine));
    if (workers >= machine.cores)
        return SCK_OK;
    cores = calloc(workers, sizeof *cores);
    if (cores == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u cores", workers);
    const sck_status status = sck_topology_spread(workers, cores);

    for (uint32_t i = 0; i < workers && status == SCK_OK; i++)
        used +=
            (size_t)snprintf(text + used, (size_t)SCK_CORE_BYTES * most - used,
                             "%s%u", i == 0 ? "" : " ", cores[i]);
    free(cores);
    return status;
}
