/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "fail_alloc.h"
#include "guarded_kit.h"
#include "intt.h"
#include "isa.h"
#include "oracle.h"
#include "sck_test.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

/* Of 30, 25 and 28 bits; the greatest that leaves the vector transform's sums
 * room for three bits more, and the next. */
static const uint32_t primes[] = {1073479681, 32899073,  1037303809,
                                  265420801,  536608769, 537133057};

enum { PRIMES = sizeof primes / sizeof primes[0], KINDS = 4 };

/* Words that are no transform of anything small: random, zero, q - 1 and a
 * spike, inverted out of place and in place, then transformed back. */
static void check_variant(uint32_t logn, int kind)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
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
        sck_intt_row_ref(sck_ring_prime(ring, primes[i]), ring->n, expected[i],
                         expected[i]);
        CU_ASSERT_EQUAL(sodium_mprotect_readonly(in[i]), 0);
    }
    sck_intt(&args, ring, out, (const uint32_t *const *)in);
    for (size_t i = 0; i < PRIMES; i++) {
        CU_ASSERT_EQUAL(memcmp(out[i], expected[i], size), 0);
        sck_ntt_limb_ref(sck_ring_prime(ring, primes[i]), ring->n, out[i]);
        CU_ASSERT_EQUAL(memcmp(out[i], in[i], size), 0);
        CU_ASSERT_EQUAL(sodium_mprotect_readwrite(in[i]), 0);
    }
    sck_intt(&args, ring, in, (const uint32_t *const *)in);
    for (size_t i = 0; i < PRIMES; i++) {
        CU_ASSERT_EQUAL(memcmp(in[i], expected[i], size), 0);
        sodium_free(in[i]);
        sodium_free(out[i]);
        sodium_free(expected[i]);
    }
    sck_ring_free(ring);
}

static void check_round_trip(uint32_t logn, int kind)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    for (size_t i = 0; i < PRIMES; i++) {
        const struct sck_ntt_args args = {ring->id, 1, {primes[i]}};
        uint32_t *x = guarded(ring->n);
        uint32_t *y = guarded(ring->n);
        const uint32_t *const from[] = {y};
        uint32_t *const to[] = {y};

        sck_test_fill(x, ring->n, primes[i], kind);
        memcpy(y, x, ring->n * sizeof *y);
        sck_ntt(&args, ring, to, from);
        sck_intt(&args, ring, to, from);
        CU_ASSERT_EQUAL(memcmp(x, y, ring->n * sizeof *y), 0);
        sodium_free(x);
        sodium_free(y);
    }
    sck_ring_free(ring);
}

typedef void check_fn(uint32_t logn, int kind);

static void every_ring_and_kind(check_fn *check)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        for (int kind = 0; kind < KINDS; kind++)
            check(logn, kind);
}

static void round_trips(void)
{
    every_ring_and_kind(check_round_trip);
}

static void bits(void)
{
    every_ring_and_kind(check_variant);
}

static void the_inverse_of_a_transform_is_the_input(void)
{
    oracle_each_isa(round_trips);
}

static void every_variant_gives_the_bits_of_ref(void)
{
    oracle_each_isa(bits);
}

/* Tables whose rows end at a page no one may touch. */
static void check_table_ends(uint32_t logn)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    const size_t size = ring->n * sizeof(uint32_t);
    struct sck_prime_table t = *sck_ring_prime(ring, primes[0]);
    uint32_t *ipsi = guarded(ring->n);
    uint32_t *ipsi_shoup = guarded(ring->n);
    const size_t words = ring->n / SCK_RUN_WORDS * (size_t)SCK_RUN_TWIDDLES;
    uint32_t *iruns = words > 0 ? guarded((uint32_t)words) : NULL;
    uint32_t *x = guarded(ring->n);
    uint32_t *expected = guarded(ring->n);

    sck_test_fill(x, ring->n, t.q, 3);
    sck_intt_row_ref(&t, ring->n, expected, x);
    memcpy(ipsi, t.ipsi, size);
    memcpy(ipsi_shoup, t.ipsi_shoup, size);
    t.ipsi = ipsi;
    t.ipsi_shoup = ipsi_shoup;
    if (t.iruns != NULL)
        memcpy(iruns, t.iruns, words * sizeof *iruns);
    t.iruns = iruns;
    sck_intt_row(&t, ring->n, x, x);
    CU_ASSERT_EQUAL(memcmp(x, expected, size), 0);
    sodium_free(ipsi);
    sodium_free(ipsi_shoup);
    sodium_free(iruns);
    sodium_free(x);
    sodium_free(expected);
    sck_ring_free(ring);
}

static void table_ends_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        check_table_ends(logn);
}

static void tables_are_not_read_past_their_end(void)
{
    oracle_each_isa(table_ends_of_every_ring);
}

struct poor {
    const struct sck_prime_table *t;
    uint32_t n, *x, *y;
    uint64_t at; /* the allocation that fails */
};

static void *transform_without_memory(void *context)
{
    struct poor *const p = context;

    fail_alloc_begin(p->at);
    sck_ntt_row(p->t, p->n, p->y, p->x, NULL);
    fail_alloc_begin(p->at);
    sck_intt_row(p->t, p->n, p->x, p->x);
    (void)fail_alloc_end();
    return NULL;
}

/* In a thread that has no row of its own yet and gets none. */
static void check_without_memory(uint32_t logn, uint64_t at)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    const size_t size = ring->n * sizeof(uint32_t);
    struct poor p = {sck_ring_prime(ring, primes[0]), ring->n, guarded(ring->n),
                     guarded(ring->n), at};
    uint32_t *forward = guarded(ring->n), *backward = guarded(ring->n);
    pthread_t thread;

    sck_test_fill(p.x, ring->n, p.t->q, 3);
    sck_ntt_row_ref(p.t, ring->n, forward, p.x, NULL);
    sck_intt_row_ref(p.t, ring->n, backward, p.x);
    CU_ASSERT_EQUAL_FATAL(
        pthread_create(&thread, NULL, transform_without_memory, &p), 0);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(memcmp(p.y, forward, size), 0);
    CU_ASSERT_EQUAL(memcmp(p.x, backward, size), 0);
    sodium_free(p.x);
    sodium_free(p.y);
    sodium_free(forward);
    sodium_free(backward);
    sck_ring_free(ring);
}

static void without_memory(void)
{
    for (uint64_t at = 1; at <= 2; at++) {
        check_without_memory(10, at);
        check_without_memory(13, at);
    }
}

static void without_memory_a_transform_works_in_the_output(void)
{
    oracle_each_isa(without_memory);
}

static CU_TestInfo cases[] = {
    {"the_inverse_of_a_transform_is_the_input",
     the_inverse_of_a_transform_is_the_input},
    {"every_variant_gives_the_bits_of_ref",
     every_variant_gives_the_bits_of_ref},
    {"tables_are_not_read_past_their_end", tables_are_not_read_past_their_end},
    {"without_memory_a_transform_works_in_the_output",
     without_memory_a_transform_works_in_the_output},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(intt, cases)
