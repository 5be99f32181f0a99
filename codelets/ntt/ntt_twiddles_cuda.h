/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A limb of a pass, and the twiddles of a group. */
#ifndef SCK_NTT_TWIDDLES_CUDA_H
#define SCK_NTT_TWIDDLES_CUDA_H

#include "ntt_tile.h"
#include "words_cuda.h"

/** One limb of a pass. */
struct sck_ntt_limb {
    const uint32_t *w, *companion;          /**< psi or ipsi, with companions */
    uint32_t q, twice, minus_q_inverse, r2; /**< twice is 2 q */
    uint32_t scale, scale_companion;        /**< what intt ends with */
    uint32_t *out;
    const uint32_t *in;
};

/* A group's twiddles, a tree of 2^STAGES - 1 from node on, and its butterflies:
 * as the table has them, with their companions. */
template <uint32_t STAGES> struct sck_ntt_loaded {
    uint32_t w[(1 << STAGES) - 1], companion[(1 << STAGES) - 1], q, twice;

    __device__ __forceinline__ sck_ntt_loaded(const sck_ntt_pass &,
                                              const sck_ntt_limb &l,
                                              uint32_t node)
        : q(l.q), twice(l.twice)
    {
        sck_take<1>(w, l.w + node);
        sck_take<1>(companion, l.companion + node);
        if (STAGES >= 2) {
            sck_take<2>(w + 1, l.w + 2 * node);
            sck_take<2>(companion + 1, l.companion + 2 * node);
        }
        if (STAGES >= 3) {
            sck_take<4>(w + 3, l.w + 4 * node);
            sck_take<4>(companion + 3, l.companion + 4 * node);
        }
    }
    __device__ __forceinline__ void forward(uint32_t *x, uint32_t *y,
                                            uint32_t i) const
    {
        sck_ntt_butterfly(x, y, w[i], companion[i], q, twice);
    }
    __device__ __forceinline__ void backward(uint32_t *x, uint32_t *y,
                                             uint32_t i) const
    {
        sck_intt_butterfly(x, y, w[i], companion[i], q, twice);
    }
};

/* The leaves of a row: seven eighths of a table are their twiddles, which here
 * are computed from six words, in Montgomery form. Word i of the table is
 * psi^brv(i), so words whose indices have no bit in common multiply: word
 * 4 node is that of its tile times that of its place, its square is word
 * 2 node, and words 1 to 3 take it to its neighbours. */
struct sck_ntt_computed {
    uint32_t w[7], q, twice, m;

    __device__ __forceinline__ uint32_t times(uint32_t a, uint32_t b) const
    {
        return sck_montgomery_mul(a, b, q, m);
    }
    __device__ __forceinline__ sck_ntt_computed(const sck_ntt_pass &p,
                                                const sck_ntt_limb &l,
                                                uint32_t node)
        : q(l.q), twice(l.twice), m(l.minus_q_inverse)
    {
        const uint32_t place = node & ((1u << p.log_tile >> 3) - 1);
        uint32_t few[4];

        sck_take<4>(few, l.w);
        const uint32_t tile = times(times(l.w[4 * (node - place)], l.r2), l.r2);
        const uint32_t one = times(few[1], l.r2);

        w[3] = times(l.w[4 * place], tile);
        w[1] = times(w[3], w[3]);
        w[0] = times(w[1], w[1]);
        w[2] = times(w[1], one);
        w[4] = times(w[3], one);
        w[5] = times(w[3], times(few[2], l.r2));
        w[6] = times(w[3], times(few[3], l.r2));
    }
    __device__ __forceinline__ void forward(uint32_t *x, uint32_t *y,
                                            uint32_t i) const
    {
        sck_ntt_butterfly_montgomery(x, y, w[i], q, twice, m);
    }
    __device__ __forceinline__ void backward(uint32_t *x, uint32_t *y,
                                             uint32_t i) const
    {
        sck_intt_butterfly_montgomery(x, y, w[i], q, twice, m);
    }
};

#endif
