/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* gpu.device: every kernel's bits on this machine's GPU against ref, at every
 * size and in blocks of sixteen limbs. Exit status: 0 all agree, 1 some do not,
 * 77 no GPU. */
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

int main(void)
{
    int devices = 0;
    unsigned checks = 0, wrong = 0;

    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        puts("no GPU on this machine");
        return 77;
    }
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
