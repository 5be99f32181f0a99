/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "elementwise_variants.h"
#include "guarded_kit.h"
#include "ntt.h"
#include "sck_test.h"

#include <sodium.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* 2^-32 mod q: halve 1 thirty-two times. */
static wide inverse_of_word(uint32_t q)
{
    uint64_t x = 1;

    for (int i = 0; i < 32; i++)
        x = x % 2 == 0 ? x / 2 : (x + q) / 2;
    return x;
}

/* The operation's formula in 128 bits; `upper` in the row's second half. */
static uint32_t oracle(enum sck_elementwise_op op, uint32_t q, wide s, wide a,
                       wide b, wide c, int upper)
{
    const wide down = inverse_of_word(q);

    switch (op) {
    case SCK_ADD:
        return (uint32_t)((a + b) % q);
    case SCK_SUB:
        return (uint32_t)((a + q - b) % q);
    case SCK_NEG:
        return (uint32_t)((q - a) % q);
    case SCK_MUL:
        return (uint32_t)(a * b % q);
    case SCK_MUL_ADD:
        return (uint32_t)((a * b + c) % q);
    case SCK_MUL_PLAIN:
        return (uint32_t)(a * b * down % q);
    case SCK_MUL_PLAIN_ADD:
        return (uint32_t)((a * b * down + c) % q);
    case SCK_ADD_PLAIN:
        return (uint32_t)((a + b * down) % q);
    case SCK_SCALAR_MUL:
        return (uint32_t)(a * s % q);
    case SCK_SCALAR_MUL_ADD:
        return (uint32_t)((a * s + c) % q);
    case SCK_SCALAR_ADD:
        return (uint32_t)((a + s) % q);
    case SCK_MUL_X:
        return (uint32_t)(a * (upper ? q - s : s) % q);
    case SCK_ELEMENTWISE_OPS:
        break;
    }
    return UINT32_MAX;
}

static int has_b(enum sck_elementwise_op op)
{
    return op == SCK_ADD || op == SCK_SUB || op == SCK_MUL ||
           op == SCK_MUL_ADD || op == SCK_MUL_PLAIN ||
           op == SCK_MUL_PLAIN_ADD || op == SCK_ADD_PLAIN;
}

static int has_c(enum sck_elementwise_op op)
{
    return op == SCK_MUL_ADD || op == SCK_MUL_PLAIN_ADD ||
           op == SCK_SCALAR_MUL_ADD;
}

/* Word j of input i: every triple of 0, 1, q - 1 and a random residue turns up
 * within 64 words. */
static uint32_t edge(uint32_t j, uint32_t i, uint32_t q)
{
    const uint32_t values[] = {0, 1, q - 1, sck_test_below(q)};

    return values[j >> 2 * i & 3];
}

/* place: INPUTS for a row of its own, else out is that input. */
static void check(sck_elementwise_fn *kernel, const struct sck_ring *ring,
                  enum sck_elementwise_op op, uint32_t kind, size_t place)
{
    struct sck_elementwise_args args = {
        .ring = ring->id, .op = op, .limbs = PRIMES};
    const uint32_t n = ring->n;
    uint32_t *rows[INPUTS + 1][PRIMES], *expected[PRIMES];

    for (size_t l = 0; l < PRIMES; l++) {
        const uint32_t q = primes[l];

        args.q[l] = q;
        args.scalar[l] = edge(kind, 0, q);
        expected[l] = guarded(n);
        for (uint32_t i = 0; i <= INPUTS; i++)
            rows[i][l] = guarded(n);
        for (uint32_t j = 0; j < n; j++) {
            for (uint32_t i = 0; i < INPUTS; i++)
                rows[i][l][j] = edge(j + kind, i, q);
            expected[l][j] = oracle(op, q, args.scalar[l], rows[0][l][j],
                                    rows[1][l][j], rows[2][l][j], j >= n / 2);
        }
    }
    kernel(&args, ring, rows[place], (const uint32_t *const *)rows[0],
           has_b(op) ? (const uint32_t *const *)rows[1] : NULL,
           has_c(op) ? (const uint32_t *const *)rows[2] : NULL);
    for (size_t l = 0; l < PRIMES; l++) {
        CU_ASSERT_EQUAL(
            memcmp(rows[place][l], expected[l], n * sizeof *expected[l]), 0);
        sodium_free(expected[l]);
        for (size_t i = 0; i <= INPUTS; i++)
            sodium_free(rows[i][l]);
    }
}

static void everywhere(sck_elementwise_fn *kernel, size_t place)
{
    static const uint32_t sizes[] = {3, 4, 6, 7, 10};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct sck_ring *ring = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_ring_new(sizes[i], primes, PRIMES, &ring),
                              SCK_OK);
        for (int op = 0; op < SCK_ELEMENTWISE_OPS; op++)
            for (uint32_t kind = 0; kind < 4; kind++)
                check(kernel, ring, (enum sck_elementwise_op)op, kind, place);
        sck_ring_free(ring);
    }
}

static void every_operation_is_its_formula_at_the_edges(void)
{
    for (size_t v = 0; v < VARIANTS; v++)
        if (variants[v].isa <= sck_isa_detect())
            everywhere(variants[v].kernel, INPUTS);
}

static void the_output_may_be_any_input(void)
{
    for (size_t v = 0; v < VARIANTS; v++)
        for (size_t place = 0; place < INPUTS; place++)
            if (variants[v].isa <= sck_isa_detect())
                everywhere(variants[v].kernel, place);
}

/* A periodic plaintext is its row with every word repeated: the result is that
 * of the row written out. b ends where its words do. */
static void check_repeat(sck_elementwise_fn *kernel,
                         const struct sck_ring *ring, uint32_t repeat,
                         enum sck_elementwise_op op)
{
    struct sck_elementwise_args args = {
        .ring = ring->id, .op = op, .limbs = PRIMES};
    const uint32_t n = ring->n;
    uint32_t *rows[5][PRIMES]; /* a, c, b short, b long, expected */
    uint32_t *out[PRIMES];

    for (size_t l = 0; l < PRIMES; l++) {
        args.q[l] = primes[l];
        out[l] = guarded(n);
        for (size_t i = 0; i < 5; i++)
            rows[i][l] = guarded(i == 2 ? n >> repeat : n);
        for (uint32_t j = 0; j < n; j++) {
            rows[0][l][j] = edge(j, 0, primes[l]);
            rows[1][l][j] = edge(j, 1, primes[l]);
            if (j % (1u << repeat) == 0)
                rows[2][l][j >> repeat] = edge(j >> repeat, 2, primes[l]);
            rows[3][l][j] = rows[2][l][j >> repeat];
        }
    }
    sck_elementwise_ref(&args, ring, rows[4], (const uint32_t *const *)rows[0],
                        (const uint32_t *const *)rows[3],
                        (const uint32_t *const *)rows[1]);
    args.repeat = repeat;
    kernel(&args, ring, out, (const uint32_t *const *)rows[0],
           (const uint32_t *const *)rows[2], (const uint32_t *const *)rows[1]);
    for (size_t l = 0; l < PRIMES; l++) {
        CU_ASSERT_EQUAL(memcmp(out[l], rows[4][l], n * sizeof *out[l]), 0);
        sodium_free(out[l]);
        for (size_t i = 0; i < 5; i++)
            sodium_free(rows[i][l]);
    }
}

static void a_periodic_plaintext_counts_each_word_repeatedly(void)
{
    static const enum sck_elementwise_op ops[] = {
        SCK_MUL_PLAIN, SCK_MUL_PLAIN_ADD, SCK_ADD_PLAIN};

    for (uint32_t logn = 3; logn <= 10; logn++) {
        const struct sck_ring *ring = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring),
                              SCK_OK);
        for (size_t v = 0; v < VARIANTS; v++)
            for (uint32_t repeat = 1; repeat < logn; repeat++)
                for (size_t i = 0; i < 3; i++)
                    if (variants[v].isa <= sck_isa_detect())
                        check_repeat(variants[v].kernel, ring, repeat, ops[i]);
        sck_ring_free(ring);
    }
}

/* What `repeat` says of the transform: a polynomial in X^(2^repeat). */
static void a_polynomial_in_a_power_has_a_repeating_transform(void)
{
    enum { LOGN = 8, N = 1 << LOGN };
    const struct sck_ring *ring = NULL;
    uint32_t x[N];

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(LOGN, primes, PRIMES, &ring), SCK_OK);
    for (uint32_t repeat = 1; repeat < LOGN; repeat++) {
        unsigned wrong = 0;

        memset(x, 0, sizeof x);
        for (uint32_t j = 0; j < N; j += 1u << repeat)
            x[j] = sck_test_below(primes[0]);
        sck_ntt_limb_ref(sck_ring_prime(ring, primes[0]), N, x);
        for (uint32_t j = 0; j < N; j++)
            wrong += x[j] != x[j >> repeat << repeat];
        CU_ASSERT_EQUAL(wrong, 0);
    }
    sck_ring_free(ring);
}

/* Random products, where the quotient's estimate errs the most. */
static void every_variant_multiplies_like_the_reference(void)
{
    const struct sck_ring *ring = NULL;
    struct sck_elementwise_args args = {.op = SCK_MUL, .limbs = 1};

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(16, primes, PRIMES, &ring), SCK_OK);
    args.ring = ring->id;

    uint32_t *a = guarded(ring->n), *b = guarded(ring->n);
    uint32_t *want = guarded(ring->n), *got = guarded(ring->n);

    for (size_t l = 0; l < PRIMES; l++) {
        args.q[0] = primes[l];
        for (uint32_t j = 0; j < ring->n; j++) {
            a[j] = primes[l] - 1 - sck_test_below(j % 2 ? 1 << 12 : primes[l]);
            b[j] = primes[l] - 1 - sck_test_below(j % 4 ? 1 << 12 : primes[l]);
        }
        sck_elementwise_ref(&args, ring, &want, (const uint32_t *const *)&a,
                            (const uint32_t *const *)&b, NULL);
        for (size_t v = 0; v < VARIANTS; v++) {
            if (variants[v].isa > sck_isa_detect())
                continue;
            variants[v].kernel(&args, ring, &got, (const uint32_t *const *)&a,
                               (const uint32_t *const *)&b, NULL);
            CU_ASSERT_EQUAL(memcmp(want, got, ring->n * sizeof *got), 0);
        }
    }
    sodium_free(a);
    sodium_free(b);
    sodium_free(want);
    sodium_free(got);
    sck_ring_free(ring);
}

static CU_TestInfo cases[] = {
    {"every_variant_multiplies_like_the_reference",
     every_variant_multiplies_like_the_reference},
    {"a_periodic_plaintext_counts_each_word_repeatedly",
     a_periodic_plaintext_counts_each_word_repeatedly},
    {"a_polynomial_in_a_power_has_a_repeating_transform",
     a_polynomial_in_a_power_has_a_repeating_transform},
    {"every_operation_is_its_formula_at_the_edges",
     every_operation_is_its_formula_at_the_edges},
    {"the_output_may_be_any_input", the_output_may_be_any_input},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(elementwise, cases)
