/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The passes of ntt_tile.h as a block runs them. A source gives, and a sink
 * takes, one group at a time: (word of the limb, words between elements,
 * elements, their words), so that a fused kernel makes its words as the first
 * pass reads them and uses its results in registers. Everything is inlined:
 * groups must stay in registers. */
#ifndef SCK_NTT_PASS_CUDA_H
#define SCK_NTT_PASS_CUDA_H

#include "ntt_twiddles_cuda.h"

/** The ring whose kernels are compiled with every index a constant: a third of
 *  their instructions less. */
#define SCK_NTT_CONSTANT_LOGN 16

/** A kernel's pass: LOGN's if that is not 0. */
template <uint32_t LOGN>
static __device__ __forceinline__ sck_ntt_pass
sck_ntt_columns_of(const sck_ntt_pass &any)
{
    return LOGN != 0 ? sck_ntt_columns(LOGN) : any;
}

template <uint32_t LOGN>
static __device__ __forceinline__ sck_ntt_pass
sck_ntt_rows_of(const sck_ntt_pass &any)
{
    return LOGN != 0 ? sck_ntt_rows(LOGN) : any;
}

template <uint32_t LOGN>
static __device__ __forceinline__ sck_ntt_pass
sck_ntt_narrow_columns_of(const sck_ntt_pass &any)
{
    return LOGN != 0 ? sck_ntt_narrow_columns(LOGN) : any;
}

/** Reads a row's words as they are. */
template <uint32_t WIDTH> struct sck_row_source {
    const uint32_t *row;

    __device__ __forceinline__ void
    operator()(uint32_t at, uint32_t step, uint32_t count, uint32_t *x) const
    {
        if (WIDTH == 1 && step == 1 && count == 8) {
            sck_take<4>(x, row + at);
            sck_take<4>(x + 4, row + at + 4);
            return;
        }
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            sck_take<WIDTH>(x + e * WIDTH, row + at + e * step);
    }
};

/** The same words of two rows: first elements, second ones, ... */
struct sck_row_pair_source {
    const uint32_t *row[2];

    __device__ __forceinline__ void
    operator()(uint32_t at, uint32_t step, uint32_t count, uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++) {
            x[2 * e] = row[0][at + e * step];
            x[2 * e + 1] = row[1][at + e * step];
        }
    }
};

/** Writes them as they are. */
template <uint32_t WIDTH> struct sck_row_sink {
    uint32_t *row;

    __device__ __forceinline__ void operator()(uint32_t at, uint32_t step,
                                               uint32_t count,
                                               const uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            sck_put<WIDTH>(row + at + e * step, x + e * WIDTH);
    }
};

/** Eight neighbouring words. */
static __device__ __forceinline__ void sck_put8(uint32_t *to, const uint32_t *x)
{
    sck_put<4>(to, x);
    sck_put<4>(to + 4, x + 4);
}

/* A tile in shared memory as source and sink: of rows, of columns, or, where
 * neither WIDTH is 4 nor they are ROWS, of narrow columns. An element of rows
 * is one word, or one of each of two limbs of the same prime, which share the
 * twiddles. */
template <uint32_t WIDTH, bool ROWS> struct sck_ntt_tile {
    uint32_t *shared;

    __device__ __forceinline__ uint32_t *word(uint32_t place) const
    {
        return shared + (ROWS         ? WIDTH * sck_ntt_padded(place)
                         : WIDTH == 1 ? sck_ntt_padded_narrow(place)
                                      : place);
    }
    __device__ __forceinline__ void take(const sck_ntt_place &p, uint32_t count,
                                         uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            sck_take<WIDTH>(x + e * WIDTH, word(p.tile + e * p.tile_step));
    }
    __device__ __forceinline__ void put(const sck_ntt_place &p, uint32_t count,
                                        const uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++)
            sck_put<WIDTH>(word(p.tile + e * p.tile_step), x + e * WIDTH);
    }
};

template <uint32_t WIDTH, uint32_t STAGES, bool INVERSE, class Twiddles>
static __device__ __forceinline__ void sck_ntt_group(uint32_t *x,
                                                     const Twiddles &t)
{
#pragma unroll
    for (uint32_t done = 0; done < STAGES; done++) {
        const uint32_t s = INVERSE ? STAGES - 1 - done : done;
        const uint32_t half = 1u << (STAGES - s - 1);

#pragma unroll
        for (uint32_t k = 0; k < WIDTH << (STAGES - 1); k++) {
            const uint32_t e = k / WIDTH;
            const uint32_t i = e / half;
            const uint32_t a = (e + i * half) * WIDTH + k % WIDTH;
            const uint32_t twiddle = (1u << s) - 1 + i;

            if (INVERSE)
                t.backward(&x[a], &x[a + half * WIDTH], twiddle);
            else
                t.forward(&x[a], &x[a + half * WIDTH], twiddle);
        }
    }
}

/* One step: a thread's eight elements, in groups of 2^STAGES, from the source
 * or the tile to the sink or the tile. */
template <uint32_t WIDTH, bool ROWS, uint32_t STAGES, bool INVERSE, bool FIRST,
          bool LAST, class Source, class Sink>
static __device__ __forceinline__ void
sck_ntt_step(const sck_ntt_pass &p, uint32_t done, const sck_ntt_limb &l,
             uint32_t *shared, const Source &source, Sink &sink)
{
    const sck_ntt_tile<WIDTH, ROWS> tile = {shared};
    const uint32_t count = 1u << STAGES;

#pragma unroll
    for (uint32_t m = 0; m < 8 >> STAGES; m++) {
        const sck_ntt_place place =
            sck_ntt_place_of(&p, blockIdx.x, done, STAGES,
                             threadIdx.x + m * sck_ntt_threads(&p));
        uint32_t x[WIDTH << STAGES];

        if (FIRST)
            source(place.limb, place.limb_step, count, x);
        else
            tile.take(place, count, x);
        if (ROWS && STAGES == 3 && (INVERSE ? FIRST : LAST))
            sck_ntt_group<WIDTH, STAGES, INVERSE>(
                x, sck_ntt_computed(p, l, place.node));
        else
            sck_ntt_group<WIDTH, STAGES, INVERSE>(
                x, sck_ntt_loaded<STAGES>(p, l, place.node));
        if (LAST)
            sink(place.limb, place.limb_step, count, x);
        else
            tile.put(place, count, x);
    }
    if (!LAST)
        __syncthreads();
}

/** ntt's pass over tile blockIdx.x by sck_ntt_threads() threads. The sink has
 * eight elements at once, of rows eight neighbours. Ends without a barrier. */
template <uint32_t WIDTH, bool ROWS = WIDTH == 1, class Source, class Sink>
static __device__ __forceinline__ void
sck_ntt_forward(const sck_ntt_pass &p, const sck_ntt_limb &l, uint32_t *shared,
                const Source &source, Sink &sink)
{
    uint32_t done = sck_ntt_first_stages(&p);

    if (done == 1)
        sck_ntt_step<WIDTH, ROWS, 1, false, true, false>(p, 0, l, shared,
                                                         source, sink);
    else if (done == 2)
        sck_ntt_step<WIDTH, ROWS, 2, false, true, false>(p, 0, l, shared,
                                                         source, sink);
    else
        sck_ntt_step<WIDTH, ROWS, 3, false, true, false>(p, 0, l, shared,
                                                         source, sink);
#pragma unroll
    for (; done + 3 < p.stages; done += 3)
        sck_ntt_step<WIDTH, ROWS, 3, false, false, false>(p, done, l, shared,
                                                          source, sink);
    sck_ntt_step<WIDTH, ROWS, 3, false, false, true>(p, done, l, shared, source,
                                                     sink);
}

/** intt's; the source gives eight elements at once, of rows eight neighbours.
 */
template <uint32_t WIDTH, bool ROWS = WIDTH == 1, class Source, class Sink>
static __device__ __forceinline__ void
sck_ntt_backward(const sck_ntt_pass &p, const sck_ntt_limb &l, uint32_t *shared,
                 const Source &source, Sink &sink)
{
    uint32_t left = p.stages - 3;

    sck_ntt_step<WIDTH, ROWS, 3, true, true, false>(p, left, l, shared, source,
                                                    sink);
#pragma unroll
    for (; left > 3; left -= 3)
        sck_ntt_step<WIDTH, ROWS, 3, true, false, false>(p, left - 3, l, shared,
                                                         source, sink);
    if (left == 1)
        sck_ntt_step<WIDTH, ROWS, 1, true, false, true>(p, 0, l, shared, source,
                                                        sink);
    else if (left == 2)
        sck_ntt_step<WIDTH, ROWS, 2, true, false, true>(p, 0, l, shared, source,
                                                        sink);
    else
        sck_ntt_step<WIDTH, ROWS, 3, true, false, true>(p, 0, l, shared, source,
                                                        sink);
}

#endif
