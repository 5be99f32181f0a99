/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How many workers there can be, and on which cores. */
#include "runtime_priv.h"
#include "topology.h"

#include <stdio.h>
#include <stdlib.h>

/* StarPU itself starts fewer workers than asked for, with a warning. */
static sck_status check(uint32_t workers, const struct sck_topology *machine)
{
    const char *text = getenv("STARPU_NTHREADS_PER_CORE");
    const uint32_t smt = machine->threads / machine->cores;
    unsigned long a_core = text != NULL ? strtoul(text, NULL, 10) : 1;

    if (a_core < 1)
        a_core = 1;
    const uint64_t most =
        (uint64_t)machine->cores * (a_core < smt ? a_core : smt);

    if (workers > STARPU_MAXCPUS)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%u workers, but this StarPU was built for at most %d "
                        "(--enable-maxcpus)",
                        workers, STARPU_MAXCPUS);
    if (workers > most)
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%u workers, but a worker takes a core and there are "
                        "%u, of %u threads each (STARPU_NTHREADS_PER_CORE)",
                        workers, machine->cores, smt);
    return SCK_OK;
}

sck_status sck_workers_place(uint32_t workers, char *text)
{
    uint32_t cores[STARPU_MAXCPUS];
    struct sck_topology machine;
    size_t used = 0;

    text[0] = 0;
    SCK_TRY(sck_topology_get(&machine));
    SCK_TRY(check(workers, &machine));
    if (workers >= machine.cores)
        return SCK_OK;
    SCK_TRY(sck_topology_spread(workers, cores));
    for (uint32_t i = 0; i < workers; i++)
        used += (size_t)snprintf(text + used, SCK_CORES_BYTES - used, "%s%u",
                                 i == 0 ? "" : " ", cores[i]);
    return SCK_OK;
}
