/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Automorphisms' indices for other kernels. Eight neighbours of an output come
 * from eight neighbours of the input (automorphism_blocks.h), so that gathers
 * use whole sectors. */
#ifndef SCK_AUTOMORPHISM_CUDA_H
#define SCK_AUTOMORPHISM_CUDA_H

#include <cstdint>
#include <cuda_runtime.h>

/** The place in the input of word `at` of the output of X -> X^galois: of the
 *  input's word `at` in the output, if galois is the inverse. */
static __device__ __forceinline__ uint32_t sck_turned(uint32_t at,
                                                      uint32_t galois,
                                                      uint32_t logn)
{
    const uint32_t mask = (2u << logn) - 1;
    const uint32_t exponent = 2 * (__brev(at) >> (32 - logn)) + 1;

    /* The product may wrap: only its value modulo 2 N counts. */
    return __brev((galois * exponent & mask) / 2) >> (32 - logn);
}

/** The automorphism that undoes X -> X^galois: Newton's step doubles the right
 *  bits of an inverse, of which galois itself has three. */
static inline uint32_t sck_inverse_galois(uint32_t galois, uint32_t logn)
{
    uint32_t inverse = galois;

    for (int step = 0; step < 4; step++)
        inverse *= 2 - galois * inverse;
    return inverse & ((2u << logn) - 1);
}

#endif
