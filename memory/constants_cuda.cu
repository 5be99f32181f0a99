/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One list for all devices: a session has some hundred constants at most, and
 * each task looks a few up. */
extern "C" {
#include "constants.h"
#include "device_scratch.h"
}

#include <cstdlib>
#include <cuda_runtime.h>
#include <pthread.h>

namespace
{
struct constant {
    struct constant *next;
    uint64_t key;
    int device;
    uint32_t *copy;
};

struct constant *newest;
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

cudaError_t make(uint64_t key, int device, const uint32_t *words, size_t count,
                 const uint32_t **copy)
{
    struct constant *c = static_cast<struct constant *>(malloc(sizeof *c));

    if (c == nullptr)
        return cudaErrorMemoryAllocation;
    c->next = newest;
    c->key = key;
    c->device = device;
    c->copy = nullptr;
    cudaError_t status =
        cudaMalloc(reinterpret_cast<void **>(&c->copy), count * sizeof *words);

    if (status == cudaSuccess)
        status = cudaMemcpy(c->copy, words, count * sizeof *words,
                            cudaMemcpyHostToDevice);
    if (status != cudaSuccess) {
        cudaFree(c->copy);
        free(c);
        return status;
    }
    newest = c;
    *copy = c->copy;
    return cudaSuccess;
}
} // namespace

extern "C" int sck_constants_find(uint64_t key, const uint32_t *words,
                                  size_t count, const uint32_t **copy)
{
    int device = 0;
    cudaError_t status = cudaGetDevice(&device);

    *copy = nullptr;
    if (status != cudaSuccess)
        return status;
    pthread_mutex_lock(&lock);
    for (const struct constant *c = newest; c != nullptr; c = c->next)
        if (c->key == key && c->device == device) {
            *copy = c->copy;
            break;
        }
    if (*copy == nullptr)
        status = make(key, device, words, count, copy);
    pthread_mutex_unlock(&lock);
    return status;
}

extern "C" void sck_constants_free(void)
{
    sck_device_scratch_free();
    pthread_mutex_lock(&lock);
    while (newest != nullptr) {
        struct constant *c = newest;

        newest = c->next;
        cudaSetDevice(c->device);
        cudaFree(c->copy);
        free(c);
    }
    pthread_mutex_unlock(&lock);
}
