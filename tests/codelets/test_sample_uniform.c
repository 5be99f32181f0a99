/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "oracle.h"
#include "sample_uniform.h"

#include <sodium.h>
#include <string.h>

/* The last rejects 2^32 mod q of 2^32 words: a fifth, the most a prime can. */
static const uint32_t primes[] = {1073479681, 32899073, 1037303809, 860618753};

enum { PRIMES = sizeof primes / sizeof primes[0] };

static uint32_t turned(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

static void quarter(uint32_t *s, int a, int b, int c, int d)
{
    s[a] += s[b], s[d] = turned(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = turned(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = turned(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = turned(s[b] ^ s[c], 7);
}

/* RFC 8439, section 2.3: one block, sixteen words. */
static void chacha20(uint32_t *out, const uint8_t *key, uint32_t counter,
                     const uint32_t *nonce)
{
    uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    for (int i = 0; i < 8; i++)
        start[4 + i] = (uint32_t)key[4 * i] | (uint32_t)key[4 * i + 1] << 8 |
                       (uint32_t)key[4 * i + 2] << 16 |
                       (uint32_t)key[4 * i + 3] << 24;
    start[12] = counter;
    memcpy(start + 13, nonce, 3 * sizeof *nonce);
    memcpy(out, start, sizeof start);
    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 4; j++)
            quarter(out, j, 4 + j, 8 + j, 12 + j);
        for (int j = 0; j < 4; j++)
            quarter(out, j, 4 + (j + 1) % 4, 8 + (j + 2) % 4, 12 + (j + 3) % 4);
    }
    for (int i = 0; i < 16; i++)
        out[i] += start[i];
}

static void the_tests_own_block_is_that_of_rfc_8439(void)
{
    static const uint32_t nonce[3] = {0x09000000, 0x4a000000, 0};
    static const uint32_t expected[16] = {
        0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033,
        0x9aaa2204, 0x4e6cd4c3, 0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
        0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
    uint8_t key[32];
    uint32_t block[16];

    for (int i = 0; i < 32; i++)
        key[i] = (uint8_t)i;
    chacha20(block, key, 1, nonce);
    CU_ASSERT_EQUAL(memcmp(block, expected, sizeof block), 0);
}

/* Word j of a limb, from definitions.md alone; *rounds: the most it took. */
static uint32_t oracle(const struct sck_sample_uniform_args *args, uint32_t n,
                       uint32_t q, uint32_t j, uint32_t *rounds)
{
    const uint32_t nonce[3] = {args->kind + (args->key_class << 8) +
                                   (args->digit << 16),
                               args->galois, q};
    const uint64_t bound = (1ull << 32) / q * q;

    for (uint32_t k = 0; k < 256; k++) {
        uint32_t block[16];

        chacha20(block, args->seed, k * n / 16 + j / 16, nonce);
        if (k > *rounds)
            *rounds = k;
        if (block[j % 16] < bound)
            return block[j % 16] % q;
    }
    return 0;
}

static void check(uint32_t logn, uint32_t montgomery, uint32_t *rounds)
{
    const struct sck_ring *ring = NULL;
    struct sck_sample_uniform_args args = {
        .limbs = PRIMES,
        .kind = sck_test_below(6),
        .key_class = sck_test_below(256),
        .digit = sck_test_below(16),
        .galois = sck_test_below(2u << logn) | 1,
        .montgomery = montgomery,
    };
    uint32_t *out[PRIMES];
    size_t wrong = 0;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring), SCK_OK);
    CU_ASSERT_FATAL(sodium_init() >= 0);
    args.ring = ring->id;
    for (size_t i = 0; i < sizeof args.seed; i++)
        args.seed[i] = (uint8_t)sck_test_random();
    for (size_t i = 0; i < PRIMES; i++) {
        args.q[i] = primes[i];
        out[i] = sodium_malloc(ring->n * sizeof *out[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(out[i]);
    }
    sck_sample_uniform(&args, ring, out);
    for (size_t i = 0; i < PRIMES; i++) {
        for (uint32_t j = 0; j < ring->n; j++) {
            uint64_t w = oracle(&args, ring->n, primes[i], j, rounds);

            if (montgomery)
                w = (w << 32) % primes[i];
            wrong += out[i][j] != w;
        }
        sodium_free(out[i]);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    sck_ring_free(ring);
}

static void words_of_every_ring(void)
{
    uint32_t rounds = 0;

    for (uint32_t logn = 4; logn <= 16; logn++)
        check(logn, 0, &rounds);
    CU_ASSERT_TRUE(rounds >= 4); /* else the later rounds were not tested */
}

/* N = 8: blocks start at floor(k N / 16), so rounds 2 i and 2 i + 1 agree. */
static void words_of_the_smallest_ring(void)
{
    uint32_t rounds = 0;

    for (int i = 0; i < 50; i++)
        check(3, i & 1, &rounds);
    CU_ASSERT_TRUE(rounds >= 2);
}

static void montgomery_words(void)
{
    uint32_t rounds = 0;

    for (uint32_t logn = 4; logn <= sck_test_largest(); logn++)
        check(logn, 1, &rounds);
}

static void every_word_is_its_definition_with_rejections(void)
{
    oracle_each_isa(words_of_every_ring);
}

static void a_ring_smaller_than_a_block_reads_each_block_twice(void)
{
    oracle_each_isa(words_of_the_smallest_ring);
}

static void montgomery_rows_hold_the_same_residues(void)
{
    oracle_each_isa(montgomery_words);
}

static CU_TestInfo cases[] = {
    {"the_tests_own_block_is_that_of_rfc_8439",
     the_tests_own_block_is_that_of_rfc_8439},
    {"every_word_is_its_definition_with_rejections",
     every_word_is_its_definition_with_rejections},
    {"a_ring_smaller_than_a_block_reads_each_block_twice",
     a_ring_smaller_than_a_block_reads_each_block_twice},
    {"montgomery_rows_hold_the_same_residues",
     montgomery_rows_hold_the_same_residues},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(sample_uniform, cases)
