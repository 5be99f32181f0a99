/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "emulation.h"

#include "cuda_runtime.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace
{
enum { DEVICES = 2 };

thread_local int current;
std::atomic<uint64_t> held, waits;
std::atomic<int> failing;
} // namespace

cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    *memory = failing ? nullptr : malloc(bytes);
    if (*memory == nullptr)
        return cudaErrorMemoryAllocation;
    held++;
    return cudaSuccess;
}

cudaError_t cudaFree(void *memory)
{
    if (memory != nullptr)
        held--;
    free(memory);
    return cudaSuccess;
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind)
{
    memcpy(to, from, bytes);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t)
{
    waits++;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int *device)
{
    *device = current;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device)
{
    if (device < 0 || device >= DEVICES)
        return cudaErrorInvalidValue;
    current = device;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    *count = DEVICES;
    return cudaSuccess;
}

/* Device 1 is full but for half. */
cudaError_t cudaMemGetInfo(size_t *available, size_t *whole)
{
    if (failing)
        return cudaErrorMemoryAllocation;
    *whole = (size_t)SCK_EMULATION_MIB << 20;
    *available = current == 0 ? *whole : *whole / 2;
    return cudaSuccess;
}

extern "C" void sck_emulation_device(int device)
{
    cudaSetDevice(device);
}

extern "C" uint64_t sck_emulation_held(void)
{
    return held;
}

extern "C" uint64_t sck_emulation_waits(void)
{
    return waits;
}

extern "C" void sck_emulation_memory(int fails)
{
    failing = fails;
}
