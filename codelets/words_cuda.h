/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Neighbouring words of a row, taken and put as one access. */
#ifndef SCK_WORDS_CUDA_H
#define SCK_WORDS_CUDA_H

#include <cstdint>
#include <cuda_runtime.h>

/** WIDTH words from 4 WIDTH aligned bytes. */
template <uint32_t WIDTH>
static __device__ __forceinline__ void sck_take(uint32_t *x,
                                                const uint32_t *from)
{
    if (WIDTH == 4) {
        const uint4 v = *reinterpret_cast<const uint4 *>(from);

        x[0] = v.x;
        x[1] = v.y;
        x[2] = v.z;
        x[3] = v.w;
    } else if (WIDTH == 2) {
        const uint2 v = *reinterpret_cast<const uint2 *>(from);

        x[0] = v.x;
        x[1] = v.y;
    } else {
        x[0] = *from;
    }
}

/** The same from words that the task reads only once (a key's, a plaintext's):
 *  they leave the caches first. */
template <uint32_t WIDTH>
static __device__ __forceinline__ void sck_take_once(uint32_t *x,
                                                     const uint32_t *from)
{
    if (WIDTH == 4) {
        const uint4 v = __ldcs(reinterpret_cast<const uint4 *>(from));

        x[0] = v.x;
        x[1] = v.y;
        x[2] = v.z;
        x[3] = v.w;
    } else if (WIDTH == 2) {
        const uint2 v = __ldcs(reinterpret_cast<const uint2 *>(from));

        x[0] = v.x;
        x[1] = v.y;
    } else {
        x[0] = __ldcs(from);
    }
}

/** WIDTH words from word at of a row that is read once, in which each word
 *  counts for 2^repeat. */
template <uint32_t WIDTH>
static __device__ __forceinline__ void
sck_take_spread(uint32_t *x, const uint32_t *row, uint32_t at, uint32_t repeat)
{
    if (repeat == 0) {
        sck_take_once<WIDTH>(x, row + at);
        return;
    }
#pragma unroll
    for (uint32_t e = 0; e < WIDTH; e++)
        x[e] = row[(at + e) >> repeat];
}

template <uint32_t WIDTH>
static __device__ __forceinline__ void sck_put(uint32_t *to, const uint32_t *x)
{
    if (WIDTH == 4)
        *reinterpret_cast<uint4 *>(to) = make_uint4(x[0], x[1], x[2], x[3]);
    else if (WIDTH == 2)
        *reinterpret_cast<uint2 *>(to) = make_uint2(x[0], x[1]);
    else
        *to = x[0];
}

#endif
