/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Blocks run one after another. A block's threads are fibers: each runs until
 * its next barrier, and the barrier opens when the last has come. Shared memory
 * is poisoned before each block, so that a word read before it is written is
 * seen in the results. One host thread at a time. */
#include "emulation.h"

#include "cuda_runtime.h"

#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <ucontext.h>

dim3 threadIdx, blockIdx, blockDim, gridDim;

/* The linker's bounds of the section; weak: no kernel may need any. */
extern "C" __attribute__((weak)) char __start_sck_shared[];
extern "C" __attribute__((weak)) char __stop_sck_shared[];

namespace
{
/* As on the device; a stack holds a kernel's registers many times over. */
enum { THREADS = 1024, STACK = 64 << 10, ARGUMENT = 32764 };

struct fiber {
    ucontext_t context;
    unsigned barriers;
    bool ended;
};

fiber fibers[THREADS];
ucontext_t scheduler;
fiber *running;
char *stacks;
void (*body_of_launch)(void *);
void *argument_of_launch;
sck_emulation_order order_of_threads;
sck_emulation_fault fault;
uint64_t launches, shuffles;

void run()
{
    body_of_launch(argument_of_launch);
    running->ended = true;
}

/* Thread k of a round; the shuffle is an affine permutation, so threads must
 * be a power of two. */
uint32_t turn(uint32_t k, uint32_t threads)
{
    if (order_of_threads == SCK_EMULATION_DESCENDING)
        return threads - 1 - k;
    if (order_of_threads == SCK_EMULATION_SHUFFLED)
        return (uint32_t)((k * (4 * (shuffles % 61) + 5) + shuffles) % threads);
    return k;
}

void resume(uint32_t thread, uint32_t threads)
{
    uint32_t index = thread;

    if (fault == SCK_EMULATION_INDEX && thread == threads - 1 && thread > 0)
        index = thread - 1;
    threadIdx = dim3(index, 0, 0);
    running = &fibers[thread];
    swapcontext(&scheduler, &running->context);
}

/* Whether all threads came to the same barriers and ended. */
bool run_block(uint32_t threads)
{
    uint32_t ended = 0;

    memset(__start_sck_shared, 0xa5,
           (size_t)(__stop_sck_shared - __start_sck_shared));
    for (uint32_t t = 0; t < threads; t++) {
        fiber &f = fibers[t];

        getcontext(&f.context);
        f.context.uc_stack.ss_sp = stacks + (size_t)t * STACK;
        f.context.uc_stack.ss_size = STACK;
        f.context.uc_link = &scheduler;
        f.barriers = 0;
        f.ended = false;
        makecontext(&f.context, run, 0);
    }
    while (ended == 0) {
        shuffles++;
        for (uint32_t k = 0; k < threads; k++) {
            const uint32_t t = turn(k, threads);

            resume(t, threads);
            ended += fibers[t].ended;
        }
    }
    return ended == threads;
}
} // namespace

void __syncthreads()
{
    fiber *const self = running;

    if (self->barriers++ == 0 && fault == SCK_EMULATION_NO_BARRIER)
        return;
    swapcontext(&self->context, &scheduler);
}

cudaError_t sck_emulate(dim3 grid, dim3 block, void (*body)(void *),
                        void *argument, size_t argument_bytes)
{
    const uint32_t threads = block.x;

    if (threads == 0 || threads > THREADS || (threads & (threads - 1)) != 0 ||
        block.y != 1 || block.z != 1 || grid.x == 0 || grid.y == 0 ||
        grid.z == 0 || grid.y > 65535 || grid.z > 65535)
        return cudaErrorInvalidConfiguration;
    if (argument_bytes > ARGUMENT)
        return cudaErrorInvalidValue;
    if (stacks == nullptr) {
        void *const memory =
            mmap(nullptr, (size_t)THREADS * STACK, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (memory == MAP_FAILED)
            return cudaErrorLaunchFailure;
        stacks = static_cast<char *>(memory);
    }
    launches++;
    gridDim = grid;
    blockDim = block;
    body_of_launch = body;
    argument_of_launch = argument;
    for (uint32_t z = 0; z < grid.z; z++)
        for (uint32_t y = 0; y < grid.y; y++)
            for (uint32_t x = 0; x < grid.x; x++) {
                blockIdx = dim3(x, y, z);
                if (!run_block(threads))
                    return cudaErrorLaunchFailure;
            }
    return cudaSuccess;
}

extern "C" void sck_emulation_use(enum sck_emulation_order order)
{
    order_of_threads = order;
}

extern "C" void sck_emulation_plant(enum sck_emulation_fault planted)
{
    fault = planted;
}

extern "C" uint64_t sck_emulation_launches(void)
{
    return launches;
}
