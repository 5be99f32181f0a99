/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* gpu.device: every kernel's bits on this machine's GPU against ref, at every
 * size and in blocks of sixteen limbs. With --times: the tasks of
 * codelets/GPU.md at N = 2^16. Exit status: 0 all agree, 1 some do not or CUDA
 * failed, 77 no GPU. */
#include "fixture.h"

#include <cuda_runtime.h>
#include <stdio.h>

static int wrong_at(const struct emulated_kernel *k, uint32_t logn,
                    uint32_t limbs, int kind)
{
    const size_t words = k->check(logn, limbs, kind);

    if (words != 0)
        printf("%s, logN %u, %u limbs, kind %d: %zu words differ (%s)\n",
               k->name, logn, limbs, kind, words,
               cudaGetErrorString(cudaGetLastError()));
    return words != 0;
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;

    return (x > y) - (x < y);
}

/* The median over SAMPLES of a call's us, CALLS in each; negative if one
 * fails. The first two warm up: they bring the rows to the device. */
static float time_us(int (*run)(void))
{
    enum { SAMPLES = 21, CALLS = 20 };
    float us[SAMPLES];
    cudaEvent_t begin, end;
    unsigned status = cudaEventCreate(&begin) | cudaEventCreate(&end);

    for (int i = -2; i < SAMPLES && status == 0; i++) {
        float ms = 0;

        status |= cudaEventRecord(begin, NULL);
        for (int k = 0; k < CALLS; k++)
            status |= (unsigned)run();
        status |= cudaEventRecord(end, NULL) | cudaEventSynchronize(end) |
                  cudaEventElapsedTime(&ms, begin, end);
        if (i >= 0)
            us[i] = ms * 1000 / CALLS;
    }
    cudaEventDestroy(begin);
    cudaEventDestroy(end);
    if (status != 0)
        return -1;
    qsort(us, SAMPLES, sizeof us[0], ascending);
    return us[SAMPLES / 2];
}

static int print_times(void)
{
    int failed = 0;

    timed_tasks_prepare(16);
    for (size_t i = 0; i < timed_task_count; i++) {
        const float us = time_us(timed_tasks[i].run);

        printf("%-30s %8.2f us\n", timed_tasks[i].name, (double)us);
        failed |= us < 0;
    }
    timed_tasks_end();
    return failed;
}

int main(int argc, char **argv)
{
    int devices = 0;
    unsigned checks = 0, wrong = 0;

    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        puts("no GPU on this machine");
        return 77;
    }
    if (argc == 2 && strcmp(argv[1], "--times") == 0)
        return print_times();
    for (uint32_t logn = 10; logn <= 16; logn++) {
        const struct sck_ring *ring = oracle_ring(logn); /* checks share it */

        for (size_t k = 0; k < emulated_kernel_count; k++)
            for (int kind = 0; kind < 4; kind++, checks++)
                wrong +=
                    (unsigned)wrong_at(&emulated_kernels[k], logn,
                                       kind == 3 ? SCK_BLOCK_LIMBS : 2, kind);
        sck_ring_free(ring);
    }
    printf("%zu kernels, %u checks, %u wrong\n", emulated_kernel_count, checks,
           wrong);
    return wrong != 0;
}
