/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.tensor: a ciphertext product's three polynomials against
 * 64-bit arithmetic, and the kernel with every instruction set against the
 * elementwise products that it is made of, bit for bit. */
#include "oracle.h"
#include "tensor.h"

enum { LIMBS = 3 };

/* Primes of 30, 25 and 28 bits. */
static const uint32_t primes[LIMBS] = {1073479681, 32899073, 265420801};

static void fill(struct oracle_rows *rows, uint32_t n, int kind)
{
    oracle_rows_new(rows, 2 * LIMBS, n);
    for (uint32_t i = 0; i < rows->count; i++)
        sck_test_fill(rows->row[i], n, primes[i % LIMBS], kind);
}

static unsigned wrong_words(const struct oracle_rows *out,
                            const struct oracle_rows *a,
                            const struct oracle_rows *b)
{
    unsigned wrong = 0;

    for (uint32_t i = 0; i < LIMBS; i++)
        for (uint32_t j = 0; j < a->n; j++) {
            const uint64_t q = primes[i];
            const uint64_t a0 = a->row[i][j], a1 = a->row[LIMBS + i][j];
            const uint64_t b0 = b->row[i][j], b1 = b->row[LIMBS + i][j];

            wrong += out->row[i][j] != a0 * b0 % q;
            wrong += out->row[LIMBS + i][j] != (a0 * b1 + a1 * b0) % q;
            wrong += out->row[2 * LIMBS + i][j] != a1 * b1 % q;
        }
    return wrong;
}

static void check(uint32_t logn, int kind_a, int kind_b, int square)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const struct sck_tensor_args args = {
        ring->id, LIMBS, {primes[0], primes[1], primes[2]}};
    struct oracle_rows a, b, want, got;

    fill(&a, ring->n, kind_a);
    fill(&b, ring->n, kind_b);
    oracle_rows_new(&want, 3 * LIMBS, ring->n);
    oracle_rows_new(&got, 3 * LIMBS, ring->n);
    const struct oracle_rows *const second = square ? &a : &b;

    sck_tensor_ref(&args, ring, want.row, oracle_in(&a), oracle_in(second));
    CU_ASSERT_EQUAL(wrong_words(&want, &a, second), 0);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_tensor(&args, ring, got.row, oracle_in(&a), oracle_in(second));
        CU_ASSERT_TRUE(oracle_rows_equal(&want, &got));
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&a);
    oracle_rows_free(&b);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

/* The largest rings' results go past the caches. */
static void in_ring(uint32_t logn, int kind)
{
    check(logn, kind, kind, 0);
    check(logn, kind, 0, 1);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(in_ring);
}

static void products_are_those_of_the_definition(void)
{
    for (uint32_t logn = 3; logn <= 9; logn += 2)
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 4; b++)
                check(logn, a, b, 0);
}

static void a_square_reads_one_ciphertext_twice(void)
{
    for (uint32_t logn = 3; logn <= 9; logn += 2)
        for (int a = 0; a < 4; a++)
            check(logn, a, 0, 1);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"products_are_those_of_the_definition",
     products_are_those_of_the_definition},
    {"a_square_reads_one_ciphertext_twice",
     a_square_reads_one_ciphertext_twice},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(tensor, cases)
