/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How every kernel is launched: one argument, by value, and a function call
 * instead of <<<>>>, so that tests/gpu/emulation compiles the same file with a
 * host compiler. */
#ifndef SCK_LAUNCH_CUDA_H
#define SCK_LAUNCH_CUDA_H

#include <cstdint>
#include <cuda_runtime.h>

/** @return a cudaError_t, 0 for success */
template <class Argument>
static inline int sck_launch(void (*kernel)(Argument), dim3 grid,
                             uint32_t threads, const Argument &argument,
                             void *stream)
{
    void *arguments[] = {const_cast<Argument *>(&argument)};

    return cudaLaunchKernel(kernel, grid, dim3(threads), arguments, 0,
                            static_cast<cudaStream_t>(stream));
}

/** Blocks that hold count threads. */
static inline uint32_t sck_blocks(uint32_t count, uint32_t threads)
{
    return (count + threads - 1) / threads;
}

#endif
