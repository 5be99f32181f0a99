/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
extern "C" {
#include "device_room.h"
}

#include <cuda_runtime.h>

extern "C" int sck_device_count(void)
{
    int count = 0;

    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

extern "C" uint64_t sck_device_room(int device, unsigned streams)
{
    size_t available = 0, whole = 0;
    int before = 0;

    if (cudaGetDevice(&before) != cudaSuccess ||
        cudaSetDevice(device) != cudaSuccess)
        return 0;
    const cudaError_t status = cudaMemGetInfo(&available, &whole);

    cudaSetDevice(before);
    const uint64_t kept = ((uint64_t)(600 + 200 * streams) << 20) + whole / 50;

    return status == cudaSuccess && available > kept ? available - kept : 0;
}
