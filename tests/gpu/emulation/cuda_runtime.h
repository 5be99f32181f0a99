/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What codelets' *_cuda.cu use of CUDA's runtime, on the host: first on the
 * include path, it stands in for CUDA's own header, and a host compiler takes
 * the kernels as they are. One fiber a CUDA thread, one block at a time. */
#ifndef SCK_EMULATED_CUDA_RUNTIME_H
#define SCK_EMULATED_CUDA_RUNTIME_H

#include <cstddef>
#include <cstdint>

#define __global__
#define __device__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
#define __forceinline__ inline __attribute__((always_inline))
/* In a section of its own, so that a block can begin with it poisoned. */
#define __shared__ static __attribute__((section("sck_shared")))

struct alignas(8) uint2 {
    uint32_t x, y;
};
struct alignas(16) uint4 {
    uint32_t x, y, z, w;
};
struct alignas(16) double2 {
    double x, y;
};
struct alignas(16) longlong2 {
    long long x, y;
};

static inline uint2 make_uint2(uint32_t x, uint32_t y)
{
    return {x, y};
}

static inline uint4 make_uint4(uint32_t x, uint32_t y, uint32_t z, uint32_t w)
{
    return {x, y, z, w};
}

static inline double2 make_double2(double x, double y)
{
    return {x, y};
}

static inline longlong2 make_longlong2(long long x, long long y)
{
    return {x, y};
}

/* The bits of x reversed. */
static inline uint32_t __brev(uint32_t x)
{
    uint32_t r = 0;

    for (int bit = 0; bit < 32; bit++)
        r = r << 1 | (x >> bit & 1);
    return r;
}

/* Caching hints are none. */
template <class T> static inline T __ldcs(const T *from)
{
    return *from;
}

struct dim3 {
    uint32_t x, y, z;

    constexpr dim3(uint32_t a = 1, uint32_t b = 1, uint32_t c = 1)
        : x(a), y(b), z(c)
    {
    }
};

/* The running fiber's; the scheduler sets them whenever it resumes one. */
extern dim3 threadIdx, blockIdx, blockDim, gridDim;

/* Returns when every thread of the block has called it. */
void __syncthreads();

typedef void *cudaStream_t;
enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorLaunchFailure = 719,
    cudaErrorStreamCaptureUnsupported = 900,
    cudaErrorStreamCaptureInvalidated = 901
};

/* Device memory is the host's; two devices, the current one the thread's. */
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1 };
cudaError_t cudaMalloc(void **memory, size_t bytes);
cudaError_t cudaFree(void *memory);
cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes,
                       cudaMemcpyKind kind);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaGetDevice(int *device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaMemGetInfo(size_t *available, size_t *whole);

/* Graphs of kernels that follow one another, as CUDA 13 has them. */
#define CUDART_VERSION 13000
typedef struct sck_emulated_graph *cudaGraph_t;
typedef struct sck_emulated_ready *cudaGraphExec_t;
typedef struct sck_emulated_node *cudaGraphNode_t;
struct cudaGraphEdgeData;
enum { cudaStreamNonBlocking = 1 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeRelaxed = 2 };
enum cudaStreamCaptureStatus {
    cudaStreamCaptureStatusNone = 0,
    cudaStreamCaptureStatusActive = 1
};
struct cudaKernelNodeParams {
    void *func;
    dim3 gridDim, blockDim;
    unsigned sharedMemBytes;
    void **kernelParams, **extra;
};
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream,
                                   cudaStreamCaptureMode mode);
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream,
                                     cudaStreamCaptureStatus *status,
                                     unsigned long long *id, cudaGraph_t *graph,
                                     const cudaGraphNode_t **dependencies,
                                     const cudaGraphEdgeData **edges,
                                     size_t *count);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *ready, cudaGraph_t graph,
                                 unsigned long long flags);
cudaError_t
cudaGraphExecKernelNodeSetParams(cudaGraphExec_t ready, cudaGraphNode_t node,
                                 const cudaKernelNodeParams *params);
cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);

/* Runs body(argument) as every thread of the grid. */
cudaError_t sck_emulate(dim3 grid, dim3 block, void (*body)(void *),
                        void *argument, size_t argument_bytes);

/* A launch of which the kernel's type is no longer known. */
struct sck_emulated_call {
    const void *kernel;
    dim3 grid, block;
    cudaError_t (*run)(const sck_emulated_call &call, const void *argument);
    size_t bytes;
};

/* Whether the stream captures, and then has taken the call. */
bool sck_emulated_captures(cudaStream_t stream, const sck_emulated_call &call,
                           const void *argument);

template <class Argument> struct sck_emulated_launch {
    void (*kernel)(Argument);
    const Argument *argument;

    static void run(void *launch)
    {
        const sck_emulated_launch &l =
            *static_cast<const sck_emulated_launch *>(launch);

        l.kernel(*l.argument);
    }
};

template <class Argument>
static inline cudaError_t sck_emulated_run(const sck_emulated_call &call,
                                           const void *argument)
{
    sck_emulated_launch<Argument> launch = {
        reinterpret_cast<void (*)(Argument)>(const_cast<void *>(call.kernel)),
        static_cast<const Argument *>(argument)};

    return sck_emulate(call.grid, call.block,
                       sck_emulated_launch<Argument>::run, &launch,
                       sizeof(Argument));
}

template <class Argument>
static inline cudaError_t cudaLaunchKernel(void (*kernel)(Argument), dim3 grid,
                                           dim3 block, void **arguments, size_t,
                                           cudaStream_t stream)
{
    const sck_emulated_call call = {reinterpret_cast<const void *>(kernel),
                                    grid, block, sck_emulated_run<Argument>,
                                    sizeof(Argument)};

    return sck_emulated_captures(stream, call, arguments[0])
               ? cudaSuccess
               : call.run(call, arguments[0]);
}

#endif
