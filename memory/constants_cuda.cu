/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One table for all devices: a session has some hundred constants, and a task
 * looks up to two a limb up. */
extern "C" {
#include "constants.h"
#include "device_scratch.h"
}
#include "device_graphs.h"

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

enum { LISTS = 1024 };

struct constant *lists[LISTS];
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Keys differ in a prime's bits, at the top, and in their lowest ones. */
struct constant **list_of(uint64_t key, int device)
{
    const uint64_t mixed =
        (key + (uint64_t)device) * UINT64_C(0x9e3779b97f4a7c15);

    return &lists[mixed >> 54];
}

cudaError_t make(uint64_t key, int device, const uint32_t *words, size_t count,
                 const uint32_t **copy)
{
    struct constant *c = static_cast<struct constant *>(malloc(sizeof *c));

    if (c == nullptr)
        return cudaErrorMemoryAllocation;
    c->next = *list_of(key, device);
    c->key = key;
    c->device = device;
    c->copy = nullptr;
    cudaError_t status =
        cudaMalloc(reinterpret_cast<void **>(&c->copy), count * sizeof *words);

    if (status == cudaSuccess)
        status = cudaMemcpy(c->copy, words, count * sizeof *words,
                            cudaMemcpyHostToDevice);
    /* From memory that is not pinned the copy may end after the call, and the
     * tasks' streams do not wait for it. */
    if (status == cudaSuccess)
        status = cudaStreamSynchronize(nullptr);
    if (status != cudaSuccess) {
        cudaFree(c->copy);
        free(c);
        return status;
    }
    *list_of(key, device) = c;
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
    for (const struct constant *c = *list_of(key, device); c != nullptr;
         c = c->next)
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
    sck_device_graphs_free();
    sck_device_scratch_free();
    pthread_mutex_lock(&lock);
    for (struct constant *&list : lists)
        while (list != nullptr) {
            struct constant *c = list;

            list = c->next;
            cudaSetDevice(c->device);
            cudaFree(c->copy);
            free(c);
        }
    pthread_mutex_unlock(&lock);
}
