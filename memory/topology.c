/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "topology.h"

#include <hwloc.h>
#include <stdlib.h>
#include <string.h>

static sck_status look(hwloc_topology_t *topology)
{
    if (hwloc_topology_init(topology) != 0)
        return SCK_FAIL(SCK_ERR_DEVICE, "hwloc does not start");
    if (hwloc_topology_load(*topology) != 0) {
        hwloc_topology_destroy(*topology);
        return SCK_FAIL(SCK_ERR_DEVICE, "hwloc finds no topology");
    }
    return SCK_OK;
}

/* 0 where hwloc knows of none, or has them at several depths. */
static uint32_t count(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    const int objects = hwloc_get_nbobjs_by_type(topology, type);

    return objects > 0 ? (uint32_t)objects : 0;
}

sck_status sck_topology_get(struct sck_topology *seen)
{
    hwloc_topology_t topology;

    memset(seen, 0, sizeof *seen);
    SCK_TRY(look(&topology));
    const hwloc_obj_t l2 =
        hwloc_get_obj_by_type(topology, HWLOC_OBJ_L2CACHE, 0);
    const uint32_t nodes = count(topology, HWLOC_OBJ_NUMANODE);

    seen->threads = count(topology, HWLOC_OBJ_PU);
    seen->cores = count(topology, HWLOC_OBJ_CORE);
    if (seen->cores == 0)
        seen->cores = seen->threads;
    seen->numa_nodes = nodes != 0 ? nodes : 1;
    if (l2 != NULL)
        seen->l2_bytes = l2->attr->cache.size;
    seen->memory_bytes = hwloc_get_root_obj(topology)->total_memory;
    hwloc_topology_destroy(topology);
    return SCK_OK;
}

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

sck_status sck_topology_spread(uint32_t wanted, uint32_t *cores)
{
    hwloc_topology_t topology;
    sck_status status = SCK_OK;

    SCK_TRY(look(&topology));
    const uint32_t there = count(topology, HWLOC_OBJ_CORE);
    hwloc_obj_t root = hwloc_get_root_obj(topology);
    hwloc_cpuset_t *sets = calloc(there + 1, sizeof *sets);

    if (wanted == 0 || wanted > there)
        status = SCK_FAIL(SCK_ERR_ARGUMENT, "%u of %u cores", wanted, there);
    else if (sets == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u sets of cores", there);
    else if (hwloc_distrib(topology, &root, 1, sets, wanted,
                           hwloc_get_type_depth(topology, HWLOC_OBJ_CORE),
                           0) != 0)
        status = SCK_FAIL(SCK_ERR_DEVICE, "hwloc spreads no workers");
    for (uint32_t i = 0; i < wanted && status == SCK_OK; i++) {
        const hwloc_obj_t core = hwloc_get_next_obj_covering_cpuset_by_type(
            topology, sets[i], HWLOC_OBJ_CORE, NULL);
        /* A share of several cores is covered by none: its first one. */
        const hwloc_obj_t first =
            core != NULL ? core
                         : hwloc_get_obj_inside_cpuset_by_type(
                               topology, sets[i], HWLOC_OBJ_CORE, 0);

        if (first == NULL)
            status = SCK_FAIL(SCK_ERR_DEVICE, "hwloc finds no core %u", i);
        else
            cores[i] = first->logical_index;
    }
    for (uint32_t i = 0; sets != NULL && i < there; i++)
        hwloc_bitmap_free(sets[i]);
    free(sets);
    hwloc_topology_destroy(topology);
    if (status == SCK_OK)
        qsort(cores, wanted, sizeof *cores, ascending);
    return status;
}
