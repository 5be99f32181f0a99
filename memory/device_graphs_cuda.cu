/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A graph belongs to a stream: launches of one graph follow one another, so
 * streams that shared it would wait. Arguments go into its nodes: a table of
 * pointers in device memory would be a copy that every graph begins with, and
 * one more dependency. */
#include "device_graphs.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <cuda_runtime.h>
#include <pthread.h>

namespace
{
/* Kernels of a graph; fewer than LEAST gain nothing. Graphs a process keeps: a
 * bootstrap has some hundred shapes. */
enum { MOST = 64, LEAST = 3, LISTS = 256, GRAPHS = 2048 };

/* Arguments begin at multiples of it. */
constexpr size_t ALIGNED = 16;

struct recorder {
    bool records = false;
    uint32_t count = 0;
    struct sck_device_kernel launch[MOST];
    size_t at[MOST];
    char *bytes = nullptr;
    size_t used = 0, room = 0;

    ~recorder()
    {
        free(bytes);
    }
};

struct graph {
    struct graph *next;
    const void *stream;
    int device;
    uint32_t count;
    struct sck_device_kernel launch[MOST];
    cudaGraph_t whole;
    cudaGraphExec_t ready;
    cudaGraphNode_t node[MOST];
    char *bytes; /* the nodes' arguments, as a recorder has them */
};

thread_local struct recorder recorder;
struct graph *lists[LISTS];
struct sck_device_graph_counts counts;
std::atomic<uint32_t> kept;
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool same(const struct sck_device_kernel &a, const struct sck_device_kernel &b)
{
    return a.kernel == b.kernel && a.bytes == b.bytes &&
           a.threads == b.threads && memcmp(a.grid, b.grid, sizeof a.grid) == 0;
}

struct graph **list_of(const struct recorder &r, int device, const void *stream)
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

struct graph *find(const struct recorder &r, int device, const void *stream)
{
    struct graph *g = nullptr;

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

void drop(struct graph *g)
{
    if (g->ready != nullptr)
        cudaGraphExecDestroy(g->ready);
    if (g->whole != nullptr)
        cudaGraphDestroy(g->whole);
    free(g->bytes);
    free(g);
}

/* The node that the last launch on a stream became. */
cudaError_t last_node(cudaStream_t stream, cudaGraphNode_t *node)
{
    cudaStreamCaptureStatus state = cudaStreamCaptureStatusNone;
    const cudaGraphNode_t *before = nullptr;
    size_t count = 0;
#if CUDART_VERSION >= 13000
    const cudaError_t status = cudaStreamGetCaptureInfo(
        stream, &state, nullptr, nullptr, &before, nullptr, &count);
#else
    const cudaError_t status = cudaStreamGetCaptureInfo_v2(
        stream, &state, nullptr, nullptr, &before, &count);
#endif

    if (status != cudaSuccess)
        return status;
    if (state != cudaStreamCaptureStatusActive || count != 1)
        return cudaErrorStreamCaptureInvalidated;
    *node = before[0];
    return cudaSuccess;
}

/* One kernel after another on a stream of its own: the task's may be one that
 * cannot be captured. Relaxed, since a kernel's first launch may load its code,
 * which other modes may refuse while the thread captures. */
cudaError_t capture(const struct recorder &r, struct graph *g)
{
    cudaStream_t apart = nullptr;
    cudaError_t status =
        cudaStreamCreateWithFlags(&apart, cudaStreamNonBlocking);

    if (status != cudaSuccess)
        return status;
    status = cudaStreamBeginCapture(apart, cudaStreamCaptureModeRelaxed);
    if (status == cudaSuccess) {
        for (uint32_t i = 0; i < r.count && status == cudaSuccess; i++) {
            status = static_cast<cudaError_t>(
                r.launch[i].run(&r.launch[i], r.bytes + r.at[i], apart));
            if (status == cudaSuccess)
                status = last_node(apart, &g->node[i]);
        }
        const cudaError_t ended = cudaStreamEndCapture(apart, &g->whole);

        status = status == cudaSuccess ? ended : status;
    }
    cudaStreamDestroy(apart);
    if (status == cudaSuccess)
        status = cudaGraphInstantiate(&g->ready, g->whole, 0);
    return status;
}

cudaError_t make(const struct recorder &r, int device, const void *stream,
                 struct graph **made)
{
    struct graph *g = static_cast<struct graph *>(calloc(1, sizeof *g));

    if (g != nullptr)
        g->bytes = static_cast<char *>(malloc(r.used));
    if (g == nullptr || g->bytes == nullptr) {
        free(g);
        return cudaErrorMemoryAllocation;
    }
    g->stream = stream;
    g->device = device;
    g->count = r.count;
    memcpy(g->launch, r.launch, r.count * sizeof r.launch[0]);
    memcpy(g->bytes, r.bytes, r.used);
    const cudaError_t status = capture(r, g);

    if (status != cudaSuccess) {
        drop(g);
        return status;
    }
    pthread_mutex_lock(&lock);
    struct graph **const list = list_of(r, device, stream);

    g->next = *list;
    *list = g;
    kept++;
    counts.captured++;
    pthread_mutex_unlock(&lock);
    *made = g;
    return cudaSuccess;
}

/* Only its stream's calls change a graph. */
cudaError_t update(const struct recorder &r, struct graph *g)
{
    cudaError_t status = cudaSuccess;
    uint64_t updated = 0;

    for (uint32_t i = 0; i < r.count && status == cudaSuccess; i++) {
        const struct sck_device_kernel &l = r.launch[i];
        void *argument[] = {r.bytes + r.at[i]};
        cudaKernelNodeParams params = {};

        if (memcmp(g->bytes + r.at[i], argument[0], l.bytes) == 0)
            continue;
        params.func = const_cast<void *>(l.kernel);
        params.gridDim = dim3(l.grid[0], l.grid[1], l.grid[2]);
        params.blockDim = dim3(l.threads);
        params.kernelParams = argument;
        status =
            cudaGraphExecKernelNodeSetParams(g->ready, g->node[i], &params);
        if (status == cudaSuccess)
            memcpy(g->bytes + r.at[i], argument[0], l.bytes);
        updated++;
    }
    pthread_mutex_lock(&lock);
    counts.updated += updated;
    counts.replayed++;
    pthread_mutex_unlock(&lock);
    return status;
}

/* What is recorded, kernel by kernel; records no more. */
int flush(struct recorder &r, void *stream)
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

bool reserve(struct recorder &r, size_t bytes)
{
    const size_t wanted = r.used + bytes;

    if (r.count == MOST)
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
    struct recorder &r = recorder;

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
    struct recorder &r = recorder;
    struct graph *g = nullptr;
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
    status = g == nullptr ? make(r, device, stream, &g) : update(r, g);
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
    for (struct graph *&list : lists)
        while (list != nullptr) {
            struct graph *const g = list;

            list = g->next;
            cudaSetDevice(g->device);
            drop(g);
        }
    kept = 0;
    counts = {};
    pthread_mutex_unlock(&lock);
}
