/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite memory.topology: what hwloc says of the machine, and cores apart. A
 * synthetic machine stands in for one that is not here. */
#define _POSIX_C_SOURCE 200809L
#include "sck_test.h"
#include "topology.h"

#include <stdlib.h>
#include <string.h>

static void this_machine_has_cores_and_memory(void)
{
    struct sck_topology t;

    CU_ASSERT_EQUAL(sck_topology_get(&t), SCK_OK);
    CU_ASSERT_TRUE(t.cores >= 1 && t.threads >= t.cores && t.numa_nodes >= 1);
    CU_ASSERT_TRUE(t.memory_bytes > 1 << 20);
}

/* Two packages of two L3 of two cores of two threads. */
static void a_synthetic_machine_is_counted(void)
{
    struct sck_topology t;

    CU_ASSERT_EQUAL(sck_topology_get(&t), SCK_OK);
    CU_ASSERT_EQUAL(t.cores, 8);
    CU_ASSERT_EQUAL(t.threads, 16);
    CU_ASSERT_EQUAL(t.numa_nodes, 2);
    CU_ASSERT_TRUE(t.l2_bytes > 0);
}

static void few_workers_go_to_different_caches(void)
{
    static const uint32_t two[] = {0, 4}, four[] = {0, 2, 4, 6};
    uint32_t cores[8] = {0};

    CU_ASSERT_EQUAL(sck_topology_spread(2, cores), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(cores, two, sizeof two), 0);
    CU_ASSERT_EQUAL(sck_topology_spread(4, cores), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(cores, four, sizeof four), 0);
    CU_ASSERT_EQUAL(sck_topology_spread(8, cores), SCK_OK);
    for (uint32_t i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(cores[i], i);
}

static void more_than_the_cores_is_refused(void)
{
    uint32_t cores[9];

    CU_ASSERT_EQUAL(sck_topology_spread(9, cores), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_topology_spread: 9 of 8 cores");
    CU_ASSERT_EQUAL(sck_topology_spread(0, cores), SCK_ERR_ARGUMENT);
}

static void workers_take_cores_and_are_counted(void)
{
    char cores[16 * SCK_CORE_BYTES];

    CU_ASSERT_EQUAL(sck_workers_place(2, 16, cores), SCK_OK);
    CU_ASSERT_STRING_EQUAL(cores, "0 4");
    CU_ASSERT_EQUAL(sck_workers_place(8, 16, cores), SCK_OK);
    CU_ASSERT_STRING_EQUAL(cores, "");
    CU_ASSERT_EQUAL(sck_workers_place(9, 16, cores), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_session_new: 9 workers, but there are 8 cores, "
                           "of 2 threads each, and a worker takes a core "
                           "(STARPU_NTHREADS_PER_CORE)");
    CU_ASSERT_EQUAL(sck_workers_place(5, 4, cores), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_session_new: 5 workers, but this StarPU was "
                           "built for at most 4 (--enable-maxcpus)");
    setenv("STARPU_NTHREADS_PER_CORE", "2", 1);
    CU_ASSERT_EQUAL(sck_workers_place(16, 16, cores), SCK_OK);
    CU_ASSERT_EQUAL(sck_workers_place(17, 32, cores), SCK_ERR_ARGUMENT);
    unsetenv("STARPU_NTHREADS_PER_CORE");
}

static void on_synthetic(void (*test)(void))
{
    setenv("HWLOC_SYNTHETIC", "package:2 numa:1 l3:2 l2:2 core:1 pu:2", 1);
    test();
    unsetenv("HWLOC_SYNTHETIC");
}

static void synthetic_counted(void)
{
    on_synthetic(a_synthetic_machine_is_counted);
}

static void synthetic_spread(void)
{
    on_synthetic(few_workers_go_to_different_caches);
}

static void synthetic_refused(void)
{
    on_synthetic(more_than_the_cores_is_refused);
}

static void synthetic_workers(void)
{
    on_synthetic(workers_take_cores_and_are_counted);
}

static CU_TestInfo cases[] = {
    {"this_machine_has_cores_and_memory", this_machine_has_cores_and_memory},
    {"a_synthetic_machine_is_counted", synthetic_counted},
    {"few_workers_go_to_different_caches", synthetic_spread},
    {"more_than_the_cores_is_refused", synthetic_refused},
    {"workers_take_cores_and_are_counted", synthetic_workers},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(topology, cases)
