/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A task's kernels as one CUDA graph. Launches of a thread that records are
 * kept; replaying looks for a graph of the same kernels and grids that the
 * device and stream have had before, gives its nodes the new arguments (rows
 * are pointers in them) and launches it; what is new is captured once. Graphs
 * are kept until the session ends. STARCLOAK_CUDA_GRAPHS=0: no graphs. */
#ifndef SCK_DEVICE_GRAPHS_H
#define SCK_DEVICE_GRAPHS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One kernel of a task, its only argument apart. */
struct sck_device_kernel {
    const void *kernel;
    uint32_t grid[3], threads;
    size_t bytes; /**< of the argument */
    /** Launches it. @return a cudaError_t, 0 for success */
    int (*run)(const struct sck_device_kernel *launch, const void *argument,
               void *stream);
};

/** The calling thread's next launches are recorded, unless
 *  STARCLOAK_CUDA_GRAPHS is 0. */
void sck_device_record(void);

/** 1 while the calling thread's launches are recorded. */
int sck_device_records(void);

/** Launches, or keeps a copy while recording.
 *  @return a cudaError_t, 0 for success */
int sck_device_launch(const struct sck_device_kernel *launch,
                      const void *argument, void *stream);

/** Ends recording, and launches what was recorded: from three kernels on as a
 *  graph. Calls of one stream follow one another.
 *  @param status  a cudaError_t: not 0, nothing is launched
 *  @return status, or what CUDA says */
int sck_device_replay(int status, void *stream);

struct sck_device_graph_counts {
    uint64_t captured, replayed; /**< graphs; launches of one that was there */
    uint64_t updated;            /**< nodes given another argument */
    uint64_t single;             /**< tasks launched kernel by kernel */
};
void sck_device_graphs_count(struct sck_device_graph_counts *counts);

/** Gives all graphs back, on all devices; no task may be running. Counts begin
 *  again. sck_constants_free() does. */
void sck_device_graphs_free(void);

#ifdef __cplusplus
}
#endif

#endif
