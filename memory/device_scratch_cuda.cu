/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One list for all streams: a few entries, looked up once a task. */
extern "C" {
#include "device_scratch.h"
}

#include <cstdlib>
#include <cuda_runtime.h>
#include <pthread.h>

namespace
{
struct scratch {
    struct scratch *next;
    const void *stream;
    int device;
    size_t bytes;
    void *memory;
};

struct scratch *newest;
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct scratch *find(int device, const void *stream)
{
    struct scratch *s = nullptr;

    pthread_mutex_lock(&lock);
    for (s = newest; s != nullptr; s = s->next)
        if (s->device == device && s->stream == stream)
            break;
    if (s == nullptr) {
        s = static_cast<struct scratch *>(calloc(1, sizeof *s));
        if (s != nullptr) {
            s->next = newest;
            s->stream = stream;
            s->device = device;
            newest = s;
        }
    }
    pthread_mutex_unlock(&lock);
    return s;
}
} // namespace

extern "C" int sck_device_scratch(const void *stream, size_t bytes,
                                  void **memory)
{
    int device = 0;

    *memory = nullptr;
    if (bytes == 0)
        return cudaSuccess;
    cudaError_t status = cudaGetDevice(&device);

    if (status != cudaSuccess)
        return status;
    /* Only its stream's calls change an entry. */
    struct scratch *s = find(device, stream);

    if (s == nullptr)
        return cudaErrorMemoryAllocation;
    if (s->bytes < bytes) {
        /* Kernels that are still to run have the old one. */
        if (s->memory != nullptr)
            status = cudaStreamSynchronize(
                static_cast<cudaStream_t>(const_cast<void *>(stream)));
        if (status != cudaSuccess)
            return status;
        cudaFree(s->memory);
        s->memory = nullptr;
        s->bytes = 0;
        status = cudaMalloc(&s->memory, bytes);
        if (status != cudaSuccess)
            return status;
        s->bytes = bytes;
    }
    *memory = s->memory;
    return cudaSuccess;
}

extern "C" void sck_device_scratch_free(void)
{
    pthread_mutex_lock(&lock);
    while (newest != nullptr) {
        struct scratch *s = newest;

        newest = s->next;
        cudaSetDevice(s->device);
        cudaFree(s->memory);
        free(s);
    }
    pthread_mutex_unlock(&lock);
}
