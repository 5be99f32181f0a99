/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.automorphism_sum: the fused kernel against its parts, bit for
 * bit: additions and the plain automorphism. */
#include "automorphism.h"
#include "automorphism_sum.h"
#include "oracle.h"

enum { LIMBS = 2, TERMS = 4 };

/* c += sigma_galois(a + b), one row, by the parts. */
static void add_turned(const struct sck_ring *ring, uint32_t q, uint32_t galois,
                       const uint32_t *a, const uint32_t *b, uint32_t *c)
{
    const struct sck_automorphism_args turn = {ring->id, 1, galois};
    uint32_t *sum = malloc(ring->n * 4), *turned = malloc(ring->n * 4);

    if (sum == NULL || turned == NULL)
        abort();
    for (uint32_t j = 0; j < ring->n; j++)
        sum[j] = (a[j] + (b != NULL ? b[j] : 0)) % q;
    sck_automorphism_ref(&turn, ring, &turned, (const uint32_t *const *)&sum);
    for (uint32_t j = 0; j < ring->n; j++)
        c[j] = (c[j] + turned[j]) % q;
    free(sum);
    free(turned);
}

static void matches(uint32_t logn, uint32_t terms, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_automorphism_sum_args args = {
        .ring = ring->id,
        .limbs = LIMBS,
        .q = {oracle_primes[0], oracle_primes[40]},
        .terms = terms,
        .galois = {5, 1, 2 * ring->n - 1, 1 + 2 * sck_test_below(ring->n)}};
    struct oracle_rows a, b, got, want;

    oracle_rows_new(&a, TERMS * LIMBS, ring->n);
    oracle_rows_new(&b, TERMS * LIMBS, ring->n);
    oracle_rows_new(&got, LIMBS, ring->n);
    oracle_rows_new(&want, LIMBS, ring->n);
    for (uint32_t r = 0; r < TERMS * LIMBS; r++) {
        sck_test_fill(a.row[r], ring->n, args.q[r % LIMBS], kind);
        sck_test_fill(b.row[r], ring->n, args.q[r % LIMBS], kind);
    }
    const uint32_t *b_rows[TERMS * LIMBS];

    /* Terms 1 and 3 have no second polynomial. */
    for (uint32_t r = 0; r < TERMS * LIMBS; r++)
        b_rows[r] = r / LIMBS % 2 == 1 ? NULL : b.row[r];
    for (uint32_t i = 0; i < LIMBS; i++) {
        memset(want.row[i], 0, ring->n * 4);
        for (uint32_t k = 0; k < terms; k++)
            add_turned(ring, args.q[i], args.galois[k], a.row[k * LIMBS + i],
                       b_rows[k * LIMBS + i], want.row[i]);
    }
    sck_automorphism_sum_ref(&args, ring, got.row, oracle_in(&a), b_rows);
    CU_ASSERT(oracle_rows_equal(&got, &want));
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        for (uint32_t i = 0; i < LIMBS; i++)
            memset(got.row[i], 0xff, ring->n * sizeof(uint32_t));
        sck_kernels_use((enum sck_isa)isa);
        sck_automorphism_sum(&args, ring, got.row, oracle_in(&a), b_rows);
        CU_ASSERT(oracle_rows_equal(&got, &want));
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&a);
    oracle_rows_free(&b);
    oracle_rows_free(&got);
    oracle_rows_free(&want);
    sck_ring_free(ring);
}

static void in_ring(uint32_t logn, int kind)
{
    matches(logn, logn % 2 == 0 ? TERMS : 1 + logn % TERMS, kind);
}

static void sum_equals_additions_and_automorphisms(void)
{
    for (uint32_t logn = 3; logn < 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            in_ring(logn, kind);
    oracle_each_ring(in_ring);
}

static CU_TestInfo cases[] = {
    {"sum_equals_additions_and_automorphisms",
     sum_equals_additions_and_automorphisms},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(automorphism_sum, cases)
