/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How every kernel is launched: one argument, by value, and a function call
 * instead of <<<>>>, so that tests/gpu/emulation compiles the same file with a
 * host compiler. */
#ifndef SCK_LAUNCH_CUDA_H
#define SCK_LAUNCH_CUDA_H

#include "device_graphs.h"

#include <cstdint>
#include <cuda_runtime.h>

template <class Argument>
static inline int sck_launch_now(const struct sck_device_kernel *launch,
                                 const void *argument, void *stream)
{
    void *arguments[] = {const_cast<void *>(argument)};

    return cudaLaunchKernel(
        reinterpret_cast<void (*)(Argument)>(
            const_cast<void *>(launch->kernel)),
        dim3(launch->grid[0], launch->grid[1], launch->grid[2]),
        dim3(launch->threads), arguments, 0, static_cast<cudaStream_t>(stream));
}

/** Now, or with the task's other kernels (device_graphs.h).
 *  @return a cudaError_t, 0 for success */
template <class Argument>
static inline int sck_launch(void (*kernel)(Argument), dim3 grid,
                             uint32_t threads, const Argument &argument,
                             void *stream)
{
    const struct sck_device_kernel launch = {
        reinterpret_cast<const void *>(kernel),
        {grid.x, grid.y, grid.z},
        threads,
        sizeof argument,
        sck_launch_now<Argument>};

    return sck_device_launch(&launch, &argument, stream);
}

/** Blocks that hold count threads. */
static inline uint32_t sck_blocks(uint32_t count, uint32_t threads)
{
    return (count + threads - 1) / threads;
}

#endif
