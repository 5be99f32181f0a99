/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Memory that host and device both see. */
#include "fixture.h"

#include <cuda_runtime.h>

enum { REGIONS = 4096 };

static void *region[REGIONS];
static size_t regions;

void *fixture_memory(size_t bytes)
{
    void *at = NULL;

    if (regions == REGIONS ||
        cudaMallocManaged(&at, bytes > 0 ? bytes : 1, cudaMemAttachGlobal) !=
            cudaSuccess)
        abort();
    memset(at, 0xff, bytes);
    return region[regions++] = at;
}

void fixture_free(void)
{
    while (regions > 0)
        cudaFree(region[--regions]);
}

const void *fixture_constant(const void *words, size_t bytes)
{
    return memcpy(fixture_memory(bytes), words, bytes);
}

int fixture_wait(void)
{
    return cudaDeviceSynchronize();
}
