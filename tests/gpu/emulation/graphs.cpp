/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* CUDA graphs of kernels that follow one another. As on the device, a graph
 * made ready has arguments of its own, and a node takes no other kernel. */
#include "emulation.h"

#include "cuda_runtime.h"

#include <atomic>
#include <cstring>
#include <vector>

struct sck_emulated_node {
    sck_emulated_call call;
    std::vector<char> argument;
};

struct sck_emulated_graph {
    std::vector<sck_emulated_node *> nodes;
};

struct sck_emulated_ready {
    const sck_emulated_graph *of;
    std::vector<sck_emulated_node> nodes;
};

namespace
{
struct stream {
    bool captures = false;
    sck_emulated_graph *graph = nullptr;
};

std::atomic<uint64_t> held;
std::atomic<int> failing, stale;

/* Streams that tests make up are pointers to anything: only those made here
 * are looked into. */
thread_local std::vector<stream *> streams;

stream *known(cudaStream_t handle)
{
    for (stream *s : streams)
        if (s == handle)
            return s;
    return nullptr;
}
} // namespace

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *made, unsigned)
{
    streams.push_back(new stream);
    *made = streams.back();
    held++;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t handle)
{
    for (size_t i = 0; i < streams.size(); i++)
        if (streams[i] == handle) {
            delete streams[i];
            streams.erase(streams.begin() + (long)i);
            held--;
            return cudaSuccess;
        }
    return cudaErrorInvalidValue;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode)
{
    stream *const s = known(handle);

    if (s == nullptr || s->captures || failing)
        return cudaErrorStreamCaptureUnsupported;
    s->captures = true;
    s->graph = new sck_emulated_graph;
    held++;
    return cudaSuccess;
}

bool sck_emulated_captures(cudaStream_t handle, const sck_emulated_call &call,
                           const void *argument)
{
    stream *const s = known(handle);
    const char *const bytes = static_cast<const char *>(argument);

    if (s == nullptr || !s->captures)
        return false;
    s->graph->nodes.push_back(
        new sck_emulated_node{call, {bytes, bytes + call.bytes}});
    return true;
}

cudaError_t cudaStreamGetCaptureInfo(cudaStream_t handle,
                                     cudaStreamCaptureStatus *status,
                                     unsigned long long *, cudaGraph_t *,
                                     const cudaGraphNode_t **dependencies,
                                     const cudaGraphEdgeData **, size_t *count)
{
    stream *const s = known(handle);

    *status = cudaStreamCaptureStatusNone;
    *count = 0;
    if (s == nullptr || !s->captures)
        return cudaSuccess;
    *status = cudaStreamCaptureStatusActive;
    *count = s->graph->nodes.empty() ? 0 : 1;
    *dependencies = &s->graph->nodes.back();
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t *graph)
{
    stream *const s = known(handle);

    if (s == nullptr || !s->captures)
        return cudaErrorInvalidValue;
    s->captures = false;
    *graph = s->graph;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *ready, cudaGraph_t graph,
                                 unsigned long long)
{
    *ready = new sck_emulated_ready;
    (*ready)->of = graph;
    for (const sck_emulated_node *node : graph->nodes)
        (*ready)->nodes.push_back(*node);
    held++;
    return cudaSuccess;
}

cudaError_t cudaGraphExecKernelNodeSetParams(cudaGraphExec_t ready,
                                             cudaGraphNode_t node,
                                             const cudaKernelNodeParams *params)
{
    for (size_t i = 0; i < ready->nodes.size(); i++)
        if (ready->of->nodes[i] == node) {
            sck_emulated_node &mine = ready->nodes[i];

            if (params->func != mine.call.kernel ||
                params->kernelParams == nullptr)
                return cudaErrorInvalidValue;
            mine.call.grid = params->gridDim;
            mine.call.block = params->blockDim;
            if (!stale)
                memcpy(mine.argument.data(), params->kernelParams[0],
                       mine.call.bytes);
            return cudaSuccess;
        }
    return cudaErrorInvalidValue;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t)
{
    cudaError_t status = cudaSuccess;

    for (const sck_emulated_node &node : ready->nodes)
        if (status == cudaSuccess)
            status = node.call.run(node.call, node.argument.data());
    return status;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready)
{
    delete ready;
    held--;
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    for (sck_emulated_node *node : graph->nodes)
        delete node;
    delete graph;
    held--;
    return cudaSuccess;
}

extern "C" uint64_t sck_emulation_graphs(void)
{
    return held;
}

extern "C" void sck_emulation_capture(int fails)
{
    failing = fails;
}

extern "C" void sck_emulation_stale(int are)
{
    stale = are;
}
