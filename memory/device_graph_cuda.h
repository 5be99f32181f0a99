/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a thread has recorded, and the graph of it that a stream keeps. */
#ifndef SCK_DEVICE_GRAPH_CUDA_H
#define SCK_DEVICE_GRAPH_CUDA_H

#include "device_graphs.h"

#include <cstdlib>
#include <cuda_runtime.h>

/** Kernels of a graph. */
enum { SCK_DEVICE_GRAPH_KERNELS = 64 };

/** Kernels in order; their arguments, each from at[i] on, in bytes. */
struct sck_device_recorder {
    bool records = false;
    uint32_t count = 0;
    struct sck_device_kernel launch[SCK_DEVICE_GRAPH_KERNELS];
    size_t at[SCK_DEVICE_GRAPH_KERNELS];
    char *bytes = nullptr;
    size_t used = 0, room = 0;

    ~sck_device_recorder()
    {
        free(bytes);
    }
};

struct sck_device_graph {
    struct sck_device_graph *next;
    const void *stream;
    int device;
    uint32_t count;
    struct sck_device_kernel launch[SCK_DEVICE_GRAPH_KERNELS];
    cudaGraph_t whole;
    cudaGraphExec_t ready;
    cudaGraphNode_t node[SCK_DEVICE_GRAPH_KERNELS];
    char *bytes; /**< the nodes' arguments, as a recorder has them */
};

/** Captures what is recorded; *made is the caller's, for
 *  sck_device_graph_drop(). */
cudaError_t sck_device_graph_make(const struct sck_device_recorder &recorder,
                                  int device, const void *stream,
                                  struct sck_device_graph **made);
/** Gives a graph of the same kernels the arguments recorded. Only its stream's
 *  calls change a graph.
 *  @param[out] updated  nodes whose arguments differed */
cudaError_t sck_device_graph_update(const struct sck_device_recorder &recorder,
                                    struct sck_device_graph *graph,
                                    uint64_t *updated);
void sck_device_graph_drop(struct sck_device_graph *graph);

#endif
