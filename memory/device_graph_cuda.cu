/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Arguments go into a graph's nodes: a table of pointers in device memory would
 * be a copy that every graph begins with, and one more dependency. */
#include "device_graph_cuda.h"

#include <cstring>

namespace
{
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
cudaError_t capture(const struct sck_device_recorder &r,
                    struct sck_device_graph *g)
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
} // namespace

void sck_device_graph_drop(struct sck_device_graph *g)
{
    if (g->ready != nullptr)
        cudaGraphExecDestroy(g->ready);
    if (g->whole != nullptr)
        cudaGraphDestroy(g->whole);
    free(g->bytes);
    free(g);
}

cudaError_t sck_device_graph_make(const struct sck_device_recorder &r,
                                  int device, const void *stream,
                                  struct sck_device_graph **made)
{
    struct sck_device_graph *g =
        static_cast<struct sck_device_graph *>(calloc(1, sizeof *g));

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
        sck_device_graph_drop(g);
        return status;
    }
    *made = g;
    return cudaSuccess;
}

cudaError_t sck_device_graph_update(const struct sck_device_recorder &r,
                                    struct sck_device_graph *g,
                                    uint64_t *updated)
{
    cudaError_t status = cudaSuccess;

    *updated = 0;
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
        ++*updated;
    }
    return status;
}
