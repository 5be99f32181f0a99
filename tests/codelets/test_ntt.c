/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "guarded_kit.h"
#include "isa.h"
#include "ntt.h"
#include "oracle.h"
#include "sck_test.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* The last two are the neighbours of 2^32 / 15, to which the vector transform
 * leaves words unreduced. */
static const uint32_t primes[] = {1073479681, 32899073,  1037303809,
                                  265420801,  285474817, 288882689};

enum { PRIMES = sizeof primes / sizeof primes[0], KINDS = 4 };

static const struct sck_ring *ring_of(uint32_t logn)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    return ring;
}

static uint64_t power(uint64_t base, uint64_t e, uint64_t q)
{
    uint64_t result = 1;

    for (; e > 0; e /= 2, base = base * base % q)
        if (e % 2 == 1)
            result = result * base % q;
    return result;
}

/* psi from its definition, not from the ring's tables. */
static uint64_t psi_of(uint32_t n, uint64_t q)
{
    uint64_t g = 2;

    while (power(g, (q - 1) / 2, q) != q - 1)
        g++;
    return power(g, (q - 1) / (2 * n), q);
}

static uint32_t reverse(uint32_t i, uint32_t bits)
{
    uint32_t r = 0;

    for (uint32_t b = 0; b < bits; b++)
        r |= (i >> b & 1) << (bits - 1 - b);
    return r;
}

/* a at x, by Horner's rule. */
static uint64_t value_at(const uint32_t *a, uint32_t n, uint64_t x, uint64_t q)
{
    uint64_t sum = 0;

    for (uint32_t k = n; k-- > 0;)
        sum = (sum * x + a[k]) % q;
    return sum;
}

static void check_values(uint32_t logn, uint64_t q, int kind)
{
    const struct sck_ring *ring = ring_of(logn);
    const struct sck_prime_table *t = sck_ring_prime(ring, (uint32_t)q);
    uint32_t *a = guarded(ring->n);
    uint32_t *f = guarded(ring->n);
    const uint64_t psi = psi_of(ring->n, q);
    size_t wrong = 0;

    sck_test_fill(a, ring->n, (uint32_t)q, kind);
    memcpy(f, a, ring->n * sizeof *f);
    sck_ntt_limb_ref(t, ring->n, f);
    for (uint32_t j = 0; j < ring->n; j++)
        wrong += f[j] != value_at(a, ring->n,
                                  power(psi, 2 * reverse(j, logn) + 1, q), q);
    CU_ASSERT_EQUAL(wrong, 0);
    sodium_free(a);
    sodium_free(f);
    sck_ring_free(ring);
}

static void word_j_is_the_value_at_its_root(void)
{
    for (uint32_t logn = 3; logn <= 10; logn++)
        for (size_t i = 0; i < PRIMES; i++)
            for (int kind = 0; kind < KINDS; kind++)
                check_values(logn, primes[i], kind);
}

/* c = a b modulo X^n + 1, sums in 128 bits. */
static void negacyclic(uint32_t *c, const uint32_t *a, const uint32_t *b,
                       uint32_t n, uint32_t q)
{
    __extension__ typedef unsigned __int128 wide;

    for (uint32_t k = 0; k < n; k++) {
        wide plus = 0;
        wide minus = 0;

        for (uint32_t i = 0; i < n; i++)
            if (i <= k)
                plus += (uint64_t)a[i] * b[k - i];
            else
                minus += (uint64_t)a[i] * b[n + k - i];
        c[k] = (uint32_t)((plus % q + q - minus % q) % q);
    }
}

static void check_product(uint32_t logn, uint32_t q)
{
    const struct sck_ring *ring = ring_of(logn);
    const struct sck_prime_table *t = sck_ring_prime(ring, q);
    const uint32_t n = ring->n;
    uint32_t *a = guarded(n);
    uint32_t *b = guarded(n);
    uint32_t *c = guarded(n);
    size_t wrong = 0;

    sck_test_fill(a, n, q, 3);
    sck_test_fill(b, n, q, 3);
    negacyclic(c, a, b, n, q);
    sck_ntt_limb_ref(t, n, a);
    sck_ntt_limb_ref(t, n, b);
    sck_ntt_limb_ref(t, n, c);
    for (uint32_t j = 0; j < n; j++)
        wrong += c[j] != (uint64_t)a[j] * b[j] % q;
    CU_ASSERT_EQUAL(wrong, 0);
    sodium_free(a);
    sodium_free(b);
    sodium_free(c);
    sck_ring_free(ring);
}

static void a_negacyclic_product_becomes_a_product_word_by_word(void)
{
    for (uint32_t logn = 3; logn <= 10; logn++)
        for (size_t i = 0; i < PRIMES; i++)
            check_product(logn, primes[i]);
}

/* All primes in one call, so that limbs and moduli cannot be mixed up. */
static void check_variant(uint32_t logn, int kind)
{
    const struct sck_ring *ring = ring_of(logn);
    const size_t size = ring->n * sizeof(uint32_t);
    struct sck_ntt_args args = {.ring = ring->id, .limbs = PRIMES};
    uint32_t *in[PRIMES], *out[PRIMES], *expected[PRIMES];

    for (size_t i = 0; i < PRIMES; i++) {
        args.q[i] = primes[i];
        in[i] = guarded(ring->n);
        out[i] = guarded(ring->n);
        expected[i] = guarded(ring->n);
        sck_test_fill(in[i], ring->n, primes[i], kind);
        memcpy(expected[i], in[i], size);
        sck_ntt_limb_ref(sck_ring_prime(ring, primes[i]), ring->n, expected[i]);
        CU_ASSERT_EQUAL(sodium_mprotect_readonly(in[i]), 0);
    }
    sck_ntt(&args, ring, out, (const uint32_t *const *)in);
    for (size_t i = 0; i < PRIMES; i++) {
        CU_ASSERT_EQUAL(memcmp(out[i], expected[i], size), 0);
        CU_ASSERT_EQUAL(sodium_mprotect_readwrite(in[i]), 0);
    }
    sck_ntt(&args, ring, in, (const uint32_t *const *)in);
    for (size_t i = 0; i < PRIMES; i++) {
        CU_ASSERT_EQUAL(memcmp(in[i], expected[i], size), 0);
        sodium_free(in[i]);
        sodium_free(out[i]);
        sodium_free(expected[i]);
    }
    sck_ring_free(ring);
}

static void every_ring_and_kind(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        for (int kind = 0; kind < KINDS; kind++)
            check_variant(logn, kind);
}

static void every_variant_gives_the_bits_of_ref(void)
{
    oracle_each_isa(every_ring_and_kind);
}

static CU_TestInfo cases[] = {
    {"word_j_is_the_value_at_its_root", word_j_is_the_value_at_its_root},
    {"a_negacyclic_product_becomes_a_product_word_by_word",
     a_negacyclic_product_becomes_a_product_word_by_word},
    {"every_variant_gives_the_bits_of_ref",
     every_variant_gives_the_bits_of_ref},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(ntt, cases)
