/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A copy of ntt's kernels in which group 100 of a step is taken for group 99,
 * and 16 bytes that are not aligned: gpu.emulated must find both. */
#include "ntt_tile.h"

#define sck_ntt_place_of(pass, tile, done, stages, group)                      \
    sck_ntt_place_of(pass, tile, done, stages, (group) - ((group) == 100))

#define sck_ntt_cuda planted_ntt_cuda
#define sck_ntt_columns_cuda planted_ntt_columns_cuda
#define sck_ntt_rows_cuda planted_ntt_rows_cuda
#define sck_ntt_launch_pass planted_ntt_launch_pass
#include "ntt_cuda.cu"

namespace
{
__global__ void take_four(const uint32_t *from)
{
    uint32_t x[4];

    sck_take<4>(x, from);
    /* As a kernel's words, they have to be there. */
    *const_cast<volatile uint32_t *>(from) = x[0] + x[1] + x[2] + x[3];
}

int take_from(const uint32_t *from)
{
    return sck_launch(take_four, dim3(1), 1, from, nullptr);
}
} // namespace

extern "C" int planted_aligned(const uint32_t *row)
{
    return take_from(row);
}

extern "C" int planted_misaligned(const uint32_t *row)
{
    return take_from(row + 1);
}
