/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The machine that this process may use, as hwloc sees it. */
#ifndef SCK_TOPOLOGY_H
#define SCK_TOPOLOGY_H

#include "sck_status.h"

#include <stdint.h>

/** Counts are of what the process is allowed to run on. */
struct sck_topology {
    uint32_t cores;        /**< physical                                 */
    uint32_t threads;      /**< hardware threads: cores times SMT        */
    uint32_t numa_nodes;   /**< at least 1                               */
    uint64_t l2_bytes;     /**< one core's L2 cache; 0: unknown          */
    uint64_t memory_bytes; /**< main memory                              */
};

/** Looks at the machine.
 *  @return SCK_OK or SCK_ERR_DEVICE; *topology is then all zero */
sck_status sck_topology_get(struct sck_topology *topology);

/** Chooses count of the physical cores, as far apart as caches, packages and
 *  NUMA nodes allow, no two hardware threads of one.
 *
 *  @param[in] count   1 to the cores there are
 *  @param[out] cores  count of hwloc's logical core numbers, ascending
 *  @return SCK_OK, SCK_ERR_ARGUMENT (count), SCK_ERR_MEMORY or SCK_ERR_DEVICE
 */
sck_status sck_topology_spread(uint32_t count, uint32_t *cores);

/** A core's number and a space. */
#define SCK_CORE_BYTES 12

/** Checks a number of workers against the cores and what StarPU was built for.
 *
 *  @param[in] workers  at least 1
 *  @param[in] most     StarPU's limit
 *  @param[out] cores   SCK_CORE_BYTES most bytes: where fewer workers than
 *                      cores go, as STARPU_WORKERS_COREID has it; "" when they
 *                      take every core, and on error
 *  @return SCK_OK, SCK_ERR_ARGUMENT (too many: the numbers are told),
 *          SCK_ERR_MEMORY or SCK_ERR_DEVICE */
sck_status sck_workers_place(uint32_t workers, uint32_t most, char *cores);

#endif
