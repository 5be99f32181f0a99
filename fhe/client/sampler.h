/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Secret polynomials from libsodium: each call draws a key from the system's
 * generator and stretches it by ChaCha20. Time and memory accesses do not
 * depend on what is drawn; ternary rejection depends on the accept pattern
 * only, which is independent of the accepted values. */
#ifndef SCK_SAMPLER_H
#define SCK_SAMPLER_H

#include <stdint.h>

/** Entries of the table; also the largest magnitude drawn. */
#define SCK_GAUSSIAN_ENTRIES 29
extern const uint64_t sck_gaussian_table[SCK_GAUSSIAN_ENTRIES];

/** Bytes of a packed ternary polynomial: two bits a coefficient, lowest first;
 *  0 is 0, 1 is 1, 2 is -1, 3 does not occur. */
#define SCK_TERNARY_BYTES(n) ((n) / 4)

/** n samples of the discrete Gaussian with sigma 3.2. */
void sck_sample_gaussian(int8_t *out, uint32_t n);

/** n uniform ternary coefficients, packed; n is a multiple of 4. */
void sck_sample_ternary(uint8_t *packed, uint32_t n);

/** Uniform among those with exactly @p weight nonzero coefficients, packed. */
void sck_sample_sparse(uint8_t *packed, uint32_t n, uint32_t weight);

/** Packed ternary to residues modulo q. */
void sck_expand_ternary(uint32_t *row, const uint8_t *packed, uint32_t n,
                        uint32_t q);

/** Small signed coefficients to residues modulo q. */
void sck_expand_small(uint32_t *row, const int8_t *small, uint32_t n,
                      uint32_t q);

#endif
