/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A copy of ntt's kernels in which group 100 of a step is taken for group 99:
 * gpu.emulated must find it. */
#include "ntt_tile.h"

#define sck_ntt_place_of(pass, tile, done, stages, group)                      \
    sck_ntt_place_of(pass, tile, done, stages, (group) - ((group) == 100))

#define sck_ntt_cuda planted_ntt_cuda
#define sck_ntt_columns_cuda planted_ntt_columns_cuda
#define sck_ntt_rows_cuda planted_ntt_rows_cuda
#define sck_ntt_launch_pass planted_ntt_launch_pass
#include "ntt_cuda.cu"
