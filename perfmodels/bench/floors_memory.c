/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The buffers of the memory rates, and ways through them. */
#include "floors.h"

#include <hwloc.h>
#include <string.h>

static size_t at(const struct floor_memory *m, uint64_t round)
{
    return round % (m->half / m->step) * m->step;
}

void floor_copy(void *context, uint64_t round)
{
    struct floor_memory *m = context;
    uint32_t *to = m->words + at(m, round);
    const uint32_t *from = m->words + m->half + at(m, round);

    if (m->way == 2)
        memcpy(to, from, m->step * sizeof *to);
    else
        m->loops->copy(to, from, m->step, m->way);
}

void floor_read(void *context, uint64_t round)
{
    struct floor_memory *m = context;

    m->sum += m->loops->read(m->words + at(m, round), m->step);
}

void floor_update(void *context, uint64_t round)
{
    struct floor_memory *m = context;

    (void)round;
    m->loops->update(m->words, 2 * m->half);
}

static size_t cache(hwloc_topology_t topology, hwloc_obj_type_t type,
                    size_t otherwise)
{
    const hwloc_obj_t at = hwloc_get_obj_by_type(topology, type, 0);

    return at != NULL && at->attr->cache.size > 0 ? at->attr->cache.size
                                                  : otherwise;
}

static void look_at_caches(struct bench *b)
{
    hwloc_topology_t topology;
    size_t l3 = 32 << 20;

    b->l2_bytes = 1 << 20;
    if (hwloc_topology_init(&topology) == 0) {
        if (hwloc_topology_load(topology) == 0) {
            b->l2_bytes = cache(topology, HWLOC_OBJ_L2CACHE, b->l2_bytes);
            l3 = cache(topology, HWLOC_OBJ_L3CACHE, l3);
        }
        hwloc_topology_destroy(topology);
    }
    b->l3_bytes = l3;
    b->pool_bytes = 4 * l3;
    if (b->pool_bytes > (size_t)512 << 20)
        b->pool_bytes = (size_t)512 << 20;
    b->pool_bytes = b->pool_bytes >> 22 << 22;
    if (b->pool_bytes < (size_t)64 << 20)
        b->pool_bytes = (size_t)64 << 20;
}

void floor_open_pool(struct bench *b)
{
    if (b->pool != NULL)
        return;
    look_at_caches(b);
    b->pool = bench_alloc(b->pool_bytes);
    memset(b->pool, 1, b->pool_bytes);
}
