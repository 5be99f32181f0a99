/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A graph belongs to a stream: launches of one graph follow one another, so
 * streams that shared it would wait. */
#include "device_graph_cuda.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <pthread.h>

namespace
{
/* Fewer kernels than LEAST gain nothing. Graphs a process keeps: a bootstrap
 * has some hundred shapes. */
enum { LEAST = 3, LISTS = 256, GRAPHS = 2048 };

/* Arguments begin at multiples of it. */
constexpr size_t ALIGNED = 16;

thread_local struct sck_device_recorder recorder;
struct sck_device_graph *lists[LISTS];
struct sck_device_graph_counts counts;
std::atomic<uint32_t> kept;
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool same(const struct sck_device_kernel &a, const struct sck_device_kernel &b)
{
    return a.kernel == b.kernel && a.bytes == b.bytes &&
           a.threads == b.threads && memcmp(a.grid, b.grid, sizeof a.grid) == 0;
}

struct sck_device_graph **list_of(const struct sck_device_recorder &r,
                                  int device, const void *stream)
{
    uint64_t mixed = reinterpret_cast<uintptr_t>(stream) + (uint64_t)device;

    for (uint32_t i = 0; i < r.count; i++) {
        const struct sck_device_kernel &l = r.launch[i];

        mixed = (mixed ^ reinterpret_cast<uintptr_t>(l.kernel) ^
                 ((uint64_t)l.grid[0] << 40 | (uint64_t)l.grid[1] << 20 |
                  l.grid[2])) *
                UINT64_C(0x9e3779b97f4a7c15);
    }
    return &lists[mixed >> 56];
}

struct sck_device_graph *find(const struct sck_device_recorder &r, int device,
                              const void *stream)
{
    struct sck_device_graph *g = nullptr;

    pthread_mutex_lock(&lock);
    for (g = *list_of(r, device, stream); g != nullptr; g = g->next) {
        uint32_t i = 0;

        if (g->device != device || g->stream != stream || g->count != r.count)
            continue;
        while (i < r.count && same(g->launch[i], r.launch[i]))
            i++;
        if (i == r.count)
            break;
    }
    pthread_mutex_unlock(&lock);
    return g;
}

/* A new graph of what is recorded. */
cudaError_t add(const struct sck_device_recorder &r, int device,
                const void *stream, struct sck_device_graph **made)
{
    const cudaError_t status = sck_device_graph_make(r, device, stream, made);

    if (status != cudaSuccess)
        return status;
    pthread_mutex_lock(&lock);
    struct sck_device_graph **const list = list_of(r, device, stream);

    (*made)->next = *list;
    *list = *made;
    kept++;
    counts.captured++;
    pthread_mutex_unlock(&lock);
    return cudaSuccess;
}

cudaError_t update(const struct sck_device_recorder &r,
                   struct sck_device_graph *g)
{
    uint64_t updated;
    const cudaError_t status = sck_device_graph_update(r, g, &updated);

    pthread_mutex_lock(&lock);
    counts.updated += updated;
    counts.replayed++;
    pthread_mutex_unlock(&lock);
    return status;
}

/* What is recorded, kernel by kernel; records no more. */
int flush(struct sck_device_recorder &r, void *stream)
{
    int status = cudaSuccess;

    for (uint32_t i = 0; i < r.count && status == cudaSuccess; i++)
        status = r.launch[i].run(&r.launch[i], r.bytes + r.at[i], stream);
    r.records = false;
    r.count = 0;
    pthread_mutex_lock(&lock);
    counts.single++;
    pthread_mutex_unlock(&lock);
    return status;
}

bool reserve(struct sck_device_recorder &r, size_t bytes)
{
    const size_t wanted = r.used + bytes;

    if (r.count == SCK_DEVICE_GRAPH_KERNELS)
        return false;
    if (wanted > r.room) {
        const size_t room = wanted + (64 << 10);
        char *const more = static_cast<char *>(realloc(r.bytes, room));

        if (more == nullptr)
            return false;
        r.bytes = more;
        r.room = room;
    }
    return true;
}
} // namespace

extern "C" void sck_device_record(void)
{
    const char *const wanted = getenv("STARCLOAK_CUDA_GRAPHS");

    recorder.records = wanted == nullptr || strcmp(wanted, "0") != 0;
    recorder.count = 0;
    recorder.used = 0;
}

extern "C" int sck_device_records(void)
{
    return recorder.records;
}

extern "C" int sck_device_launch(const struct sck_device_kernel *launch,
                                 const void *argument, void *stream)
{
    struct sck_device_recorder &r = recorder;

    if (r.records) {
        const size_t bytes = (launch->bytes + ALIGNED - 1) & ~(ALIGNED - 1);

        if (reserve(r, bytes)) {
            r.launch[r.count] = *launch;
            r.at[r.count++] = r.used;
            memcpy(r.bytes + r.used, argument, launch->bytes);
            r.used += bytes;
            return cudaSuccess;
        }
        const int status = flush(r, stream);

        if (status != cudaSuccess)
            return status;
    }
    return launch->run(launch, argument, stream);
}

extern "C" int sck_device_replay(int status, void *stream)
{
    struct sck_device_recorder &r = recorder;
    struct sck_device_graph *g = nullptr;
    int device = 0;

    if (!r.records)
        return status;
    r.records = false;
    if (status != cudaSuccess || r.count == 0)
        return status;
    if (r.count < LEAST)
        return flush(r, stream);
    status = cudaGetDevice(&device);
    if (status != cudaSuccess)
        return status;
    g = find(r, device, stream);
    if (g == nullptr && kept >= GRAPHS)
        return flush(r, stream);
    status = g == nullptr ? add(r, device, stream, &g) : update(r, g);
    return status == cudaSuccess
               ? cudaGraphLaunch(g->ready, static_cast<cudaStream_t>(stream))
               : status;
}

extern "C" void sck_device_graphs_count(struct sck_device_graph_counts *to)
{
    pthread_mutex_lock(&lock);
    *to = counts;
    pthread_mutex_unlock(&lock);
}

extern "C" void sck_device_graphs_free(void)
{
    pthread_mutex_lock(&lock);
    for (struct sck_device_graph *&list : lists)
        while (list != nullptr) {
            struct sck_device_graph *const g = list;

            list = g->next;
            cudaSetDevice(g->device);
            sck_device_graph_drop(g);
        }
    kept = 0;
    counts = {};
    pthread_mutex_unlock(&lock);
}
