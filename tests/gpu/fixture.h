/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every codelet's CUDA kernel on the emulated device against its ref. Rows lie
 * between pages that no one may touch, so that a word too many ends the test.
 */
#ifndef SCK_GPU_FIXTURE_H
#define SCK_GPU_FIXTURE_H

#include "oracle.h"

/** Words by which the kernel's results are not ref's, over limbs rows of
 *  inputs of kind (sck_test_fill); SIZE_MAX if the launch fails. */
typedef size_t emulated_check(uint32_t logn, uint32_t limbs, int kind);

struct emulated_kernel {
    const char *name;
    emulated_check *check;
    int barriers; /**< 1: its blocks have some */
};

extern const struct emulated_kernel emulated_kernels[];
extern const size_t emulated_kernel_count;

emulated_check check_ntt, check_ntt_in_place, check_ntt_planted, check_intt,
    check_automorphism, check_elementwise, check_sample_uniform, check_embed,
    check_limbs;
emulated_check check_decompose, check_coefficients, check_base_convert,
    check_rescale, check_rescale_in_place, check_mod_down, check_mod_raise,
    check_key_mac, check_key_switch;

/** Memory of 0xff that ends at a page no one may touch, and begins at one where
 *  bytes is a multiple of a page; fixture_free() frees all of it. */
void *fixture_memory(size_t bytes);
uint32_t **fixture_rows(uint32_t count, uint32_t words);
void fixture_free(void);

/** Rows of residues modulo oracle_primes[first ...]. */
uint32_t **fixture_residues(const struct sck_ring *ring, uint32_t first,
                            uint32_t count, int kind);

/** Differing words of count rows; frees everything, and the ring. */
size_t fixture_compare(const struct sck_ring *ring, int status,
                       uint32_t *const *want, uint32_t *const *got,
                       uint32_t count);

void fixture_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t count, struct sck_prime_table *tables);

static inline const uint32_t *const *fixture_in(uint32_t *const *rows)
{
    return (const uint32_t *const *)rows;
}

#endif
