/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Codelets that work word by word on many operands. Rows of limb i are modulo
 * oracle_primes[i], one list's limbs after another's. */
#include "automorphism_sum.h"
#include "combination.h"
#include "diagonals.h"
#include "dot.h"
#include "fixture.h"
#include "tensor.h"

#define TABLES(ring, limbs)                                                    \
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];                            \
    fixture_tables(ring, oracle_primes, limbs, tables)

static uint32_t **lists(const struct sck_ring *ring, uint32_t count,
                        uint32_t limbs, int kind)
{
    uint32_t **rows = fixture_rows(count * limbs, ring->n);

    for (uint32_t r = 0; r < count * limbs; r++)
        sck_test_fill(rows[r], ring->n, oracle_primes[r % limbs], kind);
    return rows;
}

/* What both sides add to. */
static void same(const struct sck_ring *ring, uint32_t *const *to,
                 uint32_t *const *from, uint32_t count)
{
    for (uint32_t r = 0; r < count; r++)
        memcpy(to[r], from[r], ring->n * sizeof **to);
}

/* b is a where kind is odd: a square. */
size_t check_tensor(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_tensor_args args = {ring->id, limbs, {0}};
    uint32_t *const *a = lists(ring, 2, limbs, kind);
    uint32_t *const *b = kind % 2 == 1 ? a : lists(ring, 2, limbs, kind);
    uint32_t *const *want = fixture_rows(3 * limbs, ring->n);
    uint32_t *const *got = fixture_rows(3 * limbs, ring->n);

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    TABLES(ring, limbs);
    sck_tensor_ref(&args, ring, want, fixture_in(a), fixture_in(b));
    const int status = sck_tensor_cuda(&args, logn, tables, got, fixture_in(a),
                                       fixture_in(b), NULL);

    return fixture_compare(ring, status, want, got, 3 * limbs);
}

/* Of terms that are not whole, the plaintext counts 2, 4, 8, ... times. */
static size_t dot(uint32_t logn, uint32_t limbs, int kind, uint32_t terms,
                  uint32_t onto)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_dot_args args = {
        .ring = ring->id, .terms = terms, .onto = onto, .limbs = limbs};
    uint32_t *const *p = lists(ring, terms, limbs, kind);
    uint32_t *const *a = lists(ring, 2 * terms, limbs, kind);
    uint32_t *const *want = lists(ring, 2, limbs, kind);
    uint32_t *const *got = fixture_rows(2 * limbs, ring->n);

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    for (uint32_t k = 0; k < terms; k++)
        args.repeat[k] = (uint8_t)(k % 6);
    TABLES(ring, limbs);
    same(ring, got, want, 2 * limbs);
    sck_dot_ref(&args, ring, want, fixture_in(p), fixture_in(a));
    const int status = sck_dot_cuda(&args, logn, tables, got, fixture_in(p),
                                    fixture_in(a), NULL);

    return fixture_compare(ring, status, want, got, 2 * limbs);
}

size_t check_dot(uint32_t logn, uint32_t limbs, int kind)
{
    return dot(logn, limbs, kind, 1, 1) +
           dot(logn, limbs, kind, SCK_DOT_TERMS, 0) +
           dot(logn, limbs, kind, 16, 1);
}

/* The first term is taken as it is; every third has no b. */
size_t check_automorphism_sum(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_automorphism_sum_args args = {
        .ring = ring->id,
        .limbs = limbs,
        .terms = kind == 0 ? 1 : 4 * (uint32_t)kind + 4};
    uint32_t *const *a = lists(ring, args.terms, limbs, kind);
    uint32_t **const b = lists(ring, args.terms, limbs, kind);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    for (uint32_t k = 0; k < args.terms; k++) {
        args.galois[k] = k == 0 ? 1 : 2 * sck_test_below(ring->n) + 1;
        for (uint32_t i = 0; i < limbs && k % 3 == 2; i++)
            b[k * limbs + i] = NULL;
    }
    sck_automorphism_sum_ref(&args, ring, want, fixture_in(a), fixture_in(b));
    const int status = sck_automorphism_sum_cuda(
        &args, logn, got, fixture_in(a), fixture_in(b), NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

static size_t combine(uint32_t logn, uint32_t limbs, int kind,
                      uint32_t products, uint32_t terms, uint32_t factor)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_combination_args args = {.ring = ring->id,
                                        .limbs = limbs,
                                        .halves = products != 0 ? 3 : 2,
                                        .products = products,
                                        .terms = terms,
                                        .factor = factor,
                                        .adds = factor - 1};
    uint32_t *const *factors = lists(ring, 4 * products, limbs, kind);
    uint32_t *const *multiples = lists(ring, 2 * terms, limbs, kind);
    uint32_t *const *want = lists(ring, args.halves, limbs, kind);
    uint32_t *const *got = fixture_rows(args.halves * limbs, ring->n);

    for (uint32_t i = 0; i < limbs; i++) {
        args.q[i] = oracle_primes[i];
        sck_test_fill(&args.constant[i], 1, args.q[i], kind);
        for (uint32_t k = 0; k < terms; k++)
            sck_test_fill(&args.scalar[k][i], 1, args.q[i], kind);
    }
    TABLES(ring, limbs);
    same(ring, got, want, args.halves * limbs);
    sck_combination_ref(&args, ring, want, fixture_in(factors),
                        fixture_in(multiples));
    const int status =
        sck_combination_cuda(&args, logn, tables, got, fixture_in(factors),
                             fixture_in(multiples), NULL);

    return fixture_compare(ring, status, want, got, args.halves * limbs);
}

size_t check_combination(uint32_t logn, uint32_t limbs, int kind)
{
    return combine(logn, limbs, kind, 0, SCK_MAX_MULTIPLES, 1) +
           combine(logn, limbs, kind, 1, 0, 2) +
           combine(logn, limbs, kind, SCK_MAX_PRODUCTS, 8, 2);
}

/* Baby 0 is the input itself, without its first half; some diagonals are
 * absent; without own on odd limbs. */
static size_t multiply_diagonals(uint32_t logn, uint32_t limbs, int kind,
                                 uint32_t babies, uint32_t giants,
                                 uint32_t repeat)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_diagonals_args args = {.ring = ring->id,
                                      .limbs = limbs,
                                      .babies = babies,
                                      .giants = giants,
                                      .repeat = repeat,
                                      .onto = repeat != 0};
    uint32_t **const in = lists(ring, 2 * babies, limbs, kind);
    uint32_t **const own = lists(ring, 1, limbs, kind);
    uint32_t **const plain = lists(ring, giants * babies, limbs, kind);
    uint32_t *const *want = lists(ring, 2 * giants, limbs, kind);
    uint32_t *const *got = fixture_rows(2 * giants * limbs, ring->n);

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    same(ring, got, want, 2 * giants * limbs);
    for (uint32_t b = 0; b < babies; b++)
        args.galois[b] = b == 0 ? 1 : 2 * sck_test_below(ring->n) + 1;
    for (uint32_t i = 0; i < limbs; i++) {
        in[i] = NULL;
        if (i % 2 == 1)
            own[i] = NULL;
        for (uint32_t k = 3; k < giants * babies; k += 5)
            plain[k * limbs + i] = NULL;
    }
    TABLES(ring, limbs);
    sck_diagonals_ref(&args, ring, want, fixture_in(in), fixture_in(own),
                      fixture_in(plain));
    const int status =
        sck_diagonals_cuda(&args, logn, tables, got, fixture_in(in),
                           fixture_in(own), fixture_in(plain), NULL);

    return fixture_compare(ring, status, want, got, 2 * giants * limbs);
}

size_t check_diagonals(uint32_t logn, uint32_t limbs, int kind)
{
    return multiply_diagonals(logn, limbs, kind, 3, 9, 0) +
           multiply_diagonals(logn, limbs, kind, 3, 9, 4) +
           multiply_diagonals(logn, limbs, kind, SCK_MAX_BABIES, 2, 1);
}
