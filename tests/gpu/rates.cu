/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Each rate is the best of some launches that fill the device. Instructions are
 * in assembly, eight chains a thread, so that none is merged or dropped. */
#include "rates.h"

#include <cstdint>
#include <cstdio>
#include <cuda_runtime.h>

namespace
{
enum {
    THREADS = 256,
    CHAINS = 8,
    UNROLLED = 32,
    ROUNDS = 256,
    TRIES = 10,
    LAUNCHES = 200
};
constexpr size_t COPIED = (size_t)256 << 20, CACHED = (size_t)16 << 20;

enum kind { NARROW, WIDE, OTHER, BOTH };

struct memory {
    uint4 *to;
    const uint4 *from;
    uint32_t count;
};

__global__ void __launch_bounds__(THREADS) copy(struct memory m)
{
    for (uint32_t i = blockIdx.x * THREADS + threadIdx.x; i < m.count;
         i += gridDim.x * THREADS)
        m.to[i] = m.from[i];
}

/* Every block reads all of it, past the nearest cache. */
__global__ void __launch_bounds__(THREADS) reread(struct memory m)
{
    uint32_t sum = 0;

    for (uint32_t i = threadIdx.x; i < m.count; i += THREADS) {
        const uint4 x =
            __ldcg(m.from + (i + blockIdx.x * 64 * THREADS) % m.count);

        sum ^= x.x ^ x.y ^ x.z ^ x.w;
    }
    if (sum == 1) /* the memory is zero */
        m.to[0].x = sum;
}

template <enum kind KIND>
__global__ void __launch_bounds__(THREADS) run(uint64_t *out)
{
    const uint32_t a = threadIdx.x | 1, b = blockIdx.x + 3;
    uint32_t x[CHAINS];
    uint64_t y[CHAINS];

#pragma unroll
    for (int c = 0; c < CHAINS; c++) {
        x[c] = a + (uint32_t)c;
        y[c] = b + (uint64_t)c;
    }
#pragma unroll 1
    for (int r = 0; r < ROUNDS; r++) {
#pragma unroll
        for (int u = 0; u < UNROLLED; u++) {
#pragma unroll
            for (int c = 0; c < CHAINS; c++) {
                if (KIND == NARROW || KIND == BOTH)
                    asm volatile("mad.lo.u32 %0, %0, %1, %2;"
                                 : "+r"(x[c])
                                 : "r"(a), "r"(b));
                if (KIND == WIDE)
                    asm volatile("mad.wide.u32 %0, %1, %2, %0;"
                                 : "+l"(y[c])
                                 : "r"(a), "r"(b));
                if (KIND == OTHER)
                    asm volatile("lop3.b32 %0, %0, %1, %2, 0x96;"
                                 : "+r"(x[c])
                                 : "r"(a), "r"(b));
                if (KIND == BOTH) {
                    uint32_t z = (uint32_t)y[c];

                    asm volatile("lop3.b32 %0, %0, %1, %2, 0x96;"
                                 : "+r"(z)
                                 : "r"(a), "r"(b));
                    y[c] = z;
                }
            }
        }
    }
    uint64_t sum = 0;

#pragma unroll
    for (int c = 0; c < CHAINS; c++)
        sum += x[c] + y[c];
    if (sum == 1)
        *out = sum;
}

__global__ void nothing(int)
{
}

class Clock
{
  public:
    Clock()
    {
        status = cudaEventCreate(&begin_);
        if (status == cudaSuccess)
            status = cudaEventCreate(&end_);
    }
    ~Clock()
    {
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    /* The least seconds of what call launches. */
    template <class Call> double least(Call call)
    {
        double best = 1e30;

        for (int i = 0; i < TRIES && status == cudaSuccess; i++) {
            float ms = 0;

            cudaEventRecord(begin_);
            call();
            cudaEventRecord(end_);
            status = cudaEventSynchronize(end_);
            if (status == cudaSuccess)
                status = cudaGetLastError();
            cudaEventElapsedTime(&ms, begin_, end_);
            best = ms * 1e-3 < best ? ms * 1e-3 : best;
        }
        return best;
    }

    cudaError_t status;

  private:
    cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

template <enum kind KIND>
double instructions(Clock &clock, int processors, uint64_t *out)
{
    const int blocks = 8 * processors;
    const double count = (double)blocks * (THREADS / 32) * CHAINS * UNROLLED *
                         ROUNDS * (KIND == BOTH ? 2 : 1);

    return count / clock.least([&] { run<KIND><<<blocks, THREADS>>>(out); });
}
/* A graph of LAUNCHES kernels that do nothing. */
cudaError_t node_gap(Clock &clock, double *us)
{
    cudaStream_t stream = nullptr;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t ready = nullptr;
    cudaError_t status = cudaStreamCreate(&stream);

    if (status == cudaSuccess)
        status =
            cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
    for (int i = 0; i < LAUNCHES && status == cudaSuccess; i++)
        nothing<<<1, 32, 0, stream>>>(0);
    if (status == cudaSuccess)
        status = cudaStreamEndCapture(stream, &graph);
    if (status == cudaSuccess)
        status = cudaGraphInstantiate(&ready, graph, 0);
    if (status == cudaSuccess) {
        *us = 1e6 / LAUNCHES *
              clock.least([&] { cudaGraphLaunch(ready, nullptr); });
        status = clock.status;
        cudaGraphExecDestroy(ready);
    }
    cudaGraphDestroy(graph);
    cudaStreamDestroy(stream);
    return status;
}
} // namespace

extern "C" int gpu_rates_measure(struct gpu_rates *rates, char *name,
                                 int *processors)
{
    cudaDeviceProp device;
    Clock clock;
    char *from = nullptr, *to = nullptr;
    int current = 0;

    cudaGetDevice(&current);
    if (clock.status == cudaSuccess)
        clock.status = cudaGetDeviceProperties(&device, current);
    if (clock.status == cudaSuccess)
        clock.status = cudaMalloc((void **)&from, COPIED);
    if (clock.status == cudaSuccess)
        clock.status = cudaMalloc((void **)&to, COPIED);
    if (clock.status == cudaSuccess)
        clock.status = cudaMemset(from, 0, COPIED);
    if (clock.status == cudaSuccess) {
        const int n = device.multiProcessorCount;
        const struct memory all = {(uint4 *)to, (const uint4 *)from,
                                   COPIED / sizeof(uint4)};
        const struct memory near = {(uint4 *)to, (const uint4 *)from,
                                    CACHED / sizeof(uint4)};
        uint64_t *const out = (uint64_t *)to;

        snprintf(name, GPU_NAME, "%s", device.name);
        *processors = n;
        rates->memory =
            2.0 * COPIED / clock.least([&] { copy<<<16 * n, THREADS>>>(all); });
        rates->cache = (double)CACHED * 4 * n /
                       clock.least([&] { reread<<<4 * n, THREADS>>>(near); });
        rates->narrow = instructions<NARROW>(clock, n, out);
        rates->wide = instructions<WIDE>(clock, n, out);
        rates->other = instructions<OTHER>(clock, n, out);
        rates->issue = instructions<BOTH>(clock, n, out);
        rates->gap = 1e6 / LAUNCHES * clock.least([&] {
            for (int i = 0; i < LAUNCHES; i++)
                nothing<<<1, 32>>>(0);
        });
    }
    if (clock.status == cudaSuccess)
        clock.status = node_gap(clock, &rates->node);
    cudaFree(from);
    cudaFree(to);
    return clock.status;
}
