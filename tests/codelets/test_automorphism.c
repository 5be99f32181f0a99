/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism.h"
#include "guarded_kit.h"
#include "oracle.h"

#include <sodium.h>
#include <string.h>

static const uint32_t primes[] = {1073479681, 32899073, 1037303809};

enum { PRIMES = sizeof primes / sizeof primes[0] };

/* a(X) -> a(X^g) on coefficients: X^k becomes X^(g k), X^N = -1. */
static void on_coefficients(uint32_t *out, const uint32_t *in, uint32_t n,
                            uint64_t g, uint32_t q)
{
    for (uint32_t k = 0; k < n; k++) {
        const uint64_t to = g * k % (2 * n);

        out[to % n] = to < n || in[k] == 0 ? in[k] : q - in[k];
    }
}

static void check(const struct sck_ring *ring, uint32_t galois)
{
    const uint32_t n = ring->n;
    const struct sck_automorphism_args args = {ring->id, PRIMES, galois};
    uint32_t *in[PRIMES], *out[PRIMES], *expected[PRIMES];

    for (size_t i = 0; i < PRIMES; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, primes[i]);

        in[i] = guarded(n);
        out[i] = guarded(n);
        expected[i] = guarded(n);
        sck_test_fill(in[i], n, primes[i], 3);
        on_coefficients(expected[i], in[i], n, galois, primes[i]);
        sck_ntt_limb_ref(t, n, in[i]);
        sck_ntt_limb_ref(t, n, expected[i]);
        CU_ASSERT_EQUAL(sodium_mprotect_readonly(in[i]), 0);
    }
    sck_automorphism(&args, ring, out, (const uint32_t *const *)in);
    for (size_t i = 0; i < PRIMES; i++) {
        CU_ASSERT_EQUAL(memcmp(out[i], expected[i], n * sizeof *out[i]), 0);
        sodium_free(in[i]);
        sodium_free(out[i]);
        sodium_free(expected[i]);
    }
}

static const struct sck_ring *ring_of(uint32_t logn)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    return ring;
}

static void all_of_small_rings(void)
{
    for (uint32_t logn = 3; logn <= 8; logn++) {
        const struct sck_ring *ring = ring_of(logn);

        for (uint32_t galois = 1; galois < 2 * ring->n; galois += 2)
            check(ring, galois);
        sck_ring_free(ring);
    }
}

static void some_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++) {
        const struct sck_ring *ring = ring_of(logn);
        uint32_t galois = 1;

        for (uint32_t r = 0; r <= 3; r++) {
            check(ring, galois);
            galois = galois * 5 % (2 * ring->n);
        }
        check(ring, 1 + 2 * sck_test_below(ring->n));
        check(ring, 2 * ring->n - 1);
        sck_ring_free(ring);
    }
}

static void every_odd_element_of_a_ring_maps_coefficients(void)
{
    oracle_each_isa(all_of_small_rings);
}

static void rotations_and_conjugation_map_coefficients_in_every_ring(void)
{
    oracle_each_isa(some_of_every_ring);
}

static CU_TestInfo cases[] = {
    {"every_odd_element_of_a_ring_maps_coefficients",
     every_odd_element_of_a_ring_maps_coefficients},
    {"rotations_and_conjugation_map_coefficients_in_every_ring",
     rotations_and_conjugation_map_coefficients_in_every_ring},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(automorphism, cases)
